/** XEP-0424 (0.4.2): Message Retraction: an author takes a message back; what stands in its place in an archive (§5). */
import type { Stanza } from '../stanza/stanza.ts'
import type { Element } from '../xml/element.ts'
import { attribute, element, elements, maybeAttribute, present } from './codec.ts'

export const RETRACT = 'urn:xmpp:message-retract:1'
/** §5: what an archive says that leaves tombstones. */
export const TOMBSTONES = `${RETRACT}#tombstone`

/** `id` is that of the message that is taken back. In it a room says who moderated (XEP-0425). */
export const Retract = element(RETRACT, 'retract', { id: attribute('id'), content: elements() })
/** The tombstone. `id` is that of the message that took it back. */
export const Retracted = element(RETRACT, 'retracted', {
  id: maybeAttribute('id'),
  stamp: maybeAttribute('stamp'),
  content: elements(),
})

/** As it was before 0.4 (2023), which Debian's slixmpp still says: attached to what is taken back by XEP-0422, under what its author called it (XEP-0359). */
export const OLD_RETRACT = 'urn:xmpp:message-retract:0'
const FASTEN = 'urn:xmpp:fasten:0'
const Meant = element(RETRACT, 'retract', { id: maybeAttribute('id') })
const OldMeant = element(FASTEN, 'apply-to', { id: maybeAttribute('id'), isRetraction: present(OLD_RETRACT, 'retract') })

/** What a message takes back, in either form; undefined when nothing. */
export function takenBack(message: Stanza): string | undefined {
  const meant = message.get(Meant)
  if (meant) return meant.id
  const old = message.get(OldMeant)
  return old?.isRetraction === true ? old.id : undefined
}

/** The same of an element: whether it takes something back, or is what was left of that. */
export const tellsOfRetraction = (message: Element): boolean =>
  message.elements.some(({ ns }) => ns === RETRACT || ns === OLD_RETRACT) ||
  message.child(FASTEN, 'apply-to')?.child(OLD_RETRACT, 'retract') !== undefined
