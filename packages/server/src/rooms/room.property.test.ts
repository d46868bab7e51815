import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { change } from './administration.ts'
import { configure } from './configuration.ts'
import { usualRole } from './entry.ts'
import { invite } from './invitations.ts'
import { leave } from './leaving.ts'
import { register } from './registration.ts'
import type { Delivery, Room } from './room.ts'
import { codesIn, comes, coven, COVEN, CRONE, item, jid, said, NOW } from './room.testing.ts'
import { said as remember, speak, whisper } from './speech.ts'

const DEVICES = [CRONE, 'crone1@shakespeare.lit/phone', 'wiccarocks@shakespeare.lit/laptop', 'hag66@shakespeare.lit/pda', 'x@y.lit/z']
const PEOPLE = [...new Set(DEVICES.map(device => jid(device).bare as string))]
const NICKS = ['one', 'two', 'three']
const device = fc.constantFrom(...DEVICES)
const nick = fc.constantFrom(...NICKS)
const affiliation = fc.constantFrom('owner', 'admin', 'member', 'none', 'outcast')
const role = fc.constantFrom('moderator', 'participant', 'visitor', 'none')

/** One thing that somebody does to a room; what it may not do throws StanzaError. */
type Act = (room: Room) => readonly Delivery[]

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(device, nick).map(
      ([by, as]): Act =>
        room =>
          comes(room, by, as),
    ),
  },
  fc.tuple(device, nick).map(
    ([by, as]): Act =>
      room =>
        room.isInside(by) ? comes(room, by, as, '<show>away</show>') : [],
  ),
  device.map(
    (by): Act =>
      room =>
        leave(room, jid(by)),
  ),
  device.map((by): Act => room => {
    const stanza = speak(room, said('message', COVEN, '<body>x</body>', 'groupchat'), jid(by), NOW)
    remember(room, stanza, 0)
    return [{ stanza, to: room.devices }]
  }),
  fc.tuple(device, nick).map(([by, to]): Act => room => [
    whisper(room, said('message', `${COVEN}/${to}`, '<body>x</body>', 'chat'), jid(by)),
  ]),
  fc.tuple(device, fc.constantFrom(...PEOPLE), affiliation).map(
    ([by, person, wanted]): Act =>
      room =>
        change(room, [item({ jid: person, affiliation: wanted })], jid(by)),
  ),
  fc.tuple(device, nick, role).map(
    ([by, whom, wanted]): Act =>
      room =>
        change(room, [item({ nick: whom, role: wanted })], jid(by)),
  ),
  fc.tuple(fc.constantFrom('membersonly', 'moderatedroom', 'passwordprotectedroom'), fc.boolean()).map(([field, value]): Act => room => {
    const fields = [
      formField(`muc#roomconfig_${field}`, { values: [`${value}`] }),
      formField('muc#roomconfig_roomsecret', { values: ['secret'] }),
    ]
    return configure(room, namedForm('submit', 'http://jabber.org/protocol/muc#roomconfig', fields), 100)
  }),
  fc.tuple(device, fc.constantFrom(...PEOPLE)).map(([by, guest]): Act => room => {
    const payload = `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='${guest}'/></x>`
    return invite(room, said('message', COVEN, payload), jid(by)).deliveries
  }),
  device.map((by): Act => room => {
    const none = { isRegistered: false, instructions: undefined, fields: new Map(), form: undefined, url: undefined }
    return register(room, { ...none, isRemoval: true }, jid(by)).deliveries
  }),
)

