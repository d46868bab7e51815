/** The error of a refused stanza (RFC 6120 §8.3.2), as the StanzaError it was. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'

export function refusalOf(stanza: Element): StanzaError {
  const error = stanza.child(CLIENT, 'error')
  if (!error) throw new Error(`an error that says nothing: ${stanza.toString(CLIENT)}`)
  return StanzaError.from(error)
}
