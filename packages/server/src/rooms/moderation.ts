/** XEP-0425, XEP-0424: a message that is taken back, by a moderator or by who said it, and the tombstone in its place. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { MODERATE, OccupantId } from '@plodge/xmpp/xeps/muc.ts'
import { RETRACT, Retract, Retracted } from '@plodge/xmpp/xeps/retract.ts'
import { OriginId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Element, write } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Room } from './room.ts'

/** What everybody hears of it (XEP-0425 §4.1). Throws StanzaError where that person does not moderate. */
export function moderated(room: Room, wish: { readonly id: string; readonly reason: string | undefined }, by: Jid, id: string): Stanza {
  const occupant = room.occupantOf(by)
  const affiliation = room.affiliationOf(by.bare)
  if (occupant?.role !== 'moderator' && affiliation !== 'owner' && affiliation !== 'admin')
    throw new StanzaError('forbidden', 'Only moderators take back what others said')
  const who = occupant ? [OccupantId.write({ id: occupant.id })] : []
  const content = [
    new Element(MODERATE, 'moderated', occupant ? { by: occupant.at.full } : {}, who),
    ...(wish.reason === undefined ? [] : [new Element(RETRACT, 'reason', {}, [wish.reason])]),
  ]
  return Stanza.of('message', { from: room.address, type: 'groupchat', id }, [Retract.write({ id: wish.id, content })])
}

/** What may be known of it still (XEP-0424 §5, XEP-0425 §5); undefined where there is nothing to take back. */
export function tombstone(stored: string, retraction: Stanza, stamp: string): string | undefined {
  const message = parse(stored, CLIENT)
  // A retraction stays, and so does a tombstone.
  if (message.elements.some(({ ns }) => ns === RETRACT)) return undefined
  const { content } = retraction.get(Retract) ?? { content: [] }
  const author = message.childrenNamed(OccupantId.ns, OccupantId.name)
  const retracted = Retracted.write({ id: retraction.id, stamp, content })
  return write(new Element(CLIENT, 'message', message.attributes, [...author, retracted]), '')
}

/** Whether its author called it that (XEP-0359 §3.2). */
export const isCalled = (message: Stanza, name: string): boolean => message.id === name || message.get(OriginId)?.id === name

/** XEP-0424 §6: nobody takes back what another said. */
export const isAuthor = (stored: string, occupantId: string): boolean =>
  parse(stored, CLIENT).child(OccupantId.ns, OccupantId.name)?.attributes['id'] === occupantId
