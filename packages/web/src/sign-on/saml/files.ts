/** The files that SAML needs: the identity provider's certificates, and a key of our own. */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SamlSettings } from '../../settings.ts'

export function certificatesIn(file: string): readonly string[] {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file} cannot be read; [web] sign_on names it for the certificates of the identity provider`, { cause: error })
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0) throw new Error(`${file} holds no certificate in PEM; it is to hold those of the identity provider`)
  return found
}

/** Throws in words when they are not there, or of a kind that nothing can be encrypted for. */
export function ownIn({ key: keyFile, certificate: certificateFile }: NonNullable<SamlSettings['own']>): {
  readonly key: string
  readonly certificate: string
} {
  try {
    const [key, certificate] = [readFileSync(keyFile, 'utf8'), readFileSync(certificateFile, 'utf8')]
    if (createPrivateKey(key).asymmetricKeyType === 'rsa') return { key, certificate }
  } catch (error) {
    throw new Error(`${keyFile} and ${certificateFile} cannot be read; [web] sign_on names them for our own key`, { cause: error })
  }
  throw new Error(`${keyFile} is not a key of RSA, as SAML needs it`)
}
