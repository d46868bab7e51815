/**
 * XEP-0463: what those inside are told of affiliations. Who comes in and asks gets what changed since they knew, or the whole list; and of a
 * change that no presence shows them, those hear by a message who may read the lists (XEP-0045 §10.3).
 */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type Affiliation, Enter, type Role, UserList, type UserItem, NO_ITEM } from '@plodge/xmpp/xeps/muc.ts'
import type { Mav } from '@plodge/xmpp/xeps/muc-affiliations.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { mayRead } from './offices.ts'
import { type Delivery, type Occupant, type Room } from './room.ts'
import type { AffiliationChange, VersionStep } from './versions.ts'

const itemOf = (jid: BareJid, affiliation: Affiliation, role?: Role): UserItem => ({ ...NO_ITEM, jid, affiliation, role })

/** Of one message. */
const MOST_ITEMS = 200

/** For who comes in with `presence`, before any presence. */
export function affiliationsFor(room: Room, reader: Occupant, presence: Stanza): readonly Stanza[] {
  const wish = presence.get(Enter)?.mav
  if (!wish) return []
  const { since } = wish
  const changes = since === undefined ? undefined : room.versions.after(since)
  if (!mayRead(room, reader.person, reader.role, 'member') || !wasThere(room, reader, changes ?? [])) return [refusal(room, presence.id)]
  if (changes?.length === 0) return []
  const people = changes ? [...new Set(changes.map(({ person }) => person))] : [...room.affiliations.keys()]
  const items = people.map(person => itemFor(room, reader, person))
  // Whom the whole list does not show is not in it; of a change they hear that somebody is on none of their lists.
  const shown = changes ? items : items.filter(({ affiliation }) => affiliation !== 'none')
  return pages(room, changes ? since : undefined, shown)
}

/** §4.2: as few messages as may be, each going on where the one before ended, at a version that nobody comes back to. */
function pages(room: Room, since: string | undefined, items: readonly UserItem[]): readonly Stanza[] {
  const { current } = room.versions
  const count = Math.max(1, Math.ceil(items.length / MOST_ITEMS))
  const between = (page: number): string | undefined => (page === 0 ? since : page === count ? current : `${current}/${page}`)
  return Array.from({ length: count }, (_, page) =>
    news(room, { since: between(page), until: between(page + 1) }, items.slice(page * MOST_ITEMS, (page + 1) * MOST_ITEMS)),
  )
}

const news = ({ address }: Room, mav: Mav, items: readonly UserItem[]) =>
  Stanza.of('message', { from: address }, [UserList.write({ mav, items })])

/** §8: what somebody was not to know then they are not told now. */
function wasThere(room: Room, { person, role }: Occupant, changes: readonly AffiliationChange[]): boolean {
  const before = changes.find(change => change.person === person)?.before
  if (before === 'outcast') return false
  return before !== 'none' || (!room.settings.isMembersOnly && room.settings.listReaders.includes(role))
}

/** Who is banned is for admins and owners: others hear that it is nobody of theirs. */
function itemFor(room: Room, reader: Occupant, person: BareJid): UserItem {
  const affiliation = room.affiliationOf(person)
  return itemOf(person, mayRead(room, reader.person, reader.role, affiliation) ? affiliation : 'none')
}

function refusal({ address }: Room, id: string | undefined): Stanza {
  const { ns, name, attributes, children } = new StanzaError('forbidden', 'The lists of this room are not for you').toElement()
  return Stanza.of('message', { from: address, type: 'error', id }, [new Element(ns, name, { by: address.full, ...attributes }, children)])
}

/** A change, what was said of it to those inside by presence, and who heard that and knows whom it is about. */
export interface Changed {
  readonly deliveries: readonly Delivery[]
  readonly change?: { readonly person: BareJid; readonly affiliation: Affiliation; readonly step: VersionStep } | undefined
  readonly hasHeard: (occupant: Occupant) => boolean
}
/** Whoever it is about is not inside. */
export const nobodyHasHeard = (): boolean => false

export interface Changing {
  /** Undefined where no affiliation changes. */
  readonly person: BareJid | undefined
  readonly run: () => Changed
}

/** Makes changes, in order. Of people who are not inside, those that follow each other are told at once. */
export function tell(room: Room, changes: readonly Changing[]): Delivery[] {
  const inside = new Set([...room.occupants.values()].map(({ person }) => person))
  const told: Delivery[] = []
  let waiting: Changed[] = []
  const flush = (): void => {
    told.push(...messages(room, waiting))
    waiting = []
  }
  for (const { person, run } of changes) {
    const isAway = person !== undefined && !inside.has(person)
    // Before somebody inside is another than they were, and may know more or less.
    if (!isAway || waiting.length === MOST_ITEMS) flush()
    const outcome = run()
    told.push(...outcome.deliveries)
    waiting.push(outcome)
    if (!isAway) flush()
  }
  flush()
  return told
}

/** In a large room only devices that follow the lists are told: hundreds who become members would be as many messages to each of hundreds. */
function heard(room: Room, mav: Mav, items: readonly UserItem[], readers: readonly Occupant[]): readonly Delivery[] {
  const isLarge = room.occupants.size > room.rules.large
  const to = readers.flatMap(({ seats }) => seats.flatMap(({ device, followsLists }) => (!isLarge || followsLists ? [device] : [])))
  return to.length === 0 ? [] : [{ stanza: news(room, mav, items), to }]
}

function messages(room: Room, changed: readonly Changed[]): readonly Delivery[] {
  const changes = changed.flatMap(({ change }) => change ?? [])
  const [first, last] = [changes[0], changes.at(-1)]
  if (!first || !last) return []
  const mav = { since: first.step.since, until: last.step.until }
  const role = changed[0]?.hasHeard === nobodyHasHeard ? 'none' : undefined
  const items = changes.map(({ person, affiliation }) => itemOf(person, affiliation, role))
  const hidden = changes.map(({ person, affiliation }) => itemOf(person, affiliation === 'outcast' ? 'none' : affiliation, role))
  const readers = [...room.occupants.values()].filter(
    one => mayRead(room, one.person, one.role, 'member') && !changed.every(({ hasHeard }) => hasHeard(one)),
  )
  const [knowing, others]: [Occupant[], Occupant[]] = [[], []]
  for (const one of readers) (mayRead(room, one.person, one.role, 'outcast') ? knowing : others).push(one)
  const isSecret = items.some(({ affiliation }) => affiliation === 'outcast')
  return isSecret ? [...heard(room, mav, items, knowing), ...heard(room, mav, hidden, others)] : heard(room, mav, items, readers)
}
