/** XEP-0045 §8.2–8.5, §9, §10.3–10.8: lists of people, kicking, banning, voice, and every change of role and affiliation. */
import { type BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type AdminItem, type Affiliation, type Role, NO_ITEM } from '@plodge/xmpp/xeps/muc.ts'
import { usualRole } from './entry.ts'
import { type Changed, type Changing, nobodyHasHeard, tell } from './affiliation-news.ts'
import { checkAffiliation, checkRole, mayRead } from './offices.ts'
import { type Delivery, devicesOf, type Occupant, type Room, type Seat } from './room.ts'
import { gone, isSeen, seesAddresses, showOthers, showSelf, type Told } from './showing.ts'

/** All or nothing (§9.2): everything is checked before anything is done. */
export function change(room: Room, items: readonly AdminItem[], by: Jid): readonly Delivery[] {
  if (items.length === 0) throw new StanzaError('bad-request', 'There is nothing to change')
  const steps = items.map(item => stepOf(room, item, by))
  const meant = new Set(steps.map(({ key }) => key))
  if (meant.size < steps.length) throw new StanzaError('bad-request', 'Somebody is meant twice')
  checkOwners(room, steps)
  return tell(room, steps)
}

/** §10.4, §10.7. */
function checkOwners({ affiliations }: Room, steps: readonly Step[]): void {
  const owners = new Set([...affiliations].flatMap(([person, affiliation]) => (affiliation === 'owner' ? [person] : [])))
  if (owners.size === 0) return
  for (const { key, affiliation } of steps) {
    if (affiliation === 'owner') owners.add(key as BareJid)
    else if (affiliation !== undefined) owners.delete(key as BareJid)
  }
  if (owners.size === 0) throw new StanzaError('conflict', 'A room has an owner: make somebody else an owner first')
}

interface Step extends Changing {
  /** Whom it is about: an address, or a nickname after a slash. */
  readonly key: string
  readonly affiliation?: Affiliation
}

function stepOf(room: Room, item: AdminItem, by: Jid): Step {
  const why = { actor: { jid: undefined, nick: room.occupantOf(by)?.at.resource }, reason: item.reason }
  if (item.affiliation !== undefined && item.role === undefined) {
    const { affiliation } = item
    const person = personOf(room, item)
    checkAffiliation(room, by.bare, person, affiliation)
    return { key: person, person, affiliation, run: () => reaffiliate(room, person, affiliation, why) }
  }
  if (item.role === undefined || item.affiliation !== undefined)
    throw new StanzaError('bad-request', 'Say which role or which affiliation, and one of them')
  const { role, nick } = item
  const actor = room.occupantOf(by)
  if (!actor) throw new StanzaError('not-acceptable', 'You are not in this room')
  const occupant = room.occupants.get(nick ?? '')
  if (!occupant) throw new StanzaError('item-not-found', 'There is nobody of that nickname here')
  checkRole(room, actor, occupant, role)
  return {
    key: `/${occupant.at.resource}`,
    person: undefined,
    run: () => ({
      deliveries: role === 'none' ? expel(room, occupant, { item: why }, [307]) : give(room, occupant, role, { item: why }),
      hasHeard: () => true,
    }),
  }
}

/** By address or by nickname (§9.3). */
function personOf(room: Room, { jid, nick }: AdminItem): BareJid {
  const person = jid === undefined ? room.occupants.get(nick ?? '')?.person : Jid.parse(jid)?.bare
  if (person !== undefined) return person
  throw jid === undefined
    ? new StanzaError('item-not-found', 'There is nobody of that nickname here')
    : new StanzaError('jid-malformed', 'That is no address')
}

type Item = NonNullable<Told['item']>

/** Gives somebody an affiliation; those who are inside get the role that goes with it, or go (§9.1, §9.4). */
export const affiliate = (room: Room, person: BareJid, affiliation: Affiliation, item: Item = {}): readonly Delivery[] =>
  tell(room, [{ person, run: () => reaffiliate(room, person, affiliation, item) }])

/** Many, in order. */
export const affiliateAll = (room: Room, people: readonly (readonly [BareJid, Affiliation])[]): readonly Delivery[] =>
  tell(
    room,
    people.map(([person, affiliation]) => ({ person, run: () => reaffiliate(room, person, affiliation, {}) })),
  )

function reaffiliate(room: Room, person: BareJid, affiliation: Affiliation, item: Item): Changed {
  const step = room.setAffiliation(person, affiliation)
  const told: Told = { item, affiliations: step }
  const inside = [...room.occupants.values()].filter(occupant => occupant.person === person)
  const deliveries = inside.flatMap(occupant => {
    if (affiliation === 'outcast') return expel(room, occupant, told, [301])
    if (affiliation === 'none' && room.settings.isMembersOnly) return expel(room, occupant, told, [321])
    return give(room, occupant, usualRole(room, affiliation), told)
  })
  const isShown = inside.some(occupant => occupant.isShown)
  const hasHeard = (one: Occupant): boolean => one.person === person || (isShown && seesAddresses(room, one))
  return { deliveries, change: step && { person, affiliation, step }, hasHeard: inside.length === 0 ? nobodyHasHeard : hasHeard }
}

function give(room: Room, occupant: Occupant, role: Role, told: Told): readonly Delivery[] {
  occupant.role = role
  occupant.isShown ||= isSeen(room, role, room.affiliationOf(occupant.person))
  return occupant.seats.flatMap(seat => [...showOthers(room, occupant, seat, told), showSelf(room, occupant, seat, told, [seat.device])])
}

/** With all devices at once: they hear of it first, the others once. */
export function expel(room: Room, occupant: Occupant, why: Told, codes: readonly number[]): readonly Delivery[] {
  const devices = devicesOf(occupant)
  const [device] = devices
  if (!device) return []
  const seat: Seat = { device, presence: gone(occupant) }
  for (const one of devices) room.rise(occupant, one)
  const told: Told = { ...why, codes }
  return [showSelf(room, occupant, seat, told, devices), ...showOthers(room, occupant, seat, told)]
}

/** §8.5, §9.2, §9.5, §9.8, §10.5, §10.8: who has a role or an affiliation. */
export function list(room: Room, [wanted, ...more]: readonly AdminItem[], by: Jid): readonly AdminItem[] {
  const me = room.occupantOf(by)
  if (!wanted || more.length > 0) throw new StanzaError('bad-request', 'Ask for one role or one affiliation')
  const { role, affiliation } = wanted
  if (affiliation !== undefined) {
    if (!mayRead(room, by.bare, me?.role, affiliation)) throw new StanzaError('forbidden', 'This list is for admins and owners of the room')
    const people = [...room.affiliations].filter(([, one]) => one === affiliation)
    // §17.4: with the nickname of those who are inside.
    const nicks = new Map([...room.occupants.values()].map(({ person, at }) => [person, at.resource]))
    return people.map(([jid]) => itemOf({ affiliation, jid, nick: nicks.get(jid) }))
  }
  if (role === undefined) throw new StanzaError('bad-request', 'Ask for one role or one affiliation')
  const mine = room.affiliationOf(by.bare)
  if (mine !== 'owner' && mine !== 'admin' && me?.role !== 'moderator') throw new StanzaError('forbidden', 'This list is for moderators')
  const inside = [...room.occupants.values()].filter(occupant => occupant.role === role)
  return inside.map(({ at, person, seats }) =>
    itemOf({ affiliation: room.affiliationOf(person), role, nick: at.resource, jid: seats[0]?.device.full }),
  )
}

const itemOf = (given: Partial<AdminItem>): AdminItem => ({ ...NO_ITEM, ...given })
