/**
 * The HT family of SASL (draft-schmaus-kitten-sasl-ht-09): one message that proves a token, one that proves the server. Hash functions are
 * handed in.
 */
import { SaslError } from './errors.ts'
import type { ChannelBinding } from './mechanisms.ts'
import { decodeText } from './text.ts'

const HASHES = ['SHA-256', 'SHA-512'] as const
export type TokenHash = (typeof HASHES)[number]

/** The surest first; NONE is for clients that cannot see their TLS connection, such as browsers (XEP-0484). */
const BINDINGS = [
  ['EXPR', 'tls-exporter'],
  ['UNIQ', 'tls-unique'],
  ['ENDP', 'tls-server-end-point'],
  ['NONE', undefined],
] as const satisfies readonly (readonly [string, ChannelBinding | undefined])[]

export interface TokenMechanism {
  readonly name: string
  readonly hash: TokenHash
  readonly binding: ChannelBinding | undefined
}

export const TOKEN_MECHANISMS: readonly TokenMechanism[] = BINDINGS.flatMap(([suffix, binding]) =>
  HASHES.map(hash => ({ name: `HT-${hash}-${suffix}`, hash, binding })),
)

export const tokenMechanism = (name: string): TokenMechanism | undefined => TOKEN_MECHANISMS.find(known => known.name === name)

export interface TokenProof {
  readonly username: string
  readonly proof: Uint8Array
}

const LONGEST_NAME = 1023
const encoder = new TextEncoder()

/** §3.1: `authcid NUL initiator-hashed-token`. Throws a SaslError when it is none. */
export function parseTokenProof(message: Uint8Array): TokenProof {
  const nul = message.indexOf(0)
  if (nul < 1 || nul > LONGEST_NAME || nul === message.length - 1)
    throw new SaslError('malformed-request', 'A name and the proof of a token are needed, with NUL between them')
  return { username: decodeText(message.subarray(0, nul)), proof: message.subarray(nul + 1) }
}

/** §3.1 and §3.3: what is hashed with the token as the key. */
export function tokenMessage(who: 'Initiator' | 'Responder', binding: Uint8Array | undefined): Uint8Array {
  const word = encoder.encode(who)
  if (!binding) return word
  const message = new Uint8Array(word.length + binding.length)
  message.set(word)
  message.set(binding, word.length)
  return message
}
