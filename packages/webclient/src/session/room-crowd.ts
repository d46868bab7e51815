/** Who is in a room: all of them here, where it costs nothing; in the store only how many there are and what those are called who are spoken of. */
import { OccupantId, type UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { bareOf } from '../model/address.ts'
import { presenceIn } from '../model/presence.ts'
import type { Occupant, Who } from '../state/state.ts'
import type { Desk } from './desk.ts'

export const NICK = 'http://jabber.org/protocol/nick'
/** Presence comes in floods; what is shown of it changes so often at most. */
const SHOW_MS = 100
const LONGEST_NAME = 100
/** Of people who were in a room in this session. */
const MOST_NAMES = 10_000

export class Crowds {
  readonly #desk: Desk
  readonly #crowds = new Map<string, Map<string, Occupant>>()
  readonly #due = new Map<string, Map<string, Who>>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Not followed by the store: whoever shows them follows `crowd` of the room. */
  of(room: string): ReadonlyMap<string, Occupant> {
    return this.#crowds.get(room) ?? NOBODY
  }

  isKnown(room: string): boolean {
    return this.#crowds.has(room)
  }

  /** From here on presence of the room is heard. */
  begin(room: string): void {
    this.#crowds.set(room, new Map())
    this.#changed(room)
  }

  end(room: string): void {
    this.#crowds.get(room)?.clear()
    this.#changed(room)
  }

  endAll(): void {
    this.#crowds.clear()
  }

  gone(room: string, nick: string): void {
    if (this.#crowds.get(room)?.delete(nick)) this.#changed(room)
  }

  came(room: string, nick: string, stanza: Element, item: UserInfo['item']): Occupant {
    const occupant: Occupant = {
      nick,
      name: nameIn(stanza, nick),
      id: stanza.child(OccupantId.ns, OccupantId.name)?.attributes['id'],
      address: item?.jid === undefined ? undefined : bareOf(item.jid),
      affiliation: item?.affiliation ?? 'none',
      role: item?.role ?? 'none',
      presence: presenceIn(stanza),
    }
    this.#crowds.get(room)?.set(nick, occupant)
    const known = this.#desk.state.conversations[room]?.room?.who[nick]
    const who = { name: occupant.name, address: occupant.address }
    this.#changed(room, known?.name === who.name && known?.address === who.address ? undefined : [nick, who])
    return occupant
  }

  #changed(room: string, who?: readonly [string, Who]): void {
    if (this.#due.size === 0) setTimeout(() => this.#show(), SHOW_MS)
    const names = this.#due.get(room) ?? new Map<string, Who>()
    if (who) names.set(...who)
    this.#due.set(room, names)
  }

  #show(): void {
    for (const [room, names] of this.#due) {
      const { state, set } = this.#desk
      const now = state.conversations[room]?.room
      if (!now) continue
      const size = this.of(room).size
      set('conversations', room, 'room', before => ({ ...before, crowd: (before?.crowd ?? 0) + 1, size }))
      knowSpeakers(this.#desk, room, names)
    }
    this.#due.clear()
  }
}

/** Whom nicknames in a room belong to. */
export function knowSpeakers({ state, set }: Desk, room: string, names: ReadonlyMap<string, Who>): void {
  const known = state.conversations[room]?.room?.who
  if (known && names.size > 0 && Object.keys(known).length + names.size <= MOST_NAMES)
    set('conversations', room, 'room', 'who' as never, Object.fromEntries(names) as never)
}

const NOBODY: ReadonlyMap<string, Occupant> = new Map()

/** What somebody is called for people (XEP-0172), where that is not the nickname. Letters that turn the direction of others are left out. */
function nameIn(stanza: Element, nick: string): string | undefined {
  const name = stanza
    .child(NICK, 'nick')
    ?.text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, LONGEST_NAME)
  return name === undefined || name === '' || name === nick ? undefined : name
}
