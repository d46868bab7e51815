/** The error of a refused stanza (RFC 6120 §8.3.2), as the StanzaError it was. */
import { type Condition, type ErrorType, StanzaError, STANZAS } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'

export function refusalOf(stanza: Element): StanzaError {
  const error = stanza.child(CLIENT, 'error')
  const condition = error?.elements.find(({ ns, name }) => ns === STANZAS && name !== 'text')
  if (!error || !condition) throw new Error(`an error that says nothing: ${stanza.toString(CLIENT)}`)
  const detail = error.elements.find(({ ns }) => ns !== STANZAS)
  return new StanzaError(condition.name as Condition, error.child(STANZAS, 'text')?.text, {
    type: error.attributes['type'] as ErrorType,
    ...(detail && { detail }),
  })
}
