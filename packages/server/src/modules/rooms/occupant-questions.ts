/** Questions put to somebody in a room by the nickname (XEP-0045 §6.6, §17.4), and to oneself to learn whether one is inside (XEP-0410). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { raw } from '@plodge/xmpp/xeps/codec.ts'
import { DISCO_INFO, DISCO_ITEMS } from '@plodge/xmpp/xeps/disco.ts'
import { PING, Ping } from '@plodge/xmpp/xeps/ping.ts'
import { AskVCard, VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Occupant } from '../../rooms/room.ts'
import type { Call, Host } from '../../routing/host.ts'
import type { Now } from '../../routing/now.ts'
import type { Directory } from './directory.ts'

/** Undefined where the question is for the room itself. Throws StanzaError to refuse. */
export function occupantQuestion(host: Host, directory: Directory, { to, from, iq }: Call): Now<readonly Element[]> | undefined {
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
  return passOn(host, asker, asked, iq)
}

/** §17.4: neither learns who the other is. A card is the person's, all else the newest device's. */
async function passOn({ inquiries }: Host, { at: from }: Occupant, asked: Occupant, iq: Call['iq']): Promise<readonly Element[]> {
  const [question] = iq.elements()
  const person = Jid.parse(asked.person)
  const device = asked.seats.at(-1)?.device
  if (!question || !person || !device || iq.type !== 'get') throw new StanzaError('service-unavailable', 'Ask this person directly')
  if (question.ns === VCARD) return [await inquiries.ask(AskVCard, {}, { from, to: person })]
  if (question.ns === PING) {
    await inquiries.ask(Ping, undefined, { from, to: device })
    return []
  }
  const same = raw(question.ns, question.name)
  return [await inquiries.ask({ type: 'get', request: same, response: same }, question, { from, to: device })]
}
