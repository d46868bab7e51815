/** What the web tier asks of any way of signing people in. */

export interface SignOn {
  /** Where a person goes. `nonce` is of this browser alone, and must come back in an answer that is believed. */
  begin(nonce: string): string
  /** What the sign-on says, in the query that a browser brings. */
  answer(query: URLSearchParams, nonce: string): SignOnOutcome
  /** Where a person signs out of the sign-on itself, and so of everything that asks it. */
  readonly logoutUrl: string
  /** What people know it by. */
  readonly title: string
}

export type SignOnOutcome =
  /** Life is how long the sign-on believes it. */
  | { readonly kind: 'person'; readonly principal: string; readonly lifeMs: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
