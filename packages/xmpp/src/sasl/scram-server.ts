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
  /** Of each secret that will do: the first is that of the verifier whose salt the client got. */
  readonly keys: readonly Keys[]
}

export type ScramOutcome =
  /** `at`: which of the secrets it was; 0 is the first. */
  | { readonly kind: 'right'; readonly text: string; readonly at: number }
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

/**
 * `serverNonce` is random, new each time, and printable: base64 is. `downgrade` is the attribute h of XEP-0474. `others` are verifiers of
 * other secrets that will do as well; they have the same salt and as many iterations, since the client is told before it says which it has.
 */
export function challengeScram(
  first: ScramFirst,
  verifier: ScramVerifier,
  serverNonce: string,
  downgrade?: string,
  others: readonly ScramVerifier[] = [],
): ScramChallenge {
  const { salt, iterations } = verifier
  const nonce = first.nonce + serverNonce
  const keys = [verifier, ...others].map(({ storedKey, serverKey }) => ({ storedKey: keyOf(storedKey), serverKey: keyOf(serverKey) }))
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
  const message = `${first.bare},${challenge.text},${final.withoutProof}`
  // All are tried, so that the time does not tell which it was.
  const signatures = keys.map(each => verifyProof(crypto, each, message, final.proof))
  const at = signatures.findIndex(found => found !== undefined)
  const signature = signatures[at]
  if (!signature || final.nonce !== nonce) return { kind: 'wrong' }
  const isBound = first.bindTo === undefined || bindingData !== undefined
  if (!isBound || !equal(final.channelBinding, expectedBinding(first.gs2Header, first.bindTo && bindingData))) return { kind: 'unbound' }
  return { kind: 'right', text: serverFinal(signature), at }
}

function keyOf(text: string): Uint8Array {
  const key = decodeBase64(text)
  if (!key) throw new TypeError('A key of a stored SCRAM verifier is not base64')
  return key
}
