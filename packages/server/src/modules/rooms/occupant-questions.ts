/** Questions put to somebody in a room by the nickname (XEP-0045 §6.6, §17.4), and to oneself to learn whether one is inside (XEP-0410). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { DISCO_INFO, DISCO_ITEMS } from '@plodge/xmpp/xeps/disco.ts'
import { PING } from '@plodge/xmpp/xeps/ping.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Call } from '../../routing/host.ts'
import type { Directory } from './directory.ts'

/** Undefined where the question is for the room itself. Throws StanzaError to refuse. */
export function occupantQuestion(directory: Directory, { to, from, iq }: Call): readonly Element[] | undefined {
  if (to.resource === '') return undefined
  const ns = iq.children[0]?.ns
  const room = directory.inMemory(to)?.room
  const asker = room?.occupantOf(from)
  if (!room || !asker) {
    // §6.6; XEP-0410 §3.
    if (ns === DISCO_INFO || ns === DISCO_ITEMS) throw new StanzaError('bad-request', 'You are not in this room')
    throw new StanzaError('not-acceptable', 'You are not in this room')
  }
  const asked = room.occupants.get(to.resource)
  if (!asked) throw new StanzaError('item-not-found', 'There is nobody of that nickname here')
  if (asked === asker && ns === PING) return []
  throw new StanzaError('service-unavailable', 'Questions are not passed on by this room; ask this person directly')
}
