/**
 * The client's side of SCRAM (RFC 5802), step by step, as values. Crypto may answer with promises, as WebCrypto does. The server must
 * prove itself too: nothing may be believed before `checkServerFinal` has returned.
 */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { SaslError } from './errors.ts'
import type { ChannelBinding } from './mechanisms.ts'
import { equal, expectedBinding, xor } from './scram.ts'
import { saslprep } from './saslprep.ts'
import { passwordBytes } from './verifiers.ts'

type Soon<T> = T | Promise<T>

export interface ScramClientCrypto {
  hash(data: Uint8Array): Soon<Uint8Array>
  hmac(key: Uint8Array, data: Uint8Array): Soon<Uint8Array>
  /** With HMAC of the same hash, as long as its digest. */
  pbkdf2(password: Uint8Array, salt: Uint8Array, iterations: number): Soon<Uint8Array>
}

/** `unoffered`: this client can bind, and saw no -PLUS mechanism (RFC 5802 §6). */
export type ClientBinding = 'none' | 'unoffered' | { readonly type: ChannelBinding; readonly data: Uint8Array }

export interface ScramIdentity {
  readonly username: string
  readonly authzid?: string
  /** Random, new each time, and printable: base64 is. */
  readonly nonce: string
  readonly binding: ClientBinding
}

export interface ClientFirstMessage {
  readonly text: string
  readonly bare: string
  readonly nonce: string
  readonly channelBinding: Uint8Array
}

export interface ClientFinalMessage {
  readonly text: string
  readonly serverSignature: Uint8Array
}

/** RFC 7677 §4 for the least; the most keeps a hostile server from stealing minutes. */
const LEAST_ITERATIONS = 4096
const MOST_ITERATIONS = 10_000_000
const SERVER_FIRST = /^r=([\x21-\x2b\x2d-\x7e]{1,1024}),s=([A-Za-z0-9+/=]{1,1024}),i=([1-9]\d{0,8})(?:,[A-Za-ln-z]=[^,\0]+)*$/
const encoder = new TextEncoder()

export function clientFirst({ username, authzid, nonce, binding }: ScramIdentity): ClientFirstMessage {
  const name = saslprep(username)
  if (!name) throw new SaslError('malformed-request', 'No name can have these characters')
  const flag = binding === 'none' ? 'n' : binding === 'unoffered' ? 'y' : `p=${binding.type}`
  const header = `${flag},${authzid === undefined ? '' : `a=${escapeName(authzid)}`},`
  const bare = `n=${escapeName(name)},r=${nonce}`
  const channelBinding = expectedBinding(header, typeof binding === 'object' ? binding.data : undefined)
  return { text: header + bare, bare, nonce, channelBinding }
}

/** Throws a SaslError for a challenge that is none, or that makes the password easy to guess. */
export async function clientFinal(
  crypto: ScramClientCrypto,
  first: ClientFirstMessage,
  challenge: string,
  password: string,
): Promise<ClientFinalMessage> {
  const { nonce, salt, iterations } = parseServerFirst(challenge, first.nonce)
  const prepared = passwordBytes(password)
  if (!prepared) throw new SaslError('not-authorized', 'The password has characters that no password here can have')
  const salted = await crypto.pbkdf2(prepared, salt, iterations)
  const clientKey = await crypto.hmac(salted, encoder.encode('Client Key'))
  const serverKey = await crypto.hmac(salted, encoder.encode('Server Key'))
  const withoutProof = `c=${encodeBase64(first.channelBinding)},r=${nonce}`
  const authMessage = encoder.encode(`${first.bare},${challenge},${withoutProof}`)
  const proof = xor(clientKey, await crypto.hmac(await crypto.hash(clientKey), authMessage))
  return { text: `${withoutProof},p=${encodeBase64(proof)}`, serverSignature: await crypto.hmac(serverKey, authMessage) }
}

/** Throws a SaslError when the server did not prove that it knows the keys: it is an impostor, and the log-in must be given up. */
export function checkServerFinal(text: string, { serverSignature }: ClientFinalMessage): void {
  const signature = /^v=([A-Za-z0-9+/=]{1,200})(?:,|$)/.exec(text)?.[1]
  if (!equal(decodeBase64(signature ?? '') ?? new Uint8Array(0), serverSignature)) {
    throw new SaslError('not-authorized', 'The server could not prove that it knows this account')
  }
}

function parseServerFirst(text: string, ours: string): { readonly nonce: string; readonly salt: Uint8Array; readonly iterations: number } {
  const [, nonce = '', s = '', i = ''] = SERVER_FIRST.exec(text) ?? []
  const salt = decodeBase64(s)
  const iterations = Number(i)
  if (!salt?.length) throw new SaslError('malformed-request', 'This is no challenge of SCRAM')
  if (!nonce.startsWith(ours) || nonce.length === ours.length) throw new SaslError('not-authorized', 'The challenge answers somebody else')
  if (iterations < LEAST_ITERATIONS) throw new SaslError('mechanism-too-weak', 'The server asks for a proof that is easy to guess from')
  if (iterations > MOST_ITERATIONS) throw new SaslError('malformed-request', 'The server asks for more work than is reasonable')
  return { nonce, salt, iterations }
}

const escapeName = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C')
