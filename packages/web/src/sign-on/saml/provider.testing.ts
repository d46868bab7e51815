/** For tests: `samlp` as the identity provider, with keys of its own. What it signs is what it is told to. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import samlp from 'samlp'

export const ISSUER = 'https://idp.test/saml'
export const EPPN = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6'

export interface Keys {
  readonly key: string
  readonly cert: string
}

export function makeKeys(): Keys {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-idp-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=idp', '-keyout', key, '-out', cert],
    {
      stdio: 'pipe',
    },
  )
  const keys = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return keys
}

/** The id of the question that somebody is sent with, and the question. */
export function questionIn(url: string): { readonly id: string; readonly xml: string } {
  const xml = inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  return { id: /\bID="([^"]+)"/.exec(xml)?.[1] ?? '', xml }
}

export interface Wish {
  readonly id: string
  readonly site: string
  readonly recipient: string
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>
  readonly nameId?: string
  readonly more?: object
}

/** Its answer, in XML. */
export function answerOf(
  { key, cert }: Keys,
  { id, site, recipient, attributes = { [EPPN]: 'spqr2@cam.ac.uk' }, nameId = 'x7', more }: Wish,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = {
    issuer: ISSUER,
    key,
    cert,
    signatureAlgorithm: 'rsa-sha256',
    digestAlgorithm: 'sha256',
    audience: site,
    destination: recipient,
    recipient,
    inResponseTo: id,
    lifetimeInSeconds: 120,
    profileMapper: () => ({
      getClaims: () => attributes,
      getNameIdentifier: () => ({ nameIdentifier: nameId, nameIdentifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }),
    }),
    ...more,
  }
  samlp.getSamlResponse(options, {}, (error, response = '') => (error ? reject(error) : resolve(response)))
  return promise
}
