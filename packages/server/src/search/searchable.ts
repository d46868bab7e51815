/** What of a stored message can be searched for: what its author wrote, not what stands there for clients that understand less. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'

const FALLBACK = 'urn:xmpp:fallback:0'

export function searchableText(stanza: string): string {
  if (!stanza.includes('body') && !stanza.includes('subject')) return ''
  const message = parse(stanza, CLIENT)
  const texts: string[] = []
  for (const child of message.elements) {
    if (child.ns !== CLIENT || (child.name !== 'body' && child.name !== 'subject')) continue
    if (!isFallback(message, child.name)) texts.push(child.text)
  }
  // Nobody's phrase reaches from one text into the next.
  return texts.join('\n')
}

/** XEP-0428 §3.1: a fallback without ranges is of the whole text, and without `body` or `subject` of both. */
function isFallback(message: Element, name: string): boolean {
  return message.childrenNamed(FALLBACK, 'fallback').some(({ elements }) => {
    if (elements.length === 0) return true
    return elements.some(part => part.name === name && part.attributes['start'] === undefined && part.attributes['end'] === undefined)
  })
}
