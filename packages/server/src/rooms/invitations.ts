/** XEP-0045 §7.8.2, §7.9: invitations by way of the room, and what those who are invited answer. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type Invite, NO_USER_INFO, UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { affiliate } from './administration.ts'
import { type Delivery, devicesOf, type Occupant, type Room } from './room.ts'
import { insider } from './speech.ts'

/** In one message. */
const MOST_INVITED = 20

export interface Invited {
  /** For people who need not be inside: addressed, and to be routed like any message. */
  readonly letters: readonly Stanza[]
  /** For those who are inside. */
  readonly deliveries: readonly Delivery[]
}

/** Throws StanzaError to refuse all of it. */
export function invite(room: Room, message: Stanza, device: Jid): Invited {
  const inviter = insider(room, device)
  const invites = message.get(UserInfo)?.invites ?? []
  if (invites.length > MOST_INVITED) throw new StanzaError('resource-constraint', `At most ${MOST_INVITED} people are invited at once`)
  checkInviter(room, inviter)
  const guests = invites.map(one => ({ one, guest: guestOf(room, one) }))
  const letters = guests.map(({ one, guest }) => letterTo(room, guest, one, inviter, message))
  // §9.5: an open room does not make members of those who are invited.
  const added = room.settings.isMembersOnly ? guests.filter(({ guest }) => room.affiliationOf(guest.bare) === 'none') : []
  if (added.length > 0 && room.affiliations.size + added.length > room.rules.affiliations)
    throw new StanzaError('resource-constraint', 'This room has as many members as it may')
  return { letters, deliveries: added.flatMap(({ guest }) => affiliate(room, guest.bare, 'member')) }
}

function checkInviter(room: Room, { person, role }: Occupant): void {
  const { settings } = room
  const affiliation = room.affiliationOf(person)
  const isOffice = affiliation === 'owner' || affiliation === 'admin' || role === 'moderator'
  if (!isOffice && (!settings.mayInvite || (settings.isMembersOnly && affiliation !== 'member')))
    throw new StanzaError('forbidden', 'Only admins and owners invite people to this room')
}

function guestOf(room: Room, { to }: Invite): Jid {
  const guest = to === undefined ? undefined : Jid.parse(to)
  if (!guest || guest.bare === room.address.bare) throw new StanzaError('jid-malformed', 'Say by their address who is to be invited')
  if (room.affiliationOf(guest.bare) === 'outcast') throw new StanzaError('forbidden', 'This person is banned from the room')
  return guest
}

function letterTo(room: Room, guest: Jid, invite: Invite, inviter: Occupant, { id }: Stanza): Stanza {
  const { password, whois } = room.settings
  // Where people are known by their nicknames so is whoever invites.
  const from = whois === 'anyone' ? inviter.person : inviter.at.full
  return Stanza.of('message', { from: room.address, to: guest, id }, [
    UserInfo.write({ ...NO_USER_INFO, invites: [{ ...invite, to: undefined, from }], password }),
  ])
}

/** §7.8.2: to whoever invited, inside or not. */
export function decline(room: Room, message: Stanza, from: Jid): Invited {
  const { decline: answer } = message.get(UserInfo) ?? NO_USER_INFO
  const to = answer?.to === undefined ? undefined : Jid.parse(answer.to)
  if (!to) throw new StanzaError('bad-request', 'Say whose invitation is declined')
  const told = Stanza.of('message', { from: room.address, id: message.id }, [
    UserInfo.write({ ...NO_USER_INFO, decline: { to: undefined, from: from.bare, reason: answer?.reason } }),
  ])
  const occupant =
    to.bare === room.address.bare ? room.occupants.get(to.resource) : [...room.occupants.values()].find(({ person }) => person === to.bare)
  if (occupant) return { letters: [], deliveries: [{ stanza: told, to: devicesOf(occupant) }] }
  // A room is no way to write to anybody.
  if (to.bare === room.address.bare || room.affiliationOf(to.bare) === 'none')
    throw new StanzaError('item-not-found', 'Nobody of that address has invited you to this room')
  return { letters: [told.with({ to })], deliveries: [] }
}