/** What must hold of a room at any time. */
function check(room: Room): void {
  assert.ok([...room.affiliations.values()].includes('owner'), 'an owner exists')
  const people = [...room.occupants.values()].map(({ at, person }) => `${at.resource} ${person}`)
  assert.equal(new Set(room.occupants.keys()).size, people.length, 'one nickname, one person')
  for (const [name, { at, person, role, seats }] of room.occupants) {
    assert.equal(name, at.resource)
    assert.ok(seats.length > 0, 'who is inside has a device there')
    for (const seat of seats) {
      assert.equal(seat.device.bare, person)
      assert.equal(room.occupantOf(seat.device)?.at.full, at.full)
    }
    const affiliation = room.affiliationOf(person)
    assert.notEqual(affiliation, 'outcast', 'nobody who is banned is inside')
    if (room.settings.isMembersOnly) assert.notEqual(affiliation, 'none', 'nor a stranger in a room for members')
    if (affiliation === 'owner' || affiliation === 'admin') assert.equal(role, usualRole(room, affiliation), 'roles follow affiliations')
    assert.notEqual(role, 'none')
  }
  assert.equal(room.devices.length, new Set(room.devices.map(({ full }) => full)).size)
}

/** Nobody outside hears anything, but of their own going. */
function checkHeard(deliveries: readonly Delivery[], before: ReadonlySet<string>, room: Room): void {
  for (const { stanza, to } of deliveries)
    for (const one of to) {
      if (room.isInside(one.full)) continue
      assert.ok(before.has(one.full), `${one.full} was never inside`)
      assert.equal(stanza.kind, 'presence')
      const isOwnGoing = stanza.type === 'unavailable' && codesIn(stanza.payload).includes(110)
      assert.ok(isOwnGoing || stanza.get(UserInfo)?.item !== undefined)
      assert.equal(stanza.type, 'unavailable')
    }
}

test('whatever people do, a room has an owner, one person a nickname, and nobody outside hears anything', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), acts => {
      const room = coven()
      for (const one of acts) {
        const before = new Set(room.devices.map(({ full }) => full))
        const snapshot = JSON.stringify([[...room.affiliations], [...room.occupants.keys()], room.settings])
        try {
          checkHeard(one(room), before, room)
        } catch (error) {
          if (!(error instanceof StanzaError)) throw error
          assert.equal(
            JSON.stringify([[...room.affiliations], [...room.occupants.keys()], room.settings]),
            snapshot,
            'what is refused changes nothing',
          )
        }
        check(room)
      }
    }),
    { numRuns: 500 },
  )
})

/** What each device believes of who is inside, by what it heard. */
class Beliefs {
  readonly #of = new Map<string, Set<string>>()

  hear(deliveries: readonly Delivery[]): void {
    for (const { stanza, to } of deliveries) for (const { full } of to) if (stanza.kind === 'presence') this.#hear(full, stanza)
  }

  #hear(device: string, { from, type, payload }: Delivery['stanza']): void {
    const nick = from?.resource ?? ''
    const codes = codesIn(payload)
    const before = this.#of.get(device) ?? new Set()
    if (type === undefined) this.#of.set(device, before.add(nick))
    else if (codes.includes(110) && !codes.includes(303)) this.#of.delete(device)
    else before.delete(nick)
  }

  check(room: Room): void {
    assert.deepEqual([...this.#of.keys()].sort(), room.devices.map(({ full }) => full).sort(), 'each knows whether it is inside')
    for (const device of room.devices) {
      const own = room.occupantOf(device)
      const seen = [...room.occupants.values()].filter(one => one.isShown || one === own).map(({ at }) => at.resource)
      assert.deepEqual([...(this.#of.get(device.full) ?? [])].sort(), seen.sort(), `${device.full} knows who is inside`)
    }
  }
}

for (const [kind, rules] of [
  ['a room', {}],
  ['a large room', { large: 1, crowd: 2 }],
] as const)
  test(`whatever people do, everybody in ${kind} knows who is inside, and nobody sees ghosts`, () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), acts => {
        const room = coven({ rules })
        const beliefs = new Beliefs()
        for (const one of acts) {
          try {
            beliefs.hear(one(room))
          } catch (error) {
            if (!(error instanceof StanzaError)) throw error
          }
          beliefs.check(room)
        }
      }),
      { numRuns: 300 },
    )
  })
