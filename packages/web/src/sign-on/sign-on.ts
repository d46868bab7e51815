/** What the web tier asks of any way of signing people in. */

/**
 * Words that belong to this browser alone, one for each purpose, made of a secret that only it has. What is sent along and must come back is
 * bound to the browser that way, and nothing needs to be kept here until it does.
 */
export type OwnWords = (purpose: string) => string

export interface SignOn {
  /** What people know it by. */
  readonly title: string
  /** Where a person signs out of the sign-on itself, and so of everything that asks it. */
  readonly logoutUrl: string | undefined
  /** How a browser brings its answers: sent here with a query, or by a form of the sign-on's. */
  readonly answersBy: 'GET' | 'POST'
  /** What a sign-on wants to know of us, in XML. */
  metadata?(): string
  /**
   * What it says by itself, not through a browser: whose sessions are over, by one of their handles. Undefined when it is not to be believed.
   */
  ends?(said: URLSearchParams): Promise<string | undefined>
  /** Where a person goes. Rejects when the sign-on cannot be asked where that is. */
  begin(own: OwnWords): string | Promise<string>
  /** What the sign-on says, in the query or the form that a browser brings. */
  answer(said: URLSearchParams, own: OwnWords): SignOnOutcome | Promise<SignOnOutcome>
}

export type SignOnOutcome =
  /** Life is how long the sign-on believes it; handles are what it calls the session. */
  | { readonly kind: 'person'; readonly principal: string; readonly lifeMs: number; readonly handles?: readonly string[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
