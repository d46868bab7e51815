/**
 * What a message of single logout says (saml-core-2.0-os §3.7), and how a browser brings one (saml-bindings-2.0-os §3.4, §3.5). The library checks
 * the signature; here it is made sure that there is one, and that it can only be over what is read.
 */
import { inflateRawSync } from 'node:zlib'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Brought } from '../sign-on.ts'
import { isPlainXml, withoutDeclaration } from './shape.ts'

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
/** A few hundred bytes, and certificates. */
const MOST_XML = 65_536
/** §3.4.3 allows 80 bytes; more is seen. */
const MOST_RELAY_STATE = 1024
/** Of one person at one identity provider. */
const MOST_SESSIONS = 50
const SIGNATURE_ALGORITHMS = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
])

/** What came, before its signature was looked at. */
export interface Carried {
  readonly parameter: 'SAMLRequest' | 'SAMLResponse'
  readonly binding: 'redirect' | 'post'
  readonly xml: string
  readonly relayState: string
  /** For the library: each parameter, and for a redirect what of the query is signed, in the order that it is signed in. */
  readonly container: Record<string, string>
  readonly query: string
}

/** Undefined for what no identity provider sends. */
export function carriedBy({ method, query, body }: Brought): Carried | undefined {
  try {
    return method === 'POST' ? carriedByForm(new URLSearchParams(body)) : carriedByQuery(query)
  } catch {
    return undefined
  }
}

function carriedByForm(form: URLSearchParams): Carried | undefined {
  const parameter = form.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse'
  const text = form.get(parameter) ?? ''
  if (!isBase64(text)) return undefined
  const xml = Buffer.from(text, 'base64').toString('utf8')
  const relayState = form.get('RelayState') ?? ''
  return relayState.length > MOST_RELAY_STATE
    ? undefined
    : { parameter, binding: 'post', xml, relayState, container: { [parameter]: text }, query: '' }
}

/**
 * The library looks for parameters by what is anywhere in a part of the query, and takes the first: one that only looks like the message could be
 * what is verified, and another what is believed. So each has its name in one part alone, and it is given those parts and no others.
 */
function carriedByQuery(query: string): Carried | undefined {
  const parameter = query.includes('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse'
  const parts = query.split('&')
  const kept: string[] = []
  for (const name of [parameter, 'RelayState', 'SigAlg', 'Signature']) {
    const found = parts.filter(part => part.includes(name))
    if (found.length === 0 && name === 'RelayState') continue
    const [only = '', more] = found
    if (more !== undefined || !only.startsWith(`${name}=`)) return undefined
    kept.push(only)
  }
  const said = new URLSearchParams(kept.join('&'))
  const relayState = said.get('RelayState') ?? ''
  const text = said.get(parameter) ?? ''
  if (said.get('Signature') === '' || !SIGNATURE_ALGORITHMS.has(said.get('SigAlg') ?? '')) return undefined
  if (relayState.length > MOST_RELAY_STATE || !isBase64(text)) return undefined
  const xml = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_XML }).toString('utf8')
  return { parameter, binding: 'redirect', xml, relayState, container: Object.fromEntries(said), query: kept.join('&') }
}

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)

interface Common {
  readonly id: string
  readonly issuer: string
  readonly issuedAt: number
  readonly destination: string
  /** With a signature of its own, besides that of the query. */
  readonly isSigned: boolean
}
export interface LogoutRequest extends Common {
  readonly kind: 'request'
  readonly nameId: string
  /** None: all that the person has. */
  readonly sessions: readonly string[]
}
export interface LogoutResponse extends Common {
  readonly kind: 'response'
  readonly inResponseTo: string
  readonly isSuccess: boolean
}

export function readLogoutMessage(xml: string): LogoutRequest | LogoutResponse | undefined {
  if (xml.length > MOST_XML || !isPlainXml(xml)) return undefined
  const message = parse(withoutDeclaration(xml))
  if (message.ns !== PROTOCOL) return undefined
  const { ID: id, IssueInstant: at, Destination: destination, InResponseTo: inResponseTo } = message.attributes
  const issuer = onlyText(message.childrenNamed(ASSERTION, 'Issuer'))
  if (id === undefined || at === undefined || destination === undefined || issuer === undefined) return undefined
  const isSigned = message.childrenNamed(SIGNATURE, 'Signature').length === 1
  const common = { id, issuer, issuedAt: Date.parse(at), destination, isSigned }
  switch (message.name) {
    case 'LogoutRequest': {
      const nameId = onlyText(message.childrenNamed(ASSERTION, 'NameID'))
      const sessions = message.childrenNamed(PROTOCOL, 'SessionIndex').map(one => one.text.trim())
      if (nameId === undefined || sessions.length > MOST_SESSIONS) return undefined
      return { ...common, kind: 'request', nameId, sessions }
    }
    case 'LogoutResponse': {
      const status = message.child(PROTOCOL, 'Status')?.childrenNamed(PROTOCOL, 'StatusCode')[0]
      return { ...common, kind: 'response', inResponseTo: inResponseTo ?? '', isSuccess: status?.attributes['Value'] === SUCCESS }
    }
    default:
      return undefined
  }
}

function onlyText([one, more]: readonly Element[]): string | undefined {
  const text = one?.text.trim()
  return more === undefined && text !== '' && one?.elements.length === 0 ? text : undefined
}
