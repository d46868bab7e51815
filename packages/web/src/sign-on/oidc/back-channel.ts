/**
 * What a provider tells us behind people's backs (OpenID Connect Back-Channel Logout 1.0): that somebody signed out, or was locked out, there. It comes
 * from anywhere on the network; only the provider's signature says that it is true.
 */
import { type JWTPayload, createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import type { CustomFetch } from 'openid-client'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** How old it may be. */
const MOST_AGE_SECONDS = 120
const SKEW_SECONDS = 30
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

export interface Expected {
  readonly issuer: string
  readonly clientId: string
  /** Where the provider's keys are. */
  readonly keys: string
}

/** Which sessions it ends, as `handlesOf` names them; undefined when it is not to be believed. */
export function logoutReader(ask?: CustomFetch): (token: string, expected: Expected) => Promise<string | undefined> {
  let known: { readonly url: string; readonly keys: ReturnType<typeof createRemoteJWKSet> } | undefined
  return async (token, { issuer, clientId, keys: url }) => {
    // Its keys are kept, and asked for again now and then, or when there is a new one.
    if (known?.url !== url)
      known = { url, keys: createRemoteJWKSet(new URL(url), ask && { [customFetch]: (at, options) => ask(at, options as never) }) }
    try {
      const { payload } = await jwtVerify(token, known.keys, {
        issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        maxTokenAge: MOST_AGE_SECONDS,
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ['iat', 'exp', 'jti'],
      })
      return meantBy(payload)
    } catch {
      return undefined
    }
  }
}

/** §2.4, §2.6: it says that it is a logout, and is no ID token, which would have a nonce. */
function meantBy({ events, nonce, sid, sub }: JWTPayload): string | undefined {
  if (nonce !== undefined || typeof events !== 'object' || events === null || !(EVENT in events)) return undefined
  if (sid === undefined) return sub === undefined ? undefined : `sub ${sub}`
  return typeof sid === 'string' ? `sid ${sid}` : undefined
}

/** What the provider calls a session and its person. */
export const handlesOf = (claims: Readonly<Record<string, unknown>>): readonly string[] =>
  ['sub', 'sid'].flatMap(name => (typeof claims[name] === 'string' ? [`${name} ${claims[name]}`] : []))
