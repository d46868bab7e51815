/** XEP-0045 §7.2: coming in, by each rule that may keep somebody out; §7.6 changing one's nickname; §7.7 one's presence. */
import { isDevice, type Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { textElement } from '@plodge/xmpp/xeps/codec.ts'
import { type Affiliation, Enter, Hats, OccupantId, type Role, UserMark } from '@plodge/xmpp/xeps/muc.ts'
import { affiliationsFor } from './affiliation-news.ts'
import { readHistory } from './history.ts'
import { ownMark } from './marks.ts'
import { type Delivery, devicesOf, type Occupant, type Room, type Seat } from './room.ts'
import { gone, isSeen, show, showInside, showOne, showOthers, showSelf } from './showing.ts'
import { currentSubject } from './subject.ts'

const Nick = textElement('http://jabber.org/protocol/nick', 'nick')

export interface Entering {
  /** As the client said it, to `room/nickname`. */
  readonly presence: Stanza
  readonly device: Jid
  readonly now: number
  /** The room was made for this. */
  readonly isNew?: boolean
}

/** Presence of who is inside, or wants to be. Throws StanzaError to refuse. */
export function enter(room: Room, entering: Entering): readonly Delivery[] {
  const { presence, device } = entering
  const wished = presence.to?.resource ?? ''
  // §7.2.1.
  if (wished === '') throw new StanzaError('jid-malformed', 'Say by which nickname you come in')
  const nick = room.rules.nickname(device, wished)
  const inside = room.occupantOf(device)
  if (!inside) return comeIn(room, entering, nick)
  const again = presence.has(Enter)
  if (inside.at.resource !== nick) return rename(room, inside, entering, nick)
  const seat = inside.seats.find(one => one.device.full === device.full)
  if (!seat) return []
  const before = seat.presence.payload
  seat.presence = asShown(presence, inside, wished)
  const ownCodes = nick === wished ? [] : [210]
  if (!again) return [...showOthers(room, inside, seat), showSelf(room, inside, seat, { ownCodes }, devicesOf(inside))]
  // §17.3: who says that it comes in has lost what it was told, and is told all of it again.
  const others = seat.presence.payload === before ? [] : showOthers(room, inside, seat)
  return [...others, ...welcome(room, inside, seat, entering, codesOf(room, nick, wished))]
}

function comeIn(room: Room, entering: Entering, nick: string): readonly Delivery[] {
  const { presence, device } = entering
  const affiliation = room.affiliationOf(device.bare)
  const known = room.occupants.get(nick)
  checkDoor(room, entering, affiliation, known)
  checkNickname(room, nick, device)
  const occupant = known ?? newcomer(room, nick, device, affiliation)
  const wished = presence.to?.resource ?? nick
  const seat: Seat = { device, presence: asShown(presence, occupant, wished) }
  room.sit(occupant, seat)
  occupant.isShown ||= isSeen(room, occupant.role, affiliation)
  const codes = [...codesOf(room, nick, wished), ...(entering.isNew ? [201] : [])]
  return [...showOthers(room, occupant, seat), ...welcome(room, occupant, seat, entering, codes)]
}

/** §7.2.2, §7.2.15: others first, then oneself, then what was said, then the subject; affiliations before all (XEP-0463 §4.2). */
function welcome(room: Room, occupant: Occupant, seat: Seat, { presence, device, now }: Entering, ownCodes: readonly number[]): Delivery[] {
  const { history: wish, mav } = presence.get(Enter) ?? {}
  if (mav) seat.followsLists = true
  const to = [device]
  return [
    ...affiliationsFor(room, occupant, presence).map(stanza => ({ stanza, to })),
    ...showInside(room, occupant, device),
    showSelf(room, occupant, seat, { ownCodes }, to),
    ...readHistory(room, wish, now).map(stanza => ({ stanza, to })),
    ...ownMark(room, occupant, to),
    { stanza: currentSubject(room), to },
  ]
}

function checkDoor(room: Room, { presence, isNew }: Entering, affiliation: Affiliation, known: Occupant | undefined): void {
  const { settings } = room
  const isOffice = affiliation === 'owner' || affiliation === 'admin'
  // §7.2.7, §10.1.1, §7.2.5, §7.2.6, §7.2.9.
  if (affiliation === 'outcast') throw new StanzaError('forbidden', 'You are banned from this room')
  if (room.isLocked && affiliation !== 'owner') throw new StanzaError('item-not-found', 'This room is not open yet')
  if (isNew) return
  if (settings.isMembersOnly && !isOffice && affiliation !== 'member')
    throw new StanzaError('registration-required', 'This room is for its members; ask one of its owners')
  if (settings.password !== undefined && affiliation !== 'owner' && presence.get(Enter)?.password !== settings.password)
    throw new StanzaError('not-authorized', 'This room wants a password')
  if (!isOffice && !known && room.occupants.size >= Math.min(settings.mostOccupants, room.rules.occupants))
    throw new StanzaError('service-unavailable', 'This room is full', { type: 'wait' })
}

/** §7.2.8: one nickname, one person. */
function checkNickname(room: Room, nick: string, device: Jid): void {
  if (room.isTaken(nick, device.bare)) throw new StanzaError('conflict', 'Somebody else has this nickname')
}

function newcomer(room: Room, nick: string, { bare }: Jid, affiliation: Affiliation): Occupant {
  const at = room.address.withResource(nick)
  if (!at || !isDevice(at)) throw new StanzaError('jid-malformed', 'That is no nickname')
  const id = room.rules.occupantId(room.address, bare)
  return { at, person: bare, id, role: usualRole(room, affiliation), isShown: false, seats: [] }
}

/** §5.1.2. */
export function usualRole(room: Room, affiliation: Affiliation): Role {
  if (affiliation === 'owner' || affiliation === 'admin') return 'moderator'
  if (affiliation === 'outcast') return 'none'
  return affiliation === 'member' || !room.settings.isModerated ? 'participant' : 'visitor'
}

/** §7.6. Of several devices under one nickname, the one that asks takes another; the rest stay. */
function rename(room: Room, occupant: Occupant, { presence, device }: Entering, nick: string): readonly Delivery[] {
  checkNickname(room, nick, device)
  const target = room.occupants.get(nick) ?? { ...newcomer(room, nick, device, room.affiliationOf(device.bare)), role: occupant.role }
  const left: Seat = { device, presence: gone(occupant) }
  const told = { codes: [303], item: { nick, role: occupant.role } }
  const isLast = occupant.seats.length === 1
  const goodbye = [...(isLast ? showOthers(room, occupant, left, told) : []), showSelf(room, occupant, left, told, [device])]
  const before = occupant.seats.find(one => one.device.full === device.full)
  room.rise(occupant, device)
  const seat: Seat = { device, presence: asShown(presence, target, nick) }
  if (before?.followsLists) seat.followsLists = true
  target.isShown ||= occupant.isShown
  room.sit(target, seat)
  // A device of theirs that stays under the other nickname is seen like anybody else.
  return [...goodbye, ...(isLast ? [] : showOne(room, occupant, target, device)), ...show(room, target, seat)]
}

/** §7.2.2: 100 and 170 warn who comes in, 210 says that the nickname is another. */
const codesOf = ({ settings }: Room, nick: string, wished: string): readonly number[] => [
  ...(settings.whois === 'anyone' ? [100] : []),
  ...(settings.isArchived ? [170] : []),
  ...(nick === wished ? [] : [210]),
]

/** What only the room may say is taken out; a nickname that was wished for stays as the name that is displayed (XEP-0172). */
function asShown(presence: Stanza, { at }: Occupant, wished: string): Stanza {
  const own = presence.without(Enter).without(UserMark).without(OccupantId).without(Hats).with({ from: at, to: undefined }).detached()
  return wished === at.resource || own.has(Nick) ? own : own.plus(Nick, wished)
}
