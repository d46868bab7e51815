/**
 * Signing people in with SAML 2: the web browser SSO profile (saml-profiles-2.0-os §4.1), the question by redirect, the answer by a form. Of the
 * answer the library checks the signature, the audience and the times; for whom it is, from whom, and to what question, we do.
 */
import { type CacheProvider, type Profile, SAML, SamlStatusError, ValidateInResponseTo } from '@node-saml/node-saml'
import type { SamlSettings } from '../../settings.ts'
import type { Replays } from '../replays.ts'
import { principalBy } from '../rule.ts'
import type { OwnWords, SignOn, SignOnOutcome } from '../sign-on.ts'
import { LOGOUT_PATH } from '../sign-out.ts'
import { type Assertion, readAssertion } from './assertion.ts'
import { decrypted } from './encrypted.ts'
import { certificatesIn, ownIn } from './files.ts'
import { type LogoutNeeds, handlesOf, logoutUrl as urlToLeave, takeLogout } from './logout.ts'
import { isRequestOf, newRequestId } from './request-ids.ts'
import { isPlainXml } from './shape.ts'

/** What we are called there is where our metadata are. */
const METADATA_PATH = '/sign-on/metadata'
/** A browser needs a moment to bring it; longer than that it is not needed. */
const MOST_AGE_MS = 300_000
const SKEW_MS = 30_000
/** How long ago the person may have been asked, where they are asked each time. */
const ANEW_MS = 300_000

const ALGORITHMS = new Set([
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
])

