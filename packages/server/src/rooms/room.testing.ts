/** Rooms for tests: who says what to a room as a value, and who hears what of it. */
import assert from 'node:assert/strict'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type Affiliation, type AdminItem, NO_ITEM } from '@plodge/xmpp/xeps/muc.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { enter } from './entry.ts'
import { free } from './nicknames.ts'
import { type Delivery, Room, type RoomRules } from './room.ts'
import { type RoomSettings, USUAL_SETTINGS } from './settings.ts'

export const NOW = Date.UTC(2026, 9, 1, 12)

export function jid(text: string): Jid {
  const parsed = Jid.parse(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

export const COVEN = 'coven@chat.shakespeare.lit'
export const CRONE = 'crone1@shakespeare.lit/desktop'
export const WITCH = 'wiccarocks@shakespeare.lit/laptop'
export const HAG = 'hag66@shakespeare.lit/pda'

interface CovenOptions {
  readonly settings?: Partial<RoomSettings>
  readonly rules?: Partial<RoomRules>
  /** By bare address; the first crone is always an owner. */
  readonly people?: Readonly<Record<string, Affiliation>>
}

/** The room of the specification's examples, in which nobody is yet. */
export function coven({ settings, rules, people = {} }: CovenOptions = {}): Room {
  let count = 0
  const room = new Room(
    jid(COVEN).account,
    { ...USUAL_SETTINGS, ...settings },
    {
      nickname: free,
      isFree: true,
      occupantId: (_, person) => `id-${person.length}`,
      large: 100,
      crowd: 1000,
      occupants: 5000,
      affiliations: 100,
      mayArchive: true,
      history: 20,
      version: () => `v${(count += 1)}`,
      ...rules,
    },
    NOW,
  )
  for (const [person, affiliation] of Object.entries({ 'crone1@shakespeare.lit': 'owner' as const, ...people }))
    room.setAffiliation(jid(person).bare, affiliation)
  return room
}

export const ENTER = "<x xmlns='http://jabber.org/protocol/muc'/>"

/** Presence to the room, in the words of the client. */
export const comes = (room: Room, device: string, nick: string, payload = ENTER, more: { isNew?: boolean } = {}): readonly Delivery[] =>
  enter(room, { presence: said('presence', nick === '' ? COVEN : `${COVEN}/${nick}`, payload), device: jid(device), now: NOW, ...more })

/** All three witches. */
export function withWitches(options: CovenOptions = {}): Room {
  const room = coven(options)
  comes(room, CRONE, 'firstwitch')
  comes(room, WITCH, 'secondwitch')
  comes(room, HAG, 'thirdwitch')
  return room
}

export function said(kind: 'presence' | 'message', to: string, payload: string, type?: string, id?: string): Stanza {
  const stanza = Stanza.from(parse(`<${kind} xmlns='${CLIENT}'>${payload}</${kind}>`), { to: jid(to), type, id })
  assert.ok(stanza)
  return stanza
}

/** Every copy as its device gets it, in order; of one device where one is named. */
export const heard = (deliveries: readonly Delivery[], device?: string): readonly string[] =>
  deliveries.flatMap(({ stanza, to }) =>
    to.filter(({ full }) => device === undefined || full === device).map(one => stanza.with({ to: one }).toXml()),
  )

export const refuses = (run: () => unknown, condition: string, type?: string): void => {
  assert.throws(run, error => {
    assert.ok(error instanceof StanzaError, String(error))
    assert.equal(error.condition, condition)
    if (type !== undefined) assert.equal(error.type, type)
    return true
  })
}

/** An item of muc#admin. */
export const item = (given: Partial<AdminItem>): AdminItem => ({ ...NO_ITEM, ...given })

/** The codes of all status elements, as numbers. */
export const codesIn = (xml: string): readonly number[] => Array.from(xml.matchAll(/<status code='(\d+)'/g), ([, code]) => Number(code))
