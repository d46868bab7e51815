/**
 * XEP-0045 §5.1.2, §5.2.2: who may change whose role and affiliation, and to what. Nobody loses anything to somebody who stands lower,
 * and there is always an owner.
 */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Affiliation, Role } from '@plodge/xmpp/xeps/muc.ts'
import type { Occupant, Room } from './room.ts'

const RANK = { outcast: 0, none: 1, member: 2, admin: 3, owner: 4 } as const satisfies Record<Affiliation, number>
const NOT_ALLOWED = 'You may not do that to somebody of that standing'

export function checkAffiliation(room: Room, by: BareJid, person: BareJid, wanted: Affiliation): void {
  const mine = room.affiliationOf(by)
  const theirs = room.affiliationOf(person)
  if (mine !== 'owner' && mine !== 'admin') throw new StanzaError('forbidden', 'Only admins and owners of the room may do that')
  if (mine === 'admin' && (RANK[theirs] >= RANK.admin || RANK[wanted] >= RANK.admin)) throw new StanzaError('not-allowed', NOT_ALLOWED)
  // §9.1: nobody bans themselves.
  if (by === person && wanted === 'outcast') throw new StanzaError('conflict', 'You cannot ban yourself')
  if (theirs === 'none' && room.affiliations.size >= room.rules.affiliations)
    throw new StanzaError('resource-constraint', 'This room has as many affiliations as it may')
}

export function checkRole(room: Room, by: Occupant, occupant: Occupant, wanted: Role): void {
  const mine = room.affiliationOf(by.person)
  const theirs = room.affiliationOf(occupant.person)
  if (by.role !== 'moderator') throw new StanzaError('forbidden', 'Only moderators may do that')
  // §8.2, §8.4.
  if (RANK[theirs] > RANK[mine]) throw new StanzaError('not-allowed', NOT_ALLOWED)
  if (wanted === 'none') return
  // §8.4, §9.7: admins and owners are moderators for as long as they are inside.
  if (wanted !== 'moderator' && RANK[theirs] >= RANK.admin) throw new StanzaError('not-allowed', NOT_ALLOWED)
  // §9.6, §9.7.
  if ((wanted === 'moderator' || occupant.role === 'moderator') && RANK[mine] < RANK.admin)
    throw new StanzaError('forbidden', 'Moderators are made by admins and owners of the room')
}

/** §8.5–10.8, §15.5.3 getmemberlist: whether somebody may ask who has that affiliation; `role` is undefined for who is not inside. */
export function mayRead({ settings, affiliations }: Room, person: BareJid, role: Role | undefined, wanted: Affiliation): boolean {
  const mine = affiliations.get(person)
  if (mine === 'owner' || mine === 'admin') return true
  // §9.5: where everybody is known, members know who else is one, inside or not.
  const isReader = (role !== undefined && settings.listReaders.includes(role)) || (mine === 'member' && settings.whois === 'anyone')
  return wanted !== 'outcast' && isReader
}
