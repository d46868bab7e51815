/** Whether to believe what a Ucam-WebAuth sign-on server is said to have answered: every check that the protocol demands of the asking side. */
import { timingSafeEqual, verify } from 'node:crypto'
import type { Replays } from '../replays.ts'
import type { WlsKeys } from './keys.ts'
import { type Version, type WlsResponse, readResponse } from './response.ts'

/** What was asked for, and how; of our own configuration, never of the request that brings the answer. */
export interface Expectation {
  readonly version: Version
  /** Where answers come to: ours as it is configured, without a query. */
  readonly url: string
  readonly keys: WlsKeys
  /** How old an answer may be. */
  readonly timeoutMs: number
  /** How far the sign-on server's clock may be ahead of ours. */
  readonly skewMs: number
  /** Ways of proving who one is that will do. */
  readonly ways: readonly string[]
  /** The person must have been asked just now (`iact=yes`). */
  readonly mustInteract: boolean
  /** Of these tags one is needed; none asks for nothing. */
  readonly tags: readonly string[]
  /** What was sent along for this browser alone. */
  readonly params: string
}

export type Verdict =
  | { readonly kind: 'person'; readonly principal: string; readonly response: WlsResponse }
  /** The person did not want to. */
  | { readonly kind: 'cancelled' }
  /** The sign-on server says that it could not. */
  | { readonly kind: 'failed'; readonly status: number }
  /** Not to be believed. */
  | { readonly kind: 'refused'; readonly why: Refusal }

export type Refusal =
  | 'malformed'
  | 'unsigned'
  | 'unknown key'
  | 'wrong signature'
  | 'too old'
  | 'from the future'
  | 'for another site'
  | 'of another version'
  | 'not asked anew'
  | 'proved in another way'
  | 'not current'
  | 'for another browser'
  | 'used already'
  | 'too many at once'

const CANCELLED = 410

/** `text` is the decoded parameter `WLS-Response`. Only what is believed in everything else counts as used. */
export function verifyResponse(text: string, expected: Expectation, replays: Replays, now: number): Verdict {
  const response = readResponse(text)
  if (!response || !isWhole(response)) return refused('malformed')
  const why = doubtsOfOrigin(response, expected, now)
  if (why) return refused(why)
  // Raven answers "cancelled" in version 1 whatever it was asked in; nobody is let in by it.
  if (response.status !== 200) return response.status === CANCELLED ? { kind: 'cancelled' } : { kind: 'failed', status: response.status }
  const doubt = doubtsOfPerson(response, expected)
  if (doubt) return refused(doubt)
  const until = response.issued + expected.timeoutMs + expected.skewMs
  const use = replays.use(`${response.signature?.kid}!${response.issued}!${response.id}`, until, now)
  if (use !== 'first') return refused(use === 'again' ? 'used already' : 'too many at once')
  return { kind: 'person', principal: response.principal, response }
}

const refused = (why: Refusal): Verdict => ({ kind: 'refused', why })

/** A success names somebody and how; anything else does not. */
function isWhole({ status, principal, tags, auth, sso, life }: WlsResponse): boolean {
  if (status === 200) return principal !== '' && (auth !== '' || sso.length > 0)
  return principal === '' && tags.length === 0 && auth === '' && sso.length === 0 && life === undefined
}

/** Whether the sign-on server wrote it, now, for us. */
function doubtsOfOrigin(response: WlsResponse, { keys, url, timeoutMs, skewMs }: Expectation, now: number): Refusal | undefined {
  const { signature, status, issued } = response
  if (signature) {
    const key = keys.get(signature.kid)
    if (!key) return 'unknown key'
    if (!verify('RSA-SHA1', Buffer.from(signature.over), key, signature.bytes)) return 'wrong signature'
  } else if (status === 200) return 'unsigned'
  if (issued < now - timeoutMs - skewMs) return 'too old'
  if (issued > now + skewMs) return 'from the future'
  if (response.url !== url) return 'for another site'
  return undefined
}

/** Whether it tells what was asked, to who asked it. */
function doubtsOfPerson(response: WlsResponse, expected: Expectation): Refusal | undefined {
  const { version, auth, sso, tags, params } = response
  // An older version says less about the person; who asks in the newest need not take it.
  if (version !== expected.version) return 'of another version'
  if (expected.mustInteract && auth === '') return 'not asked anew'
  const proofs = auth === '' ? sso : [auth]
  if (!proofs.some(way => expected.ways.includes(way))) return 'proved in another way'
  // Before version 3 only those who are current are let through at all.
  const known = version < 3 ? ['current'] : tags
  if (expected.tags.length > 0 && !expected.tags.some(tag => known.includes(tag))) return 'not current'
  if (!isSame(params, expected.params)) return 'for another browser'
  return undefined
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
