/** The <body/> that wraps everything in BOSH (XEP-0124, XEP-0206): read into what a stream understands, and written around what it says. */
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { Element, write } from '@plodge/xmpp/xml/element.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { ReaderLimits } from '@plodge/xmpp/xml/raw.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'

export const HTTPBIND = 'http://jabber.org/protocol/httpbind'
export const XBOSH = 'urn:xmpp:xbosh'
const CLIENT = 'jabber:client'
const ETHERX = 'http://etherx.jabber.org/streams'

export interface Body {
  /** Undefined when there is none, or one that cannot be (XEP-0124 §14.1: up to 2^53 - 1). */
  readonly rid: number | undefined
  /** By name; those of other namespaces as `{namespace}name`. */
  readonly attributes: Readonly<Record<string, string>>
  /** Each as text that stands by itself. */
  readonly payloads: readonly string[]
}

/** Undefined when it is no <body/>, or breaks the limits. */
export function readBodyElement(bytes: Buffer, limits: ReaderLimits): Body | undefined {
  try {
    // A declaration before it is allowed, and says nothing that matters.
    const text = new TextDecoder('utf-8', { fatal: true })
      .decode(bytes)
      .replace(/^\s*<\?xml [^?>]{0,100}\?>/, '')
      .trim()
    const reader = new XmlReader(limits, { framed: true })
    reader.push(text)
    const event = reader.next()
    if (event?.kind !== 'element' || reader.isMidway || reader.next()) return undefined
    const { ns, name, attributes, elements } = parse(text)
    if (ns !== HTTPBIND || name !== 'body') return undefined
    const rid = /^[1-9]\d{0,15}$/.test(attributes['rid'] ?? '') ? Number(attributes['rid']) : undefined
    return {
      rid: Number.isSafeInteger(rid) ? rid : undefined,
      attributes,
      payloads: elements.map(element => write(forStream(element), '')),
    }
  } catch (error) {
    if (error instanceof StreamError || error instanceof TypeError) return undefined
    throw error
  }
}

/** XEP-0206 §2: clients leave the namespace of stanzas out; then they are in that of the body. */
function forStream(element: Element): Element {
  if (element.ns !== HTTPBIND) return element
  const { name, attributes, children } = element
  return new Element(
    CLIENT,
    name,
    attributes,
    children.map(child => (typeof child === 'string' ? child : forStream(child))),
  )
}

export function writeBody(attributes: Readonly<Record<string, string | number | undefined>>, payload = ''): string {
  // XEP-0206 §2: whoever reads without namespaces looks for it here.
  const stream = payload.includes('<stream:') ? ` xmlns:stream='${ETHERX}'` : ''
  const xbosh = Object.keys(attributes).some(name => name.startsWith('xmpp:')) ? ` xmlns:xmpp='${XBOSH}'` : ''
  const written = Object.entries(attributes).map(([name, value]) =>
    value === undefined ? '' : ` ${name}='${escapeAttribute(String(value))}'`,
  )
  return `<body xmlns='${HTTPBIND}'${xbosh}${stream}${written.join('')}${payload === '' ? '/>' : `>${payload}</body>`}`
}

/** XEP-0124 §17.2: terminal binding conditions. */
export type BindingCondition =
  | 'bad-request'
  | 'host-unknown'
  | 'improper-addressing'
  | 'internal-server-error'
  | 'item-not-found'
  | 'other-request'
  | 'policy-violation'
  | 'remote-connection-failed'
  | 'remote-stream-error'
  | 'system-shutdown'

export const terminate = (condition?: BindingCondition, payload = ''): string => writeBody({ type: 'terminate', condition }, payload)
