/**
 * SCRAM (RFC 5802, RFC 7677) as messages and sums: what is said in which order, and what proves what. Hash functions are handed in, so
 * that the same lines serve every hash, the server and the browser.
 */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { SaslError } from './errors.ts'
import { saslprep } from './saslprep.ts'

/** One hash function: H() and HMAC() of RFC 5802 §2.2. */
export interface ScramCrypto {
  hash(data: Uint8Array): Uint8Array
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array
}

/** What a server keeps of a password (RFC 5802 §3). */
export interface Keys {
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

/** What the client says of channel binding (RFC 5802 §6): none, none because it thinks we have none, or which. */
export type BindingWish = { readonly kind: 'none' } | { readonly kind: 'unoffered' } | { readonly kind: 'bound'; readonly type: string }

export interface ClientFirst {
  /** Prepared by SASLprep. */
  readonly username: string
  readonly authzid: string | undefined
  readonly nonce: string
  readonly binding: BindingWish
  /** The header as it was sent, to be repeated in the last message. */
  readonly gs2Header: string
  readonly bare: string
}

export interface ClientFinal {
  readonly channelBinding: Uint8Array
  readonly nonce: string
  readonly proof: Uint8Array
  readonly withoutProof: string
}

const LONGEST_MESSAGE = 8192
const LONGEST_NAME = 1023
const LONGEST_AUTHZID = 3071
const LONGEST_NONCE = 256
/** RFC 5802 §7 `printable`: all of ASCII that can be seen but the comma. */
const PRINTABLE = /^[\x21-\x2b\x2d-\x7e]+$/
const CHANNEL_BINDING = /^p=([A-Za-z0-9.-]{1,64})$/
const EXTENSION = /^[A-Za-ln-z]=[^\0]+$/
const encoder = new TextEncoder()

/** RFC 5802 §7: `gs2-header client-first-message-bare`. */
export function parseClientFirst(text: string): ClientFirst {
  const [flag = '', identity = '', ...attributes] = split(text)
  const [name, nonceAttribute, ...extensions] = attributes
  const authzid = identity === '' ? undefined : unescapeName(valueOf(identity, 'a'), LONGEST_AUTHZID)
  const username = saslprep(unescapeName(valueOf(name, 'n'), LONGEST_NAME))
  if (!username) throw malformed('No name can have these characters')
  const nonce = nonceOf(nonceAttribute)
  checkExtensions(extensions)
  const bare = attributes.join(',')
  return { username, authzid, nonce, binding: bindingOf(flag), gs2Header: text.slice(0, text.length - bare.length), bare }
}

/** RFC 5802 §7: `client-final-message`. */
export function parseClientFinal(text: string): ClientFinal {
  const attributes = split(text)
  const [binding, nonce, ...rest] = attributes
  const proof = decodeBase64(valueOf(rest.pop(), 'p'))
  checkExtensions(rest)
  const channelBinding = decodeBase64(valueOf(binding, 'c'))
  if (!channelBinding || !proof) throw malformed('What should be base64 is not')
  return { channelBinding, nonce: nonceOf(nonce, 2 * LONGEST_NONCE), proof, withoutProof: attributes.slice(0, -1).join(',') }
}

/** `downgrade` is the attribute h of XEP-0474, base64. */
export const serverFirst = (nonce: string, salt: string, iterations: number, downgrade?: string): string =>
  `r=${nonce},s=${salt},i=${iterations}${downgrade === undefined ? '' : `,h=${downgrade}`}`
export const serverFinal = (signature: Uint8Array): string => `v=${encodeBase64(signature)}`

/** RFC 5802 §5.1: what `c=` must hold: the header again, and the binding data if there is any. */
export function expectedBinding(gs2Header: string, data: Uint8Array | undefined): Uint8Array {
  const header = encoder.encode(gs2Header)
  if (!data) return header
  const both = new Uint8Array(header.length + data.length)
  both.set(header)
  both.set(data, header.length)
  return both
}

/** RFC 5802 §3: the server's signature when the proof is right; undefined when it is not. */
export function verifyProof(
  crypto: ScramCrypto,
  { storedKey, serverKey }: Keys,
  authMessage: string,
  proof: Uint8Array,
): Uint8Array | undefined {
  const message = encoder.encode(authMessage)
  const signature = crypto.hmac(storedKey, message)
  if (proof.length !== signature.length) return undefined
  return equal(crypto.hash(xor(proof, signature)), storedKey) ? crypto.hmac(serverKey, message) : undefined
}

/** Takes the same time wherever the difference is. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

export const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ (b[i] ?? 0))

const malformed = (text: string): SaslError => new SaslError('malformed-request', text)

function split(text: string): string[] {
  if (text.length > LONGEST_MESSAGE) throw malformed('This message of SCRAM is too long')
  return text.split(',')
}

function valueOf(attribute: string | undefined, name: string): string {
  if (!attribute?.startsWith(`${name}=`) || attribute.length < 3) throw malformed(`A message of SCRAM needs ${name}= at that place`)
  return attribute.slice(2)
}

function nonceOf(attribute: string | undefined, longest = LONGEST_NONCE): string {
  const nonce = valueOf(attribute, 'r')
  if (nonce.length > longest || !PRINTABLE.test(nonce)) throw malformed('The nonce is too long, or not printable')
  return nonce
}

/** RFC 5802 §5.1: unknown ones are passed over, but not `m`, which must be understood, and nobody has said what it means. */
function checkExtensions(extensions: readonly string[]): void {
  if (!extensions.every(extension => EXTENSION.test(extension)))
    throw malformed('An attribute of this message of SCRAM is empty, or must be understood and is not')
}

function bindingOf(flag: string): BindingWish {
  const type = CHANNEL_BINDING.exec(flag)?.[1]
  if (type !== undefined) return { kind: 'bound', type }
  if (flag !== 'n' && flag !== 'y') throw malformed('A first message of SCRAM begins with n, y or p=')
  return { kind: flag === 'y' ? 'unoffered' : 'none' }
}

/** RFC 5802 §5.1: `=2C` for a comma, `=3D` for an equals sign, and no other equals sign. */
function unescapeName(text: string, longest: number): string {
  if (/=(?!2C|3D)|\0/.test(text)) throw malformed('A name has an equals sign that is not escaped')
  const name = text.replaceAll('=2C', ',').replaceAll('=3D', '=')
  if (encoder.encode(name).length > longest) throw malformed('The name is too long')
  return name
}
