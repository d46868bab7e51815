import assert from 'node:assert/strict'
import { test } from 'node:test'
import { destroyHat, giveHat, makeHat, takeHat } from './hats.ts'
import { codesIn, comes, CRONE, HAG, heard, jid, refuses, withWitches, WITCH } from './room.testing.ts'

const TUTOR = { uri: 'https://example.ac.uk/hats#tutor', title: 'Tutor', hue: '327.25' }
const WEARER = jid(WITCH).bare
const HATS = /<hats xmlns='urn:xmpp:hats:0'><hat uri='https:\/\/example.ac.uk\/hats#tutor' title='Tutor' hue='327.25'\/><\/hats>/

test('XEP-0317: whoever is given a hat is shown with it, to those who are there and to those who come; and without it when it is taken', () => {
  const room = withWitches()
  assert.deepEqual(heard(makeHat(room, TUTOR)).map(codesIn), [[104], [104], [104]])
  const shown = heard(giveHat(room, WEARER, TUTOR.uri))
  assert.equal(shown.length, 3)
  for (const copy of shown) assert.match(copy, HATS)
  assert.deepEqual(giveHat(room, WEARER, TUTOR.uri), [], 'not twice')
  const newcomer = heard(comes(room, 'hecate@shakespeare.lit/broom', 'hecate'))
  assert.equal(newcomer.filter(copy => HATS.test(copy)).length, 1)
  for (const copy of heard(takeHat(room, WEARER, TUTOR.uri))) assert.doesNotMatch(copy, /hats/)
  refuses(() => takeHat(room, WEARER, TUTOR.uri), 'item-not-found')
})

test('XEP-0317: a hat that changes changes on every head, and one that is done away with is on none', () => {
  const room = withWitches()
  makeHat(room, TUTOR)
  giveHat(room, WEARER, TUTOR.uri)
  assert.equal(heard(makeHat(room, { ...TUTOR, title: 'Senior tutor' })).filter(copy => /title='Senior tutor'/.test(copy)).length, 3)
  assert.equal(room.settings.hats.length, 1)
  assert.equal(heard(destroyHat(room, TUTOR.uri)).filter(copy => /<presence/.test(copy) && !/hats/.test(copy)).length, 3)
  assert.deepEqual([room.settings.hats, room.settings.wearers], [[], []])
})

test('nobody puts a hat on themselves', () => {
  const room = withWitches()
  const forged = `<x xmlns='http://jabber.org/protocol/muc'/><hats xmlns='urn:xmpp:hats:0'><hat uri='urn:x' title='Vice-Chancellor'/></hats>`
  for (const copy of heard(comes(room, HAG, 'thirdwitch', forged))) assert.doesNotMatch(copy, /Vice-Chancellor/)
})

test('a hat is bounded, and what is none is refused', () => {
  const room = withWitches()
  refuses(() => makeHat(room, { ...TUTOR, uri: 'tutor' }), 'not-acceptable')
  refuses(() => makeHat(room, { ...TUTOR, title: '' }), 'not-acceptable')
  refuses(() => makeHat(room, { ...TUTOR, hue: '361' }), 'not-acceptable')
  refuses(() => giveHat(room, jid(CRONE).bare, TUTOR.uri), 'item-not-found')
  for (let i = 0; i < 50; i++) makeHat(room, { ...TUTOR, uri: `urn:hat:${i}` })
  refuses(() => makeHat(room, TUTOR), 'resource-constraint')
})
