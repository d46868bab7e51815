/** XEP-0045 §7.4, §7.5, §8.1: what is said to everybody, to one occupant, and the subject. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Body, OccupantId, UserMark } from '@plodge/xmpp/xeps/muc.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Replace } from '@plodge/xmpp/xeps/message-correct.ts'
import { type Delivery, devicesOf, type Occupant, type Room } from './room.ts'
import { checkPace } from './slow-mode.ts'
import { isSubject } from './subject.ts'

/** What is to be sent to everybody inside; nothing is remembered of it yet. Throws StanzaError to refuse. */
export function speak(room: Room, message: Stanza, device: Jid, now: number): Stanza {
  const speaker = insider(room, device)
  if (room.settings.isReadOnly) throw new StanzaError('not-allowed', 'This room is closed: what was said in it can be read')
  if (isSubject(message)) {
    // §8.1.
    if (speaker.role !== 'moderator' && !(room.settings.mayChangeSubject && speaker.role === 'participant'))
      throw new StanzaError('forbidden', 'You may not change the subject of this room')
  } else if (speaker.role === 'visitor') throw new StanzaError('forbidden', 'You have no voice in this room; ask its moderators for it')
  else if (message.has(Body)) checkPace(room, speaker.person, now)
  return asSaid(room, speaker, message)
}

/** §7.4: now that it is known what the archive calls it. */
export function said(room: Room, message: Stanza, now: number): void {
  if (isSubject(message)) room.subject = { message: message.detached(), at: now }
  else if (message.has(Body)) {
    room.remember({ message: message.detached(), at: now })
    // XEP-0502 §4: a correction is no message more.
    if (!message.has(Replace)) room.pace.spoke(room.occupants.get(message.from?.resource ?? '')?.person, room.settings.slowSeconds, now)
  }
}

/** §7.5. */
export function whisper(room: Room, message: Stanza, device: Jid): Delivery {
  const speaker = insider(room, device)
  const nick = message.to?.resource ?? ''
  // §7.5: everybody is spoken to by a message to the room.
  if (message.type === 'groupchat') throw new StanzaError('bad-request', 'What is for everybody is sent to the room itself')
  const listener = room.occupants.get(nick)
  if (!listener) throw new StanzaError('item-not-found', 'There is nobody of that nickname here')
  if (message.type !== 'error' && !mayWhisper(room, speaker))
    throw new StanzaError('not-acceptable', 'Private messages are not for you here')
  const stanza = asSaid(room, speaker, message)
  return { stanza: message.type === 'error' ? stanza : stanza.plus(UserMark, undefined), to: devicesOf(listener) }
}

function mayWhisper({ settings }: Room, { role }: Occupant): boolean {
  switch (settings.privateMessages) {
    case 'anyone':
      return true
    case 'participants':
      return role !== 'visitor'
    case 'moderators':
      return role === 'moderator'
    case 'none':
      return false
  }
}

/** §7.4: only those who are inside may speak. */
export function insider(room: Room, device: Jid): Occupant {
  const occupant = room.occupantOf(device)
  if (!occupant) throw new StanzaError('not-acceptable', 'You are not in this room')
  return occupant
}

/** What only the room may say is taken out: whose it is (XEP-0421 §3), and what its archive calls it (XEP-0359 §3.1). */
export function asSaid(room: Room, speaker: Occupant, message: Stanza): Stanza {
  return message
    .without(UserMark)
    .without(OccupantId)
    .without(StanzaId, ({ by }) => by === room.address.full)
    .with({ from: speaker.at, to: undefined })
    .plus(OccupantId, { id: speaker.id })
}
