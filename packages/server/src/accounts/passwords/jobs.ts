/** What the password threads are asked and answer. Passwords go in; only verdicts and verifiers come out. */
import type { Verifier } from '../../storage/repositories.ts'
import type { Salt } from './scram.ts'
import type { Verdict } from './check.ts'
import type { Mechanism } from './scram.ts'

export type Job =
  | { readonly kind: 'check'; readonly hash: string; readonly password: string }
  | { readonly kind: 'fit'; readonly verifiers: readonly Verifier[]; readonly password: string }
  | { readonly kind: 'derive'; readonly password: string; readonly mechanisms: readonly Mechanism[]; readonly salts: readonly Salt[] }
  | { readonly kind: 'probe' }

export type Answer =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** Which of the verifiers it was; -1 for none. */
  | { readonly kind: 'which'; readonly at: number }
  | { readonly kind: 'verifiers'; readonly verifiers: readonly Verifier[] }
  | { readonly kind: 'libcrypt'; readonly isThere: boolean }

/** `failed` carries no reason: an error's text could quote what it was given. */
export type Reply = Answer | { readonly kind: 'failed' }
