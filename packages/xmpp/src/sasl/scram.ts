/**
 * SCRAM (RFC 5802, RFC 7677) as messages and sums: what is said in which order, and what proves what. Hash functions are handed in, so
 * that the same lines serve every hash, the server and the browser.
 */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { SaslError } from './errors.ts'

export interface ScramCrypto {
  hash(data: Uint8Array): Uint8Array
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array
}

export interface Keys {
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

/** What the client says of channel binding (RFC 5802 §6): none, none because it thinks we have none, or which. */
export type BindingWish = { readonly kind: 'none' } | { readonly kind: 'unoffered' } | { readonly kind: 'bound'; readonly type: string }

export interface ClientFirst {
  readonly username: string
  readonly authzid: string | undefined
  readonly nonce: string
  readonly binding: BindingWish
  /** The header as it was sent, to be repeated in the last message. */
  readonly gs2Header: string
  readonly bare: string
}

const LONGEST_NONCE = 256
const encoder = new TextEncoder()
const malformed = (text: string): SaslError => new SaslError('malformed-request', text)

/** RFC 5802 §7: `gs2-header client-first-message-bare`. */
export function parseClientFirst(text: string): ClientFirst {
  const found = /^((?:([ny])|p=([A-Za-z0-9.-]{1,64})),(?:a=([^,]{0,3071}))?,)(n=([^,]{1,3071}),r=([\x21-\x2b\x2d-\x7e]+)((?:,[A-Za-z]=[^,]*)*))$/.exec(text)
  if (!found) throw malformed(/^[ny]|p=/.test(text) && text.includes(',m=') ? 'Extensions that must be understood are not' : 'This is no first message of SCRAM')
  const [, gs2Header = '', flag, type, authzid, bare = '', username = '', nonce = ''] = found
  if (nonce.length > LONGEST_NONCE) throw malformed('The nonce is too long')
  const binding: BindingWish = type !== undefined ? { kind: 'bound', type } : flag === 'y' ? { kind: 'unoffered' } : { kind: 'none' }
  return { username: unescapeName(username), authzid: authzid === undefined ? undefined : unescapeName(authzid), nonce, binding, gs2Header, bare }
}

/** RFC 5802 §5.1: `=2C` for a comma, `=3D` for an equals sign, and no other equals sign. */
function unescapeName(text: string): string {
  if (/=(?!2C|3D)/.test(text)) throw malformed('A name has an equals sign that is not escaped')
  return text.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

export function serverFirst(nonce: string, salt: string, iterations: number): string {
  return `r=${nonce},s=${salt},i=${iterations}`
}

export interface ClientFinal {
  readonly channelBinding: Uint8Array
  readonly nonce: string
  readonly proof: Uint8Array
  readonly withoutProof: string
}

export function parseClientFinal(text: string): ClientFinal {
  const found = /^(c=([A-Za-z0-9+/=]{1,4096}),r=([\x21-\x2b\x2d-\x7e]{1,1024})(?:,[A-Za-z]=[^,]*)*?),p=([A-Za-z0-9+/=]{1,200})$/.exec(text)
  if (!found) throw malformed('This is no last message of SCRAM')
  const [, withoutProof = '', c = '', nonce = '', p = ''] = found
  const channelBinding = decodeBase64(c)
  const proof = decodeBase64(p)
  if (!channelBinding || !proof) throw new SaslError('incorrect-encoding', 'This is not base64')
  return { channelBinding, nonce, proof, withoutProof }
}

/** RFC 5802 §5.1: what `c=` must hold: the header again, and the binding data if there is any. */
export function expectedBinding(gs2Header: string, data: Uint8Array | undefined): Uint8Array {
  const header = encoder.encode(gs2Header)
  return data ? concat(header, data) : header
}

/** RFC 5802 §3: the server's signature when the proof is right; undefined when it is not. */
export function verifyProof(crypto: ScramCrypto, { storedKey, serverKey }: Keys, authMessage: string, proof: Uint8Array): Uint8Array | undefined {
  const message = encoder.encode(authMessage)
  const signature = crypto.hmac(storedKey, message)
  if (proof.length !== signature.length) return undefined
  const clientKey = proof.map((byte, i) => byte ^ (signature[i] ?? 0))
  return equal(crypto.hash(clientKey), storedKey) ? crypto.hmac(serverKey, message) : undefined
}

export const serverFinal = (signature: Uint8Array): string => `v=${encodeBase64(signature)}`

/** RFC 5802 §3, from SaltedPassword on. */
export function keysOf(crypto: ScramCrypto, saltedPassword: Uint8Array): Keys & { readonly clientKey: Uint8Array } {
  const clientKey = crypto.hmac(saltedPassword, encoder.encode('Client Key'))
  return { clientKey, storedKey: crypto.hash(clientKey), serverKey: crypto.hmac(saltedPassword, encoder.encode('Server Key')) }
}

/** The proof of a client (RFC 5802 §3). */
export function proofOf(crypto: ScramCrypto, { clientKey, storedKey }: { readonly clientKey: Uint8Array; readonly storedKey: Uint8Array }, authMessage: string): Uint8Array {
  const signature = crypto.hmac(storedKey, encoder.encode(authMessage))
  return clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))
}

/** Takes the same time wherever the difference is. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
