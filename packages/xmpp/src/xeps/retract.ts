/** XEP-0424 (0.4.2): Message Retraction: an author takes a message back; what stands in its place in an archive (§5). */
import { attribute, element, elements, maybeAttribute } from './codec.ts'

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
