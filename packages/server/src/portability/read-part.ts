/** What a part of a file says, once it is checked as strictly as what comes from a client. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { RawElement, ReaderLimits } from '@plodge/xmpp/xml/raw.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'
import { NotReadable } from './splitter.ts'

const LIMITS: ReaderLimits = { bytes: 64 * 1024 * 1024, tag: 65_536, depth: 200, elements: 1_000_000, attributes: 1000 }

function checked(text: string): RawElement {
  const reader = new XmlReader(LIMITS, { framed: true })
  reader.push(text)
  try {
    const event = reader.next()
    if (event?.kind === 'element') return event.element
  } catch (error) {
    if (error instanceof StreamError) throw new NotReadable(`The file is not XML as it must be: ${error.message}`)
    throw error
  }
  throw new NotReadable('The file is not XML as it must be: an element is not closed')
}

/** Throws NotReadable. */
export function readElement(text: string): Element {
  checked(text)
  return parse(text)
}

/** Undefined when it has no sender, or an address that is none. Throws NotReadable. */
export function readMessage(text: string): Stanza | undefined {
  const element = checked(text)
  const [from, to] = [element.attribute('from'), element.attribute('to')].map(written =>
    written === undefined ? undefined : Jid.parse(written),
  )
  if (!from || (!to && element.attribute('to') !== undefined)) return undefined
  const envelope = { from, to, type: element.attribute('type'), id: element.attribute('id'), lang: element.attribute('xml:lang') }
  return Stanza.read('message', envelope, element.payload, element.children)
}
