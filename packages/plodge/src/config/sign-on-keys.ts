/** Keys about how people sign in at the web tier. */
import type { PersonRule, SignOnSettings } from '../../../web/src/settings.ts'
import { type Key, key } from './key.ts'
import { httpsPage, oneOf, orFalse, path, patternWithGroup, listOfPairs, text, trueOrFalse } from './kinds.ts'
import { needed } from './needed.ts'

export interface SignOnKeys {
  readonly signOnKind: SignOnSettings['kind']
  readonly signOnTitle: string
  readonly signOnUrl: string | undefined
  readonly signOnLogoutUrl: string | undefined
  readonly signOnKeys: string | undefined
  readonly signOnIssuer: string | undefined
  readonly signOnClientId: string | undefined
  readonly signOnClientSecret: string | undefined
  readonly signOnScopes: string
  readonly signOnCertificates: string | undefined
  readonly signOnOwnKey: string | undefined
  readonly signOnOwnCertificate: string | undefined
  readonly signOnSingleLogoutUrl: string | undefined
  readonly signOnName: string | undefined
  readonly signOnPattern: RegExp | undefined
  readonly signOnRequired: Readonly<Record<string, string>>
  readonly signOnAsksAnew: boolean
  readonly signOnAllowsLeavers: boolean
}

export const SIGN_ON: { readonly [K in keyof SignOnKeys]: Key<SignOnKeys[K]> } = {
  signOnKind: key(
    'web.sign_on.kind',
    oneOf('raven', 'raven-demo', 'ucam-webauth', 'oidc', 'saml'),
    'raven',
    'How people sign in: with Raven, at its demonstration server (where anybody is anybody), at another that speaks Ucam-WebAuth, with OpenID Connect, or with SAML 2.',
    'sign_on.kind = "raven"',
  ),
  signOnTitle: key('web.sign_on.title', text, 'the sign-on', 'For "oidc" and "saml": what people know it by.', 'sign_on.title = "Raven"'),
  signOnUrl: key<string | undefined>(
    'web.sign_on.url',
    orFalse(httpsPage),
    false,
    'For "ucam-webauth" and "saml": the page where people sign in.',
    'sign_on.url = "https://sign-on.example.org/auth/authenticate.html"',
  ),
  signOnLogoutUrl: key<string | undefined>(
    'web.sign_on.logout_url',
    orFalse(httpsPage),
    false,
    'The page where people sign out of it. Needed for "ucam-webauth"; for "oidc" the provider may say it.',
    'sign_on.logout_url = "https://sign-on.example.org/auth/logout.html"',
  ),
  signOnKeys: key<string | undefined>(
    'web.sign_on.keys',
    orFalse(path),
    false,
    'For Raven and "ucam-webauth": the folder of the sign-on server’s public keys, each named for its number: pubkey2, pubkey2.pem or pubkey2.crt.',
    'sign_on.keys = "raven-keys"',
  ),
  signOnIssuer: key<string | undefined>(
    'web.sign_on.issuer',
    orFalse(text),
    false,
    'For "oidc" the provider’s issuer, an https URL; for "saml" the identity provider’s entity id.',
    'sign_on.issuer = "https://accounts.google.com"',
  ),
  signOnClientId: key<string | undefined>(
    'web.sign_on.client_id',
    orFalse(text),
    false,
    'For "oidc": what the provider calls us.',
    'sign_on.client_id = "chat"',
  ),
  signOnClientSecret: key<string | undefined>(
    'web.sign_on.client_secret',
    orFalse(path),
    false,
    'For "oidc": a file that holds the secret which the provider gave us.',
    'sign_on.client_secret = "oidc.secret"',
  ),
  signOnScopes: key('web.sign_on.scopes', text, 'openid email', 'For "oidc": what is asked for.', 'sign_on.scopes = "openid profile"'),
  signOnCertificates: key<string | undefined>(
    'web.sign_on.certificates',
    orFalse(path),
    false,
    'For "saml": a file of the identity provider’s signing certificates, in PEM; two while it changes from one to the other.',
    'sign_on.certificates = "idp.pem"',
  ),
  signOnOwnKey: key<string | undefined>(
    'web.sign_on.own_key',
    orFalse(path),
    false,
    'For "saml": a private key of our own (RSA, PEM). With it our questions are signed, and the identity provider may encrypt its answers for us.',
    'sign_on.own_key = "saml-key.pem"',
  ),
  signOnOwnCertificate: key<string | undefined>(
    'web.sign_on.own_certificate',
    orFalse(path),
    false,
    'Its certificate, for the identity provider: it is in our metadata.',
    'sign_on.own_certificate = "saml.pem"',
  ),
  signOnSingleLogoutUrl: key<string | undefined>(
    'web.sign_on.single_logout_url',
    orFalse(httpsPage),
    false,
    'For "saml": where the identity provider takes messages of single logout by HTTP-Redirect. Then whoever signs out there is out here, and the other way round. Needs own_key.',
    'sign_on.single_logout_url = "https://idp.example.org/idp/profile/SAML2/Redirect/SLO"',
  ),
  signOnName: key<string | undefined>(
    'web.sign_on.name',
    orFalse(text),
    false,
    'For "oidc" the claim, for "saml" the attribute that says who somebody is (or "NameID"). The claim "email" counts only when the provider says it is verified.',
    'sign_on.name = "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"',
  ),
  signOnPattern: key<RegExp | undefined>(
    'web.sign_on.pattern',
    orFalse(patternWithGroup),
    false,
    'What that looks like, from ^ to $, with one group: the name here, before the @. Whoever does not fit has no place here.',
    "sign_on.pattern = '^([a-z][a-z0-9]+)@cam\\.ac\\.uk$'",
  ),
  signOnRequired: key<Readonly<Record<string, string>>>(
    'web.sign_on.required',
    listOfPairs,
    [],
    'Claims or attributes that must have these values besides. Of Google this is needed: it signs in the whole world.',
    'sign_on.required = ["hd=cam.ac.uk"]',
  ),
  signOnAsksAnew: key(
    'web.sign_on.asks_anew',
    trueOrFalse,
    false,
    'People are asked for their password each time, though they are signed in to something else.',
    'sign_on.asks_anew = true',
  ),
  signOnAllowsLeavers: key(
    'web.sign_on.allows_leavers',
    trueOrFalse,
    false,
    'For Raven and "ucam-webauth": lets people in who are not current members too.',
    'sign_on.allows_leavers = true',
  ),
}

