import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { NOTHING_REGISTERED } from '@plodge/xmpp/xeps/register.ts'
import { byAddress } from './nicknames.ts'
import { approve, register, registration } from './registration.ts'
import { comes, coven, CRONE, HAG, heard, jid, refuses, withWitches, WITCH } from './room.testing.ts'

const form = (fields: Readonly<Record<string, string>>): DataForm =>
  namedForm(
    'submit',
    'http://jabber.org/protocol/muc#register',
    Object.entries(fields).map(([name, value]) => formField(`muc#register_${name}`, { values: [value] })),
  )
const filled = (roomnick: string) => ({ ...NOTHING_REGISTERED, form: form({ roomnick }) })

test('XEP-0045 §7.10: somebody makes themselves a member of an open room, and has their nickname reserved', () => {
  const room = withWitches()
  assert.ok(registration(room, jid(HAG)).form?.fields.some(({ name }) => name === 'muc#register_roomnick'))
  const { deliveries } = register(room, filled('thirdwitch'), jid(HAG))
  assert.match(heard(deliveries, WITCH)[0] ?? '', /thirdwitch'.*affiliation='member'/)
  const known = registration(room, jid(HAG))
  assert.deepEqual([known.isRegistered, known.fields.get('username')], [true, 'thirdwitch'])
  refuses(() => register(room, filled('thirdwitch'), jid('hecate@shakespeare.lit/broom')), 'conflict', 'cancel')
  refuses(() => register(room, { ...NOTHING_REGISTERED }, jid(WITCH)), 'bad-request')
  refuses(() => comes(coven({ people: { 'hag66@shakespeare.lit': 'outcast' } }), HAG, 'x'), 'forbidden')
})

test('XEP-0045 §7.12: a reserved nickname is nobody else’s, inside or not', () => {
  const room = coven()
  register(room, filled('thirdwitch'), jid(HAG))
  refuses(() => comes(room, WITCH, 'thirdwitch'), 'conflict')
  comes(room, HAG, 'thirdwitch')
  register(room, { ...NOTHING_REGISTERED, isRemoval: true }, jid(HAG))
  assert.equal(room.affiliationOf(jid(HAG).bare), 'none')
  refuses(() => register(room, { ...NOTHING_REGISTERED, isRemoval: true }, jid(CRONE)), 'not-allowed')
})

test('XEP-0045 §7.10, §9.9: who wants into a room for members asks, and its admins decide', () => {
  const room = coven({ settings: { isMembersOnly: true } })
  const { letters, deliveries } = register(room, filled('thirdwitch'), jid(HAG))
  assert.deepEqual(deliveries, [])
  assert.equal(letters.length, 1)
  assert.match(letters[0]?.toXml() ?? '', /to='crone1@shakespeare.lit' from='coven@chat.shakespeare.lit'.*hag66@shakespeare.lit/)
  assert.equal(room.affiliationOf(jid(HAG).bare), 'none')
  const yes = form({ jid: 'hag66@shakespeare.lit', roomnick: 'thirdwitch', allow: '1' })
  refuses(() => approve(room, yes, jid(WITCH)), 'forbidden')
  approve(room, form({ jid: 'hag66@shakespeare.lit', allow: '0' }), jid(CRONE))
  assert.equal(room.affiliationOf(jid(HAG).bare), 'none')
  approve(room, yes, jid(CRONE))
  assert.equal(room.affiliationOf(jid(HAG).bare), 'member')
  assert.deepEqual(approve(room, yes, jid(CRONE)), [])
})

test('who is banned does not register, and whose nickname is not free has none to wish for', () => {
  refuses(() => registration(coven({ people: { 'hag66@shakespeare.lit': 'outcast' } }), jid(HAG)), 'not-allowed', 'cancel')
  const room = coven({ rules: { isFree: false, nickname: byAddress('shakespeare.lit') } })
  assert.deepEqual(registration(room, jid(HAG)).form?.fields.length, 1)
  register(room, { ...NOTHING_REGISTERED, form: form({}) }, jid(HAG))
  assert.equal(registration(room, jid(HAG)).fields.get('username'), 'hag66')
})
