/**
 * Single logout (saml-profiles-2.0-os §4.4), through the browser: the identity provider says that somebody is out, and has our answer; somebody signs
 * out here, and the identity provider is told. Only what it signed, lately, for us and for the first time, is believed.
 */
import type { Profile, SAML } from '@node-saml/node-saml'
import type { Replays } from '../replays.ts'
import type { Brought, LogoutOutcome, OwnWords } from '../sign-on.ts'
import { type Carried, type LogoutRequest, type LogoutResponse, carriedBy, readLogoutMessage } from './logout-message.ts'
import { isRequestOf } from './request-ids.ts'

export interface LogoutNeeds {
  readonly issuer: string
  /** Where the identity provider sends its messages. */
  readonly ourUrl: string
  readonly replays: Replays
  readonly samlOf: (own: OwnWords) => SAML
  /** Why a text is signed in a way that is not good enough, if it is. */
  readonly weaknessOf: (xml: string) => string | undefined
  readonly mostAgeMs: number
  readonly skewMs: number
}

/** saml-core-2.0-os §8.3.7 has no more for a persistent one. */
const MOST_NAME = 256
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'
const SUBJECT = 'saml subject '

const personHandle = (nameId: string): string => `saml person ${nameId}`
const sessionHandle = (nameId: string, index: string): string => `saml session ${JSON.stringify([nameId, index])}`

/** What the identity provider calls somebody and their session; the last is what it must be told to end it. */
export function handlesOf({ nameID, nameIDFormat, nameQualifier, spNameQualifier, sessionIndex }: Profile): readonly string[] {
  const said = [nameID, nameIDFormat, nameQualifier, spNameQualifier, sessionIndex]
  if (typeof nameID !== 'string' || nameID === '' || said.some(one => one !== undefined && one.length > MOST_NAME)) return []
  const subject = { nameID, nameIDFormat: nameIDFormat ?? UNSPECIFIED, nameQualifier, spNameQualifier, sessionIndex }
  return [
    personHandle(nameID),
    ...(sessionIndex === undefined ? [] : [sessionHandle(nameID, sessionIndex)]),
    SUBJECT + JSON.stringify(subject),
  ]
}

/** Where a browser goes with our question; undefined when the session is none of the identity provider's. */
export async function logoutUrl(handles: readonly string[], own: OwnWords, { samlOf }: LogoutNeeds): Promise<string | undefined> {
  const subject = handles.find(one => one.startsWith(SUBJECT))
  return subject === undefined ? undefined : samlOf(own).getLogoutUrlAsync(JSON.parse(subject.slice(SUBJECT.length)) as Profile, '', {})
}

export async function takeLogout(brought: Brought, own: OwnWords, needs: LogoutNeeds): Promise<LogoutOutcome> {
  const refused = (why: string): LogoutOutcome => ({ kind: 'refused', why })
  const carried = carriedBy(brought)
  const message = carried && readLogoutMessage(carried.xml)
  if (!carried || !message || (message.kind === 'request') !== (carried.parameter === 'SAMLRequest')) return refused('malformed')
  if (carried.binding === 'post' && !message.isSigned) return refused('not signed')
  const weakness = needs.weaknessOf(carried.xml)
  if (weakness !== undefined) return refused(weakness)
  const now = Date.now()
  if (message.issuer !== needs.issuer) return refused('of another sign-on')
  if (message.destination !== needs.ourUrl) return refused('for another site')
  if (!(message.issuedAt > now - needs.mostAgeMs - needs.skewMs && message.issuedAt < now + needs.skewMs))
    return refused('too old, or from the future')
  const saml = needs.samlOf(own)
  if (!(await isVerified(saml, carried, message))) return refused('wrongly signed')
  if (message.kind === 'response')
    return isRequestOf(own, message.inResponseTo) ? { kind: 'answered', isOut: message.isSuccess } : refused('for another browser')
  const use = needs.replays.use(`logout ${message.id}`, now + 2 * (needs.mostAgeMs + needs.skewMs), now)
  if (use !== 'first') return refused(use === 'again' ? 'used already' : 'too many at once')
  const { nameId, sessions } = message
  return {
    kind: 'ends',
    handles: sessions.length === 0 ? [personHandle(nameId)] : sessions.map(index => sessionHandle(nameId, index)),
    // Whoever is not here is out, which is what was asked for.
    back: asSigned(await saml.getLogoutResponseUrlAsync(profileOf(message), carried.relayState, {}, true)),
  }
}

/** By the library; and it read the same of whom it is about. */
async function isVerified(saml: SAML, carried: Carried, message: LogoutRequest | LogoutResponse): Promise<boolean> {
  const { container, query, binding, parameter } = carried
  try {
    const { profile, loggedOut } =
      binding === 'redirect'
        ? await saml.validateRedirectAsync(container, query)
        : parameter === 'SAMLRequest'
          ? await saml.validatePostRequestAsync(container)
          : await saml.validatePostResponseAsync(container)
    if (!loggedOut) return false
    return message.kind === 'response' ? profile === null : profile?.nameID === message.nameId && profile['ID'] === message.id
  } catch {
    return false
  }
}

const profileOf = ({ id, issuer, nameId }: LogoutRequest): Profile => ({ ID: id, issuer, nameID: nameId, nameIDFormat: UNSPECIFIED })

/** The library signs a space as `%20`, and writes it as `+`: whoever verifies the query as it came would find it altered. */
function asSigned(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  return `${origin}${pathname}?${Array.from(searchParams, pair => pair.map(encodeURIComponent).join('=')).join('&')}`
}
