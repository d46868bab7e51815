import assert from 'node:assert/strict'
import { test } from 'node:test'
import { destroy } from './destroying.ts'
import { leave } from './leaving.ts'
import { codesIn, comes, COVEN, CRONE, HAG, heard, jid, said, withWitches, WITCH } from './room.testing.ts'

test('XEP-0045 §7.14: who goes hears of it with 110, the others without', () => {
  const room = withWitches()
  const farewell = said('presence', `${COVEN}/thirdwitch`, '<status>gone where the goblins go</status>', 'unavailable')
  const deliveries = leave(room, jid(HAG), farewell)
  const [own = ''] = heard(deliveries, HAG)
  assert.match(own, /type='unavailable'.*<status>gone where the goblins go<\/status>.*role='none'/)
  assert.deepEqual(codesIn(own), [110])
  for (const device of [CRONE, WITCH]) assert.deepEqual(heard(deliveries, device).map(codesIn), [[]])
  assert.equal(room.occupants.size, 2)
  assert.deepEqual(leave(room, jid(HAG)), [], '§17.3: whose role is none is not answered')
})

test('one of several devices goes, and the person stays, as the other device shows it', () => {
  const room = withWitches()
  comes(room, 'hag66@shakespeare.lit/laptop', 'thirdwitch', "<show>away</show><x xmlns='http://jabber.org/protocol/muc'/>")
  const first = leave(room, jid('hag66@shakespeare.lit/laptop'))
  assert.deepEqual(heard(first, 'hag66@shakespeare.lit/laptop').map(codesIn), [[110]])
  const [seen = ''] = heard(first, CRONE)
  assert.doesNotMatch(seen, /unavailable|away/)
  assert.match(heard(leave(room, jid(HAG)), CRONE)[0] ?? '', /unavailable/)
})

test('XEP-0045 §10.9: the end of a room, and where to go', () => {
  const room = withWitches()
  const deliveries = destroy(room, { jid: 'hell@chat.shakespeare.lit', password: undefined, reason: 'Macbeth doth come.' })
  for (const device of [CRONE, WITCH, HAG]) {
    const [told = '', ...more] = heard(deliveries, device)
    assert.deepEqual(more, [], 'each of their own going only')
    assert.match(told, /type='unavailable'.*<destroy jid='hell@chat.shakespeare.lit'><reason>Macbeth doth come.<\/reason><\/destroy>/)
    assert.match(told, /affiliation='none'.*role='none'/)
  }
  assert.equal(room.devices.length, 0)
})
