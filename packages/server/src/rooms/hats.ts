/** XEP-0317: hats: roles that a room's own people make up, such as lecturer or supervisor. Who wears one is shown with it. */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Hat } from '@plodge/xmpp/xeps/muc.ts'
import { notice } from './configuration.ts'
import type { Delivery, Room } from './room.ts'
import { show } from './showing.ts'

const MOST_HATS = 50
const MOST_WEARERS = 1000
const LONGEST = 200

/** A new one, or another title or colour for one that is there; throws StanzaError to refuse. */
export function makeHat(room: Room, { uri, title, hue }: Hat): readonly Delivery[] {
  if (!URL.canParse(uri) || uri.length > LONGEST)
    throw new StanzaError('not-acceptable', 'A hat has a URI, such as https://example.ac.uk/hats#tutor')
  if (title === '' || title.length > LONGEST) throw new StanzaError('not-acceptable', 'A hat has a title, of one line')
  if (hue !== undefined && !/^(?:[0-2]?\d?\d|3[0-5]\d|360)(?:\.\d{1,6})?$/.test(hue))
    throw new StanzaError('not-acceptable', 'The colour of a hat is an angle from 0 to 360')
  const others = room.settings.hats.filter(one => one.uri !== uri)
  if (others.length >= MOST_HATS) throw new StanzaError('resource-constraint', `A room has at most ${MOST_HATS} hats`)
  room.settings = { ...room.settings, hats: [...others, { uri, title, hue }] }
  return told(room, person => room.hatsOf(person).some(hat => hat.uri === uri))
}

/** Whoever wore it wears it no more. */
export function destroyHat(room: Room, uri: string): readonly Delivery[] {
  known(room, uri)
  const { hats, wearers } = room.settings
  const bare = new Set(wearers.filter(([, one]) => one === uri).map(([person]) => person))
  room.settings = { ...room.settings, hats: hats.filter(hat => hat.uri !== uri), wearers: wearers.filter(([, one]) => one !== uri) }
  return told(room, person => bare.has(person))
}

export function giveHat(room: Room, person: BareJid, uri: string): readonly Delivery[] {
  known(room, uri)
  const { wearers } = room.settings
  if (wearers.some(([one, hat]) => one === person && hat === uri)) return []
  if (wearers.length >= MOST_WEARERS) throw new StanzaError('resource-constraint', `At most ${MOST_WEARERS} hats are given in a room`)
  room.settings = { ...room.settings, wearers: [...wearers, [person, uri]] }
  return shownAnew(room, one => one === person)
}

export function takeHat(room: Room, person: BareJid, uri: string): readonly Delivery[] {
  const left = room.settings.wearers.filter(([one, hat]) => one !== person || hat !== uri)
  if (left.length === room.settings.wearers.length) throw new StanzaError('item-not-found', 'They do not wear that hat')
  room.settings = { ...room.settings, wearers: left }
  return shownAnew(room, one => one === person)
}

function known({ settings }: Room, uri: string): void {
  if (!settings.hats.some(hat => hat.uri === uri)) throw new StanzaError('item-not-found', 'There is no such hat in this room')
}

/** The list of hats is part of what the room is: everybody hears that it changed. */
const told = (room: Room, isMeant: (person: BareJid) => boolean): readonly Delivery[] => [
  ...shownAnew(room, isMeant),
  { stanza: notice(room, [104]), to: room.devices },
]

function shownAnew(room: Room, isMeant: (person: BareJid) => boolean): readonly Delivery[] {
  return [...room.occupants.values()]
    .filter(({ person }) => isMeant(person))
    .flatMap(occupant =>
      occupant.seats.flatMap(seat => {
        delete seat.shown
        return show(room, occupant, seat)
      }),
    )
}
