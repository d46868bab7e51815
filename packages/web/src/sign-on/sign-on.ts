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
  /** Where a browser goes to end at the sign-on what began this session, by its handles; undefined when it cannot be told. */
  signOutUrl?(handles: readonly string[], own: OwnWords): Promise<string | undefined>
  /** What a browser brings of somebody's being out: that they are, or that they are as we asked. */
  takeLogout?(brought: Brought, own: OwnWords): Promise<LogoutOutcome>
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

/** A request, as far as a sign-on's message is in it. */
export interface Brought {
  readonly method: string
  readonly query: string
  readonly body: string
}

export type LogoutOutcome =
  /** Sessions with these handles are over; then the browser goes back with what we say of it. */
  | { readonly kind: 'ends'; readonly handles: readonly string[]; readonly back: string }
  /** We had asked, and it says whether they are out there. */
  | { readonly kind: 'answered'; readonly isOut: boolean }
  | { readonly kind: 'refused'; readonly why: string }