/** Throws in words when the certificates cannot be read. */
export function samlSignOn(settings: SamlSettings, home: string, answerUrl: string, replays: Replays): SignOn {
  const { title, issuer, url, logoutUrl, singleLogoutUrl, rule, asksAnew } = settings
  const ourLogoutUrl = `${home}${LOGOUT_PATH}`
  const certificates = certificatesIn(settings.certificates)
  const ours = settings.own && ownIn(settings.own)
  const samlOf = (own: OwnWords, isLogout = false): SAML =>
    new SAML({
      issuer: `${home}${METADATA_PATH}`,
      callbackUrl: answerUrl,
      entryPoint: url,
      idpCert: [...certificates],
      audience: `${home}${METADATA_PATH}`,
      // Either the answer or what it says of the person is signed; what is not covered by a signature is not looked at.
      wantAuthnResponseSigned: false,
      wantAssertionsSigned: false,
      identifierFormat: null,
      disableRequestedAuthnContext: true,
      forceAuthn: asksAnew,
      acceptedClockSkewMs: SKEW_MS,
      maxAssertionAgeMs: MOST_AGE_MS,
      // Of answers to a logout the library does not find it; we look at it ourselves.
      validateInResponseTo: isLogout ? ValidateInResponseTo.never : ValidateInResponseTo.always,
      requestIdExpirationPeriodMs: MOST_AGE_MS,
      generateUniqueId: () => newRequestId(own),
      cacheProvider: questionsOf(own),
      ...(singleLogoutUrl !== undefined && { idpIssuer: issuer, logoutUrl: singleLogoutUrl, logoutCallbackUrl: ourLogoutUrl }),
      ...(ours && { privateKey: ours.key, decryptionPvk: ours.key, signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' }),
    })

  const leaving: LogoutNeeds = {
    issuer,
    ourUrl: ourLogoutUrl,
    replays,
    samlOf: own => samlOf(own, true),
    weaknessOf,
    mostAgeMs: MOST_AGE_MS,
    skewMs: SKEW_MS,
  }

  return {
    title,
    logoutUrl,
    answersBy: 'POST',
    metadata() {
      const text = samlOf(() => '').generateServiceProviderMetadata(ours?.certificate ?? null, ours?.certificate ?? null)
      // The library knows of one way to bring it; we take both, the usual one first.
      return text.replace(/<SingleLogoutService [^>]*>/, post => `${post.replace('HTTP-POST', 'HTTP-Redirect')}${post}`)
    },
    ...(singleLogoutUrl !== undefined && {
      signOutUrl: (handles, own) => urlToLeave(handles, own, leaving),
      takeLogout: (brought, own) => takeLogout(brought, own, leaving),
    }),
    begin: own => samlOf(own).getAuthorizeUrlAsync('', undefined, {}),
    async answer(said, own) {
      const response = said.get('SAMLResponse') ?? ''
      const oddity = oddityOf(response, ours?.key)
      if (oddity !== undefined) return { kind: 'refused', why: oddity }
      let profile
      try {
        ;({ profile } = await samlOf(own).validatePostResponseAsync({ SAMLResponse: response }))
      } catch (error) {
        if (error instanceof SamlStatusError) return { kind: 'failed', why: 'that it could not' }
        return { kind: 'refused', why: whyOf(error) }
      }
      const assertion = readAssertion(profile?.getAssertion?.())
      return profile && assertion ? judge(assertion, profile, own) : { kind: 'refused', why: 'malformed' }
    },
  }

  function judge(assertion: Assertion, profile: Profile, own: OwnWords): SignOnOutcome {
    const { confirmations, authenticatedAt, until, said } = assertion
    const now = Date.now()
    const refused = (why: string): SignOnOutcome => ({ kind: 'refused', why })
    if (assertion.issuer !== issuer) return refused('of another sign-on')
    const good = confirmations.find(
      one => one.recipient === answerUrl && one.until + SKEW_MS > now && isRequestOf(own, one.inResponseTo ?? ''),
    )
    if (!good) return refused('for another browser or site')
    if (asksAnew && !(authenticatedAt > now - ANEW_MS)) return refused('not asked anew')
    const ruled = principalBy(rule, said)
    if (ruled.kind === 'refused') return ruled
    // Each question is answered once.
    const use = replays.use(good.inResponseTo ?? '', now + 2 * (MOST_AGE_MS + SKEW_MS), now)
    if (use !== 'first') return refused(use === 'again' ? 'used already' : 'too many at once')
    const handles = singleLogoutUrl === undefined ? [] : handlesOf(profile)
    return { kind: 'person', principal: ruled.principal, lifeMs: until - now, handles }
  }
}

/** What the library keeps to know its questions again; ours say themselves whose they are. */
const questionsOf = (own: OwnWords): CacheProvider => ({
  saveAsync: (_, value) => Promise.resolve({ value, createdAt: Date.now() }),
  getAsync: id => Promise.resolve(isRequestOf(own, id) ? new Date().toISOString() : null),
  removeAsync: id => Promise.resolve(id),
})

/** What no identity provider writes. */
function oddityOf(response: string, key: string | undefined): string | undefined {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(response)) return 'malformed'
  const xml = Buffer.from(response, 'base64').toString('utf8')
  if (!isPlainXml(xml)) return 'malformed'
  const inside = decrypted(xml, key)
  if (inside.kind === 'plain') return weaknessOf(xml)
  if (inside.kind === 'refused') return inside.why
  if (!isPlainXml(inside.text) || decrypted(inside.text, undefined).kind !== 'plain') return 'malformed'
  return weaknessOf(inside.text) ?? weaknessOf(xml.replace(ENCRYPTED, ''))
}

/** There is one, as has been seen. How it is encrypted is looked at where it is decrypted. */
const ENCRYPTED = /<(?:[\w.-]+:)?EncryptedData[\s>][^]*<\/(?:[\w.-]+:)?EncryptedData\s*>/

function weaknessOf(xml: string): string | undefined {
  const algorithms = [...xml.matchAll(/\bAlgorithm\s*=\s*["']([^"']*)["']/g)].map(([, name = '']) => name)
  return algorithms.every(name => ALGORITHMS.has(name)) ? undefined : 'signed in a way that is not good enough'
}

/** The library says it in English only. */
function whyOf(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  if (/InResponseTo/i.test(text)) return 'for another browser'
  if (/signature/i.test(text)) return 'wrongly signed'
  if (/audience/i.test(text)) return 'for another site'
  if (/expired|not yet valid|subject confirmation/i.test(text)) return 'too old, or from the future'
  return 'malformed'
}
