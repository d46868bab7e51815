/** How a stream begins and ends on the line: RFC 6120 §4 over TCP, RFC 7395 over WebSocket. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import type { RawElement, StreamEvent } from '@plodge/xmpp/xml/raw.ts'

const ETHERX = 'http://etherx.jabber.org/streams'
const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'

export interface Header {
  readonly to: string | undefined
  readonly from: string | undefined
  readonly lang: string | undefined
  readonly version: string | undefined
}

export interface OurHeader {
  readonly id: string
  readonly domain: string
  readonly to: string | undefined
}

export interface Framing {
  readonly isFramed: boolean
  /** The client's header, if the event is one; throws StreamError when it is a wrong one. */
  headerOf(event: StreamEvent): Header | undefined
  isClose(event: StreamEvent): boolean
  open(header: OurHeader): string
  readonly close: string
  features(inner: string): string
  error(error: StreamError): string
}

const attributesOf = ({ id, domain, to }: OurHeader): string =>
  `id='${id}' from='${escapeAttribute(domain)}'${to === undefined ? '' : ` to='${escapeAttribute(to)}'`} version='1.0' xml:lang='en'`

const headerFrom = (element: RawElement): Header => ({
  to: element.attribute('to'),
  from: element.attribute('from'),
  lang: languageOf(element),
  version: element.attribute('version'),
})

/** BCP 47 §2.1. What is no language tag would be put on every stanza for nothing. */
const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/

function languageOf(element: RawElement): string | undefined {
  const lang = element.attribute('xml:lang')
  return lang !== undefined && LANGUAGE.test(lang) ? lang : undefined
}

export const TCP: Framing = {
  isFramed: false,
  headerOf(event) {
    if (event.kind !== 'open') return undefined
    const { header, content, prefix } = event
    if (header.name !== 'stream') throw new StreamError('bad-format', 'A stream begins with <stream:stream>')
    if (header.ns !== ETHERX) throw new StreamError('invalid-namespace', `The namespace of a stream is ${ETHERX}`)
    if (prefix !== 'stream') throw new StreamError('bad-namespace-prefix', 'The prefix of a stream is stream')
    if (content !== 'jabber:client') throw new StreamError('invalid-namespace', 'The default namespace of a client is jabber:client')
    return headerFrom(header)
  },
  isClose: event => event.kind === 'close' || (event.kind === 'open' && event.isEmpty),
  open: header => `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='${ETHERX}' ${attributesOf(header)}>`,
  close: '</stream:stream>',
  features: inner => `<stream:features>${inner}</stream:features>`,
  error: error => error.toXml(),
}

export const WEBSOCKET: Framing = {
  isFramed: true,
  headerOf(event) {
    if (event.kind !== 'element' || event.element.name !== 'open') return undefined
    if (event.element.ns !== FRAMING) throw new StreamError('invalid-namespace', `The namespace of <open/> is ${FRAMING}`)
    return headerFrom(event.element)
  },
  isClose: event => event.kind === 'element' && event.element.name === 'close' && event.element.ns === FRAMING,
  open: header => `<open xmlns='${FRAMING}' ${attributesOf(header)}/>`,
  close: `<close xmlns='${FRAMING}'/>`,
  features: inner => `<stream:features xmlns:stream='${ETHERX}'>${inner}</stream:features>`,
  error: error => error.toXml(false),
}

/** Gives the bare address that the client says it will have, if it does. Throws StreamError where RFC 6120 §4.7 wants another header. */
export function checkHeader({ to, from, version }: Header, domain: Account): string | undefined {
  const theirs = to === undefined ? undefined : Jid.parse(to)
  if (!theirs) throw new StreamError('improper-addressing', 'A stream names in its "to" the domain it is for')
  if (theirs.full !== domain.full) throw new StreamError('host-unknown', `This server is ${domain.full}`)
  if (version === undefined || !/^\d{1,3}\.\d{1,3}$/.test(version) || Number.parseInt(version, 10) < 1) {
    throw new StreamError('unsupported-version', 'This server speaks XMPP 1.0')
  }
  const claimed = from === undefined ? undefined : Jid.parse(from)
  if (!claimed || claimed.local === '') return undefined
  // XEP-0388 §2.1.
  if (claimed.domain !== domain.domain) throw new StreamError('invalid-from', `Addresses here are of ${domain.full}`)
  return claimed.bare
}
