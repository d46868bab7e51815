/** What streams ask of tokens that let clients back in (XEP-0484). */
import type { Localpart } from '../storage/repositories.ts'

export interface TokenAttempt {
  readonly localpart: Localpart
  readonly userAgentId: string
  readonly mechanism: string
  /** The `count` of <fast/>. */
  readonly count: number | undefined
  /** The token is not to be used again. */
  readonly isLast: boolean
  readonly address: string
  /** Whether the client's proof was made with this secret; takes the same time for each. */
  readonly fits: (secret: string) => boolean
}

export type TokenOutcome =
  /** `isDue`: it is time for the next token. `appPassword`: what it was got by, if it was one. */
  | { readonly kind: 'right'; readonly secret: string; readonly isDue: boolean; readonly appPassword: string | undefined }
  | { readonly kind: 'wrong' | 'expired' | 'locked' | 'throttled' }

export interface TokenWish {
  readonly localpart: Localpart
  readonly client: string
  readonly mechanism: string
  /** The app password that was proven, or that the last token was got by. */
  readonly appPassword: string | undefined
}

export interface FreshToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiry: number
}

export interface Tokens {
  /** Whether tokens are given at all. */
  readonly isOn: boolean
  /** Wrong proofs are slowed like wrong passwords. */
  check(attempt: TokenAttempt): Promise<TokenOutcome>
  /** For a client that was just seen; it is on disk when it settles. The one in use stays good until this one is used. */
  issue(wish: TokenWish): Promise<FreshToken>
}