/** Throws in words when something that the kind needs is not there. */
export function signOnOf(keys: SignOnKeys): SignOnSettings {
  const { signOnKind: kind, signOnTitle: title, signOnLogoutUrl: logoutUrl, signOnAsksAnew: asksAnew } = keys
  switch (kind) {
    case 'oidc': {
      const issuer = needed(keys.signOnIssuer, 'sign_on.issuer')
      if (URL.parse(issuer)?.protocol !== 'https:') throw new Error('[web] sign_on.issuer is an https URL for the kind "oidc"')
      return {
        kind,
        title,
        issuer,
        clientId: needed(keys.signOnClientId, 'sign_on.client_id'),
        clientSecret: needed(keys.signOnClientSecret, 'sign_on.client_secret'),
        scopes: keys.signOnScopes,
        rule: ruleOf(keys),
        logoutUrl,
        asksAnew,
      }
    }
    case 'saml':
      return {
        kind,
        title,
        issuer: needed(keys.signOnIssuer, 'sign_on.issuer'),
        url: needed(keys.signOnUrl, 'sign_on.url'),
        certificates: needed(keys.signOnCertificates, 'sign_on.certificates'),
        own:
          keys.signOnOwnKey === undefined
            ? undefined
            : { key: keys.signOnOwnKey, certificate: needed(keys.signOnOwnCertificate, 'sign_on.own_certificate') },
        rule: ruleOf(keys),
        logoutUrl,
        singleLogoutUrl: singleLogoutOf(keys),
        asksAnew,
      }
    case 'raven':
    case 'raven-demo':
    case 'ucam-webauth':
      return {
        kind,
        url: keys.signOnUrl,
        logoutUrl,
        keys: needed(keys.signOnKeys, 'sign_on.keys'),
        asksAnew,
        allowsLeavers: keys.signOnAllowsLeavers,
      }
  }
}

const ruleOf = ({ signOnName, signOnPattern, signOnRequired }: SignOnKeys): PersonRule => ({
  name: needed(signOnName, 'sign_on.name'),
  pattern: needed(signOnPattern, 'sign_on.pattern'),
  required: signOnRequired,
})

/** What is not signed, nobody there would believe. */
function singleLogoutOf({ signOnSingleLogoutUrl: url, signOnOwnKey: key }: SignOnKeys): string | undefined {
  if (url !== undefined && key === undefined)
    throw new Error('[web] sign_on.single_logout_url needs sign_on.own_key, which signs what is sent there')
  return url
}
