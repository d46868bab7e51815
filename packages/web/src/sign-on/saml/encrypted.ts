/**
 * Assertions that are encrypted for us (saml-core-2.0-os §6.2, XML Encryption 1.1). The library decrypts them before it checks who signed them, and
 * anybody can encrypt anything for us: so that it is looked at as everything else is, it is decrypted here first.
 */
import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'
const ENC = 'http://www.w3.org/2001/04/xmlenc#'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'

/** Those of AES that tell when a letter was changed: without that, answers to many changed ones tell what was encrypted. */
const CIPHERS: Readonly<Record<string, 'aes-128-gcm' | 'aes-256-gcm'>> = {
  'http://www.w3.org/2009/xmlenc11#aes128-gcm': 'aes-128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm': 'aes-256-gcm',
}
const OAEP = `${ENC}rsa-oaep-mgf1p`
/** OAEP does not rest on what SHA-1 cannot do any more. */
const OAEP_DIGEST = `${DSIG}sha1`
const [NONCE, TAG] = [12, 16]
const DECLARATION = /^\s*<\?xml[^?]*\?>/

type Decrypted =
  | { readonly kind: 'plain' }
  | { readonly kind: 'encrypted'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }

const refused = (why: string): Decrypted => ({ kind: 'refused', why })

/** What is encrypted in an answer whose shape has been looked at. `key` is ours, in PEM. */
export function decrypted(xml: string, key: string | undefined): Decrypted {
  const response = parse(xml.replace(DECLARATION, '').trim())
  const all = withAll(response)
  const data = all.filter(({ name }) => name === 'EncryptedData')
  if (data.length === 0 && !all.some(({ name }) => name.startsWith('Encrypted'))) return { kind: 'plain' }
  if (key === undefined) return refused('encrypted, and we have no key for it')
  const container = response.child(SAML, 'EncryptedAssertion')
  const [one] = data
  // There are many ways to write it, and more to make two readers see two different things: there is one of everything, where it is always put.
  const counts = [countOf(all, 'EncryptedKey'), countOf(all, 'CipherValue'), countOf(all, 'RetrievalMethod'), data.length]
  if (!container || !one || container.child(ENC, 'EncryptedData') !== one || counts.join() !== '1,2,0,1') return refused('malformed')
  if (countOf(withAll(one), 'Signature') > 0) return refused('malformed')
  return decryptedData(one, key)
}

function decryptedData(data: Element, pem: string): Decrypted {
  const key = data.child(DSIG, 'KeyInfo')?.child(ENC, 'EncryptedKey')
  const cipher = CIPHERS[methodOf(data)?.attributes['Algorithm'] ?? '']
  const how = key && methodOf(key)
  const digest = how?.child(DSIG, 'DigestMethod')?.attributes['Algorithm'] ?? OAEP_DIGEST
  if (cipher === undefined || how?.attributes['Algorithm'] !== OAEP || digest !== OAEP_DIGEST)
    return refused('encrypted in a way that is not good enough')
  try {
    const secret = privateDecrypt({ key: pem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, valueOf(key))
    const bytes = valueOf(data)
    const decipher = createDecipheriv(cipher, secret, bytes.subarray(0, NONCE), { authTagLength: TAG })
    decipher.setAuthTag(bytes.subarray(-TAG))
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()])
    return { kind: 'encrypted', text: text.toString('utf8') }
  } catch {
    return refused('encrypted for somebody else')
  }
}

const methodOf = (element: Element): Element | undefined => element.child(ENC, 'EncryptionMethod')
const valueOf = (element: Element | undefined): Buffer =>
  Buffer.from(element?.child(ENC, 'CipherData')?.child(ENC, 'CipherValue')?.text ?? '', 'base64')
const withAll = (element: Element): readonly Element[] => [element, ...element.elements.flatMap(withAll)]
const countOf = (all: readonly Element[], wanted: string): number => all.filter(({ name }) => name === wanted).length
