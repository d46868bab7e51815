/**
 * Signing people in with OpenID Connect: the authorization code flow with PKCE (RFC 7636, RFC 9700). The code's verifier, `state` and `nonce` are
 * words of the browser's own, so that nothing is kept here between the asking and the answer. Of what comes back, the library checks the
 * signature, issuer, audience, times and nonce; who it is stands in the ID token, or with the provider for the same subject.
 */
import { createHash } from 'node:crypto'
import * as oidc from 'openid-client'
import type { OidcSettings, PersonRule } from '../../settings.ts'
import type { Replays } from '../replays.ts'
import { principalBy } from '../rule.ts'
import type { OwnWords, SignOn, SignOnOutcome } from '../sign-on.ts'
import { handlesOf, logoutReader } from './back-channel.ts'
import { makeProvider } from './provider.ts'

/** How long ago the person may have been asked, where they are asked each time. */
const ANEW_SECONDS = 300
/** A code is good for a minute or so; longer than any provider's is kept in mind. */
const CODE_MS = 1_800_000

/** Throws in words when the secret cannot be read. `ask` is how the provider is reached, where that is not as usual. */
export function oidcSignOn(settings: OidcSettings, home: string, answerUrl: string, replays: Replays, ask?: oidc.CustomFetch): SignOn {
  const provider = makeProvider(settings, ask)
  const { title, scopes, asksAnew, rule } = settings
  const readLogout = logoutReader(ask)
  return {
    title,
    answersBy: 'GET',
    get logoutUrl() {
      const known = provider.known()
      if (settings.logoutUrl !== undefined || !known?.serverMetadata().end_session_endpoint) return settings.logoutUrl
      return oidc.buildEndSessionUrl(known, { post_logout_redirect_uri: `${home}/` }).href
    },
    async ends(said) {
      const { issuer, jwks_uri: keys } = (await provider.reach()).serverMetadata()
      return keys === undefined ? undefined : readLogout(said.get('logout_token') ?? '', { issuer, clientId: settings.clientId, keys })
    },
    async begin(own) {
      const url = oidc.buildAuthorizationUrl(await provider.reach(), {
        redirect_uri: answerUrl,
        response_type: 'code',
        scope: scopes,
        state: own('oidc state'),
        nonce: own('oidc nonce'),
        code_challenge: await oidc.calculatePKCECodeChallenge(own('oidc verifier')),
        code_challenge_method: 'S256',
        ...(asksAnew && { prompt: 'login', max_age: String(ANEW_SECONDS) }),
        // Google: offers accounts of that institution only. What it answers is checked all the same.
        ...(rule.required['hd'] !== undefined && { hd: rule.required['hd'] }),
      })
      return url.href
    },
    async answer(said, own) {
      try {
        const outcome = await granted(await provider.reach(), said, own)
        // The provider takes a code once; we do not lean on that.
        const code = createHash('sha256')
          .update(`${said.get('code')}`)
          .digest('base64url')
        return replays.use(code, Date.now() + CODE_MS, Date.now()) === 'first' ? outcome : { kind: 'refused', why: 'used already' }
      } catch (error) {
        return failureOf(error)
      }
    },
  }

  async function granted(config: oidc.Configuration, said: URLSearchParams, own: OwnWords): Promise<SignOnOutcome> {
    const url = new URL(answerUrl)
    url.search = said.toString()
    const tokens = await oidc.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: own('oidc verifier'),
      expectedState: own('oidc state'),
      expectedNonce: own('oidc nonce'),
      idTokenExpected: true,
      ...(asksAnew && { maxAge: ANEW_SECONDS }),
    })
    const claims = await claimsOf(config, tokens, rule)
    if (claims === undefined) return { kind: 'refused', why: 'without an ID token' }
    // Anybody can write any address into a profile; it counts when the provider has seen that it is theirs.
    if (rule.name === 'email' && claims['email_verified'] !== true) return { kind: 'refused', why: 'with an address that is not verified' }
    const ruled = principalBy(rule, name => (claims[name] === undefined ? [] : Array.isArray(claims[name]) ? claims[name] : [claims[name]]))
    return ruled.kind === 'refused' ? ruled : { ...ruled, kind: 'person', lifeMs: Infinity, handles: handlesOf(claims) }
  }
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>

/** The ID token's, and those of the userinfo endpoint where it leaves out what the rule needs: about the same subject, as the library checks. */
async function claimsOf(
  config: oidc.Configuration,
  tokens: Tokens,
  rule: PersonRule,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const claims = tokens.claims()
  const needed = [rule.name, ...Object.keys(rule.required), ...(rule.name === 'email' ? ['email_verified'] : [])]
  if (!claims || needed.every(name => claims[name] !== undefined) || !config.serverMetadata().userinfo_endpoint) return claims
  return { ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims }
}

function failureOf(error: unknown): SignOnOutcome {
  if (error instanceof oidc.AuthorizationResponseError)
    return error.error === 'access_denied' ? { kind: 'cancelled' } : { kind: 'failed', why: plainly(error.error) }
  // The provider does not take the code: used, too old, or of another browser.
  if (error instanceof oidc.ResponseBodyError)
    return error.error === 'invalid_grant'
      ? { kind: 'refused', why: 'used already, or too old' }
      : { kind: 'failed', why: plainly(error.error) }
  if (error instanceof oidc.ClientError || error instanceof oidc.WWWAuthenticateChallengeError) {
    const code = error.code ?? ''
    if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM')
      return { kind: 'failed', why: 'it does not answer as it should' }
    return { kind: 'refused', why: WHY[code] ?? 'not as it was asked for' }
  }
  if (error instanceof TypeError) return { kind: 'failed', why: 'it cannot be reached' }
  throw error
}

const WHY: Readonly<Record<string, string>> = {
  OAUTH_INVALID_RESPONSE: 'not for this browser, or altered',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'too old, or from the future',
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'for another browser or site, or of another sign-on',
  OAUTH_KEY_SELECTION_FAILED: 'signed with an unknown key',
  OAUTH_PARSE_ERROR: 'malformed',
}

/** Nothing of theirs is shown but a word. */
const plainly = (word: string): string => (/^[a-z_]{1,40}$/.test(word) ? word : 'an error')
