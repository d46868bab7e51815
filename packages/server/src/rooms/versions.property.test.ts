import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { UserList } from '@plodge/xmpp/xeps/muc.ts'
import { change } from './administration.ts'
import { configure } from './configuration.ts'
import { leave } from './leaving.ts'
import { register } from './registration.ts'
import type { Delivery, Room } from './room.ts'
import { codesIn, comes, coven, CRONE, item, jid } from './room.testing.ts'

const READER = 'reader@shakespeare.lit/desk'
const DEVICES = ['wiccarocks@shakespeare.lit/laptop', 'hag66@shakespeare.lit/pda', 'hag66@shakespeare.lit/phone', 'x@y.lit/z']
const PEOPLE = [...new Set(DEVICES.map(device => jid(device).bare as string)), 'away@y.lit', 'gone@y.lit']

type Act = (room: Room, reader: Reader) => readonly Delivery[]
const device = fc.constantFrom(...DEVICES)
const affiliation = fc.constantFrom('admin' as const, 'member' as const, 'none' as const, 'outcast' as const)
const wish = { isRegistered: false, instructions: undefined, fields: new Map(), form: undefined, url: undefined }

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.tuple(fc.constantFrom(...PEOPLE), affiliation), { minLength: 1, maxLength: 4 }).map(
      (people): Act =>
        room =>
          change(
            room,
            people.map(([person, wanted]) => item({ jid: person, affiliation: wanted })),
            jid(CRONE),
          ),
    ),
  },
  device.map(
    (by): Act =>
      room =>
        comes(room, by, jid(by).bare),
  ),
  device.map(
    (by): Act =>
      room =>
        leave(room, jid(by)),
  ),
  device.map(
    (by): Act =>
      room =>
        register(room, { ...wish, isRemoval: true }, jid(by)).deliveries,
  ),
  fc.tuple(fc.constantFrom('membersonly', 'moderatedroom'), fc.boolean()).map(([field, value]): Act => room => {
    const fields = [formField(`muc#roomconfig_${field}`, { values: [`${value}`] })]
    return configure(room, namedForm('submit', 'http://jabber.org/protocol/muc#roomconfig', fields), 100)
  }),
  fc.constant<Act>((room, reader) => reader.goes(room)),
  fc.constant<Act>((room, reader) => reader.comes(room)),
)

/** What a client knows of the lists by XEP-0463 alone. */
class Reader {
  readonly known = new Map<string, string>()
  #version: string | undefined
  isInside = false

  comes(room: Room): readonly Delivery[] {
    const since = this.#version === undefined ? '' : ` since='${this.#version}'`
    this.isInside = true
    return comes(room, READER, 'reader', `<x xmlns='http://jabber.org/protocol/muc'><mav xmlns='urn:xmpp:muc:affiliations:1'${since}/></x>`)
  }

  goes(room: Room): readonly Delivery[] {
    this.isInside = false
    return leave(room, jid(READER))
  }

  hears(deliveries: readonly Delivery[]): void {
    for (const { stanza, to } of deliveries) if (to.some(({ full }) => full === READER)) this.#hear(stanza)
  }

  #hear(stanza: Delivery['stanza']): void {
    assert.notEqual(stanza.type, 'error')
    const news = stanza.get(UserList)
    const { since, until } = news?.mav ?? { since: undefined, until: undefined }
    if (until === undefined) return
    if (stanza.kind === 'presence' && since === undefined) {
      assert.ok(codesIn(stanza.payload).includes(110))
      // Being put out, or going, is no time to compare.
      if (stanza.type === undefined) assert.equal(until, this.#version, 'one comes in with the list of that version')
      return
    }
    // Of several devices of one person each is shown.
    if (since !== undefined && until === this.#version) return
    if (since === undefined) this.known.clear()
    else assert.equal(since, this.#version, 'it goes on from what is known')
    for (const one of news?.items ?? []) {
      const person = jid(one.jid ?? '').bare
      if (one.affiliation === 'none') this.known.delete(person)
      else this.known.set(person, one.affiliation ?? '')
    }
    this.#version = until
  }

  check(room: Room): void {
    if (this.isInside) assert.deepEqual(Object.fromEntries(this.known), Object.fromEntries(room.affiliations), 'the list is known')
  }
}

for (const [kind, rules] of [
  ['a room', {}],
  ['a large room', { large: 1, crowd: 1 }],
] as const)
  test(`XEP-0463: whatever people do in ${kind}, who follows the lists knows them, and whoever was away after the first message`, () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), acts => {
        const room = coven({ rules, people: { 'reader@shakespeare.lit': 'admin' } })
        comes(room, CRONE, 'crone')
        const reader = new Reader()
        for (const one of [(inside: Room, it: Reader) => it.comes(inside), ...acts]) {
          try {
            reader.hears(one(room, reader))
          } catch (error) {
            if (!(error instanceof StanzaError)) throw error
          }
          reader.check(room)
        }
      }),
      { numRuns: 400 },
    )
  })
