import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CRONE, HAG, jid, NOW, refuses, said, COVEN, withWitches } from './room.testing.ts'
import { Pace } from './pace.ts'
import type { Room } from './room.ts'
import { said as remember, speak } from './speech.ts'

const says = (room: Room, device: string, now: number, payload = '<body>Double, double</body>'): void =>
  remember(room, speak(room, said('message', COVEN, payload, 'groupchat', 'x'), jid(device), now), now)

test('XEP-0500 §4: whoever spoke waits, with words that say how long; owners do not, and what has no words does not count', () => {
  const room = withWitches({ settings: { slowSeconds: 20 } })
  says(room, HAG, NOW)
  refuses(() => says(room, HAG, NOW + 15_000), 'policy-violation', 'wait')
  assert.throws(() => says(room, HAG, NOW + 15_000), /20 seconds.*5 more/)
  says(room, HAG, NOW + 15_000, `<active xmlns='http://jabber.org/protocol/chatstates'/>`)
  says(room, HAG, NOW + 20_000)
  for (const at of [0, 1, 2]) says(room, CRONE, NOW + at)
})

test('a room that is not slow lets everybody speak, and forgets when they did', () => {
  const room = withWitches({ settings: { slowSeconds: 20 } })
  says(room, HAG, NOW)
  room.settings = { ...room.settings, slowSeconds: 0 }
  says(room, HAG, NOW + 1)
  room.settings = { ...room.settings, slowSeconds: 20 }
  says(room, HAG, NOW + 2)
})

const HOUR = 3_600_000

test('XEP-0502: messages an hour, of whole hours, once there is one; corrections do not count, nor does what is older than a day', () => {
  const pace = new Pace(NOW)
  pace.spoke(undefined, 0, NOW)
  pace.spoke(undefined, 0, NOW)
  assert.equal(pace.perHour(NOW + HOUR - 1), undefined)
  assert.equal(pace.perHour(NOW + HOUR), 2)
  pace.spoke(undefined, 0, NOW + HOUR)
  assert.equal(pace.perHour(NOW + 2 * HOUR), 1.5)
  assert.equal(pace.perHour(NOW + 24 * HOUR), 3 / 24)
  assert.equal(pace.perHour(NOW + 26 * HOUR), 0)

  const room = withWitches()
  says(room, HAG, NOW)
  says(room, HAG, NOW, `<body>Treble</body><replace xmlns='urn:xmpp:message-correct:0' id='x'/>`)
  assert.equal(room.pace.perHour(NOW + HOUR), 1)
})
