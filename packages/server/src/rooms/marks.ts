/**
 * Announcements that ask to be acknowledged (XEP-0333): up to where each person has read. Nobody is told but owners and admins, so that the
 * markers of hundreds are not sent to hundreds; those who have no voice send them, too.
 */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { MarkDisplayed } from '@plodge/xmpp/xeps/chat-markers.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import { Body, OccupantId, Subject } from '@plodge/xmpp/xeps/muc.ts'
import type { Delivery, Mark, Occupant, Room } from './room.ts'

/** Whether the room keeps the message for itself. */
export const isKeptMark = ({ settings }: Room, message: Stanza): boolean =>
  settings.keepsMarks && message.has(MarkDisplayed) && !message.has(Body) && !message.has(Subject)

/** §4.3: markers name what the room's archive calls a message; what cannot be a name of ours is undefined. */
export function markedId(message: Stanza): number | undefined {
  const id = message.get(MarkDisplayed)?.id ?? ''
  return /^[1-9]\d{0,15}$/.test(id) ? Number(id) : undefined
}

/** §5: marks only move forward. */
export function setMark(room: Room, person: BareJid, mark: Mark): void {
  const before = room.marks.get(person)
  if (!before || before.id < mark.id) room.marks.set(person, mark)
}

/** For a device that comes in: how far its person has read. */
export function ownMark(room: Room, { at: from, person, id }: Occupant, to: Delivery['to']): readonly Delivery[] {
  const mark = room.settings.keepsMarks ? room.marks.get(person) : undefined
  if (!mark) return []
  const message = Stanza.of('message', { from, type: 'groupchat' }, [MarkDisplayed.write({ id: `${mark.id}` }), OccupantId.write({ id })])
  return [{ stanza: message.plus(Delay, { from: room.address.full, stamp: writeDateTime(mark.at), reason: '' }), to }]
}

export interface Readers {
  readonly read: readonly BareJid[]
  readonly unread: readonly BareJid[]
}

/** Of the members, and whoever else has ever read anything, but not of whoever said it. */
export function readersOf(room: Room, id: number, isAuthor: (person: BareJid) => boolean): Readers {
  const [read, unread]: [BareJid[], BareJid[]] = [[], []]
  for (const person of new Set([...room.affiliations.keys(), ...room.marks.keys()]))
    if (room.affiliationOf(person) !== 'outcast' && !isAuthor(person))
      ((room.marks.get(person)?.id ?? 0) >= id ? read : unread).push(person)
  return { read: read.sort(), unread: unread.sort() }
}
