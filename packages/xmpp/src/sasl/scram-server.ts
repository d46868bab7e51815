/** The server's side of SCRAM, step by step, as values: each step is made from the one before, so none can come out of order. */
import { decodeBase64 } from './base64.ts'
import { SaslError } from './errors.ts'
import type { ChannelBinding } from './mechanisms.ts'
import {
  type ClientFirst,
  type Keys,
  type ScramCrypto,
  equal,
  expectedBinding,
  parseClientFinal,
  parseClientFirst,
  serverFinal,
  serverFirst,
  verifyProof,
} from './scram.ts'
import type { ScramVerifier } from './verifiers.ts'

/** What the client could choose from. */
export interface ScramOffer {
  /** Whether it chose a -PLUS mechanism. */
  readonly isPlus: boolean
  /** Empty when no -PLUS mechanism was on offer. */
  readonly bindings: readonly ChannelBinding[]
}

export interface ScramFirst extends ClientFirst {
  /** The channel binding to hand to `finishScram`; undefined for none. */
  readonly bindTo: ChannelBinding | undefined
}

export interface ScramChallenge {
  readonly text: string
  readonly first: ScramFirst
  readonly nonce: string
  readonly keys: Keys
}

export type ScramOutcome =
  | { readonly kind: 'right'; readonly text: string }
  | { readonly kind: 'wrong' }
  /** The password was right, the channel was another: somebody sits between. To the client it is the same as wrong. */
  | { readonly kind: 'unbound' }

/** Throws a SaslError when the message is none, or the list of mechanisms was changed on its way to the client (RFC 5802 §6). */
export function beginScram(text: string, { isPlus, bindings }: ScramOffer): ScramFirst {
  const first = parseClientFirst(text)
  const { binding } = first
  if ((binding.kind === 'bound') !== isPlus) {
    throw new SaslError('malformed-request', 'Channel binding belongs to the -PLUS mechanisms, and to them only')
  }
  if (binding.kind === 'unoffered' && bindings.length > 0) {
    throw new SaslError('not-authorized', 'This server offers channel binding: somebody changed the list on the way')
  }
  const bindTo = binding.kind === 'bound' ? bindings.find(name => name === binding.type) : undefined
  if (binding.kind === 'bound' && !bindTo) throw new SaslError('malformed-request', 'That kind of channel binding is not on offer')
  return { ...first, bindTo }
}

/** `serverNonce` is random, new each time, and printable: base64 is. `downgrade` is the attribute h of XEP-0474. */
export function challengeScram(
  first: ScramFirst,
  { salt, iterations, storedKey, serverKey }: ScramVerifier,
  serverNonce: string,
  downgrade?: string,
): ScramChallenge {
  const nonce = first.nonce + serverNonce
  const keys = { storedKey: keyOf(storedKey), serverKey: keyOf(serverKey) }
  return { text: serverFirst(nonce, salt, iterations, downgrade), first, nonce, keys }
}

/** `bindingData` is the connection's for `first.bindTo`. */
export function finishScram(
  crypto: ScramCrypto,
  challenge: ScramChallenge,
  text: string,
  bindingData: Uint8Array | undefined,
): ScramOutcome {
  const { first, keys, nonce } = challenge
  const final = parseClientFinal(text)
  const signature = verifyProof(crypto, keys, `${first.bare},${challenge.text},${final.withoutProof}`, final.proof)
  if (!signature || final.nonce !== nonce) return { kind: 'wrong' }
  const isBound = first.bindTo === undefined || bindingData !== undefined
  if (!isBound || !equal(final.channelBinding, expectedBinding(first.gs2Header, first.bindTo && bindingData))) return { kind: 'unbound' }
  return { kind: 'right', text: serverFinal(signature) }
}

function keyOf(text: string): Uint8Array {
  const key = decodeBase64(text)
  if (!key) throw new TypeError('A key of a stored SCRAM verifier is not base64')
  return key
}
