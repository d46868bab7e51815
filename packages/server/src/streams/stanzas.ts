/** From what a client sent to a stanza of that client: kind, addresses, language. What is wrong with it is said by the specification's error. */
import { type Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, type Kind, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'

export type Received =
  | { readonly kind: 'stanza'; readonly stanza: Stanza }
  | { readonly kind: 'refused'; readonly stanza: Stanza; readonly error: StanzaError }

const LONGEST_ID = 1024

/** `lang` is that of the stream (RFC 6120 §8.1.5). Throws StreamError where the specification ends the stream. */
export function readStanza(element: RawElement, from: Device, lang: string | undefined): Received {
  const kind = kindOf(element)
  const claimed = element.attribute('from')
  if (claimed !== undefined) checkFrom(claimed, from)
  const toText = element.attribute('to')
  const to = toText === undefined ? undefined : Jid.parse(toText)
  const id = element.attribute('id')
  const envelope = { from, to, id, type: element.attribute('type'), lang: element.attribute('xml:lang') ?? lang }
  const stanza = Stanza.read(kind, envelope, element.payload, element.children)
  if (toText !== undefined && !to)
    return { kind: 'refused', stanza, error: new StanzaError('jid-malformed', 'The address it is sent to is not an address') }
  if (id !== undefined && id.length > LONGEST_ID)
    throw new StreamError('policy-violation', `The id of a stanza has at most ${LONGEST_ID} characters`)
  return { kind: 'stanza', stanza }
}

function kindOf({ ns, name }: RawElement): Kind {
  if (name === 'message' || name === 'presence' || name === 'iq') {
    if (ns !== CLIENT) throw new StreamError('invalid-namespace', 'Stanzas of a client are in jabber:client')
    return name
  }
  throw new StreamError('unsupported-stanza-type', 'There is no stanza of that name')
}

/** RFC 6120 §8.1.2.1: a client speaks for itself only. */
function checkFrom(claimed: string, from: Device): void {
  if (claimed === from.full) return
  const jid = Jid.parse(claimed)
  if (jid?.full !== from.full && jid?.full !== from.bare) throw new StreamError('invalid-from', 'A client sends under its own address only')
}
