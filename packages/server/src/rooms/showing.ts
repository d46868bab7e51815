/** How an occupant's presence is shown: to moderators with the address, to others as the room's settings say, to its own devices with 110. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type Affiliation, Hats, NO_USER_INFO, OccupantId, type Role, UserInfo, type UserItem, NO_ITEM } from '@plodge/xmpp/xeps/muc.ts'
import type { Mav } from '@plodge/xmpp/xeps/muc-affiliations.ts'
import { type Delivery, devicesOf, type Occupant, type Room, type Seat } from './room.ts'
import type { VersionStep } from './versions.ts'

/** What is said besides who it is. */
export interface Told {
  readonly codes?: readonly number[]
  /** For the occupant's own devices alone. */
  readonly ownCodes?: readonly number[]
  readonly item?: Partial<UserItem>
  readonly destroy?: UserInfo['destroy']
  /** XEP-0463: the change of affiliation that it is about. */
  readonly affiliations?: VersionStep | undefined
}

/** One's own devices get theirs last (§7.2.2). With several devices, each is told of by its own presence. */
export function show(room: Room, occupant: Occupant, seat: Seat, told: Told = {}): Delivery[] {
  return [...showOthers(room, occupant, seat, told), showSelf(room, occupant, seat, told, devicesOf(occupant))]
}

export function showOthers(room: Room, occupant: Occupant, seat: Seat, told: Told = {}): Delivery[] {
  if (!occupant.isShown) return []
  const knowing: Jid[] = []
  const others: Jid[] = []
  for (const other of room.occupants.values()) {
    if (other === occupant) continue
    for (const { device } of other.seats) (seesAddresses(room, other) ? knowing : others).push(device)
  }
  const deliveries: Delivery[] = []
  if (others.length > 0) deliveries.push({ stanza: shown(room, occupant, seat, told, false), to: others })
  if (knowing.length > 0) deliveries.push({ stanza: shown(room, occupant, seat, told, true), to: knowing })
  return deliveries
}

export function showSelf(room: Room, occupant: Occupant, seat: Seat, told: Told, to: readonly Jid[]): Delivery {
  const codes = [...(told.codes ?? []), ...(told.ownCodes ?? []), 110]
  // XEP-0463 §4.2: in every one, as a client that misses it takes what it knows for outdated.
  const mav = told.affiliations ?? { since: undefined, until: room.versions.current }
  return { stanza: shown(room, occupant, seat, { ...told, codes }, true, mav), to }
}

/** Those who are inside, for who comes in; as they were last seen. */
export function showInside(room: Room, newcomer: Occupant, device: Jid): Delivery[] {
  const deliveries: Delivery[] = []
  for (const occupant of room.occupants.values()) if (occupant !== newcomer) deliveries.push(...showOne(room, occupant, newcomer, device))
  return deliveries
}

/** Nothing where it is not seen. */
export function showOne(room: Room, occupant: Occupant, newcomer: Occupant, device: Jid): readonly Delivery[] {
  const seat = occupant.seats.at(-1)
  return occupant.isShown && seat ? [{ stanza: remembered(room, occupant, seat, seesAddresses(room, newcomer)), to: [device] }] : []
}

/** The same for one newcomer after the other. */
function remembered(room: Room, occupant: Occupant, seat: Seat, withAddress: boolean): Stanza {
  const { presence } = seat
  const { role } = occupant
  const affiliation = room.affiliationOf(occupant.person)
  const place = withAddress ? 0 : 1
  const before = seat.shown?.[place]
  if (before && before.presence === presence && before.role === role && before.affiliation === affiliation) return before.stanza
  const stanza = shown(room, occupant, seat, {}, withAddress)
  ;(seat.shown ??= [])[place] = { presence, role, affiliation, stanza }
  return stanza
}

/** §7.2.3, and large rooms: who is seen by everybody. */
export function isSeen(room: Room, role: Role, affiliation: Affiliation): boolean {
  if (!room.settings.shownRoles.includes(role)) return false
  const { large, crowd } = room.rules
  const inside = room.occupants.size
  if (inside <= large || role === 'moderator') return true
  return affiliation !== 'none' && (affiliation !== 'member' || inside <= crowd)
}

export const seesAddresses = (room: Room, { role }: Occupant): boolean => role === 'moderator' || room.settings.whois === 'anyone'

export const gone = (occupant: Occupant): Stanza => Stanza.of('presence', { from: occupant.at, type: 'unavailable' })

/** §7.2.18: for a device that believes to be inside, and is not. */
export const notInside = (at: Jid): Stanza =>
  Stanza.of('presence', { from: at, type: 'unavailable' }, [
    UserInfo.write({
      ...NO_USER_INFO,
      item: { ...NO_ITEM, affiliation: 'none', role: 'none', reason: 'You are not in the room.' },
      statuses: [{ code: '110' }, { code: '307' }, { code: '333' }],
    }),
  ])

function shown(
  room: Room,
  occupant: Occupant,
  { presence, device }: Seat,
  told: Told,
  withAddress: boolean,
  mav: Mav | undefined = told.affiliations,
): Stanza {
  const item: UserItem = {
    ...NO_ITEM,
    affiliation: room.affiliationOf(occupant.person),
    role: presence.type === 'unavailable' ? 'none' : occupant.role,
    ...told.item,
    jid: withAddress ? device.full : undefined,
  }
  const statuses = (told.codes ?? []).map(code => ({ code: `${code}` }))
  const hats = room.hatsOf(occupant.person)
  const known = hats.length === 0 ? presence : presence.plus(Hats, { hats })
  return known.plus(OccupantId, { id: occupant.id }).plus(UserInfo, { ...NO_USER_INFO, mav, item, destroy: told.destroy, statuses })
}
