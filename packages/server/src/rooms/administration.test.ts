import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdminItem, Affiliation } from '@plodge/xmpp/xeps/muc.ts'
import { change, list } from './administration.ts'
import type { Delivery, Room } from './room.ts'
import { codesIn, comes, CRONE, HAG, heard, item, jid, refuses, withWitches, WITCH } from './room.testing.ts'

const does = (room: Room, by: string, ...items: readonly Partial<AdminItem>[]): readonly Delivery[] =>
  change(room, items.map(item), jid(by))
const people = (affiliation: Affiliation) => ({ people: { 'wiccarocks@shakespeare.lit': affiliation } })
const HAG_BARE = 'hag66@shakespeare.lit'

test('XEP-0045 §8.2: a moderator puts somebody out: 307, by whom and why', () => {
  const room = withWitches()
  const deliveries = does(room, CRONE, { nick: 'thirdwitch', role: 'none', reason: 'Avaunt, you cullion!' })
  for (const device of [CRONE, WITCH, HAG]) {
    const [told = ''] = heard(deliveries, device)
    assert.match(told, /type='unavailable'.*affiliation='none'.*role='none'.*<actor nick='firstwitch'\/><reason>Avaunt, you cullion!/)
    assert.deepEqual(codesIn(told), device === HAG ? [307, 110] : [307])
  }
  assert.equal(heard(deliveries)[0]?.includes(HAG), true, 'who is put out hears of it first')
  refuses(() => does(room, HAG, { nick: 'secondwitch', role: 'none' }), 'not-acceptable')
  refuses(() => does(room, WITCH, { nick: 'firstwitch', role: 'none' }), 'forbidden', 'auth')
  refuses(() => does(room, CRONE, { nick: 'nobody', role: 'none' }), 'item-not-found')
})

test('XEP-0045 §8.2: nobody is put out by somebody who stands lower', () => {
  const room = withWitches(people('admin'))
  refuses(() => does(room, WITCH, { nick: 'firstwitch', role: 'none' }), 'not-allowed', 'cancel')
  assert.ok(does(room, CRONE, { nick: 'secondwitch', role: 'none' }).length > 0, 'an owner puts an admin out')
})

test('XEP-0045 §8.3, §8.4: voice is given and taken', () => {
  const room = withWitches({ settings: { isModerated: true }, ...people('admin') })
  const [told = ''] = heard(does(room, WITCH, { nick: 'thirdwitch', role: 'participant', reason: 'A worthy witch indeed!' }), CRONE)
  assert.match(told, /affiliation='none'.*role='participant'.*A worthy witch indeed!/)
  does(room, CRONE, { nick: 'thirdwitch', role: 'visitor' })
  assert.equal(room.occupants.get('thirdwitch')?.role, 'visitor')
  refuses(() => does(room, WITCH, { nick: 'firstwitch', role: 'visitor' }), 'not-allowed', 'cancel')
  refuses(() => does(room, HAG, { nick: 'thirdwitch', role: 'participant' }), 'forbidden')
})

test('XEP-0045 §9.1: a ban: 301, and no way back', () => {
  const room = withWitches()
  const deliveries = does(room, CRONE, { jid: HAG_BARE, affiliation: 'outcast', reason: 'Treason' })
  const [told = ''] = heard(deliveries, HAG)
  assert.match(told, /type='unavailable'.*affiliation='outcast'.*role='none'.*<reason>Treason/)
  assert.deepEqual(codesIn(told), [301, 110])
  assert.deepEqual(heard(deliveries, WITCH).map(codesIn), [[301]])
  refuses(() => comes(room, HAG, 'thirdwitch'), 'forbidden')
  refuses(() => does(room, CRONE, { jid: 'crone1@shakespeare.lit', affiliation: 'outcast' }), 'conflict', 'cancel')
  refuses(() => does(room, WITCH, { jid: HAG_BARE, affiliation: 'none' }), 'forbidden')
})

test('XEP-0045 §9.2: all or nothing, and nobody twice', () => {
  const room = withWitches(people('admin'))
  const both = [
    { jid: HAG_BARE, affiliation: 'outcast' },
    { jid: 'crone1@shakespeare.lit', affiliation: 'outcast' },
  ] as const
  refuses(() => does(room, WITCH, ...both), 'not-allowed')
  assert.equal(room.affiliationOf(jid(HAG).bare), 'none')
  refuses(() => does(room, CRONE, both[0], { jid: HAG_BARE, affiliation: 'member' }), 'bad-request')
  refuses(() => does(room, CRONE, { jid: HAG_BARE, affiliation: 'member', role: 'participant' }), 'bad-request', 'modify')
  refuses(() => does(room, CRONE, { jid: '@', affiliation: 'member' }), 'jid-malformed')
  refuses(() => does(room, CRONE), 'bad-request')
})

test('XEP-0045 §9.3, §9.4: membership', () => {
  const room = withWitches({ settings: { isMembersOnly: false } })
  const [told = ''] = heard(does(room, CRONE, { jid: HAG_BARE, affiliation: 'member' }), WITCH)
  assert.match(told, /from='coven@chat.shakespeare.lit\/thirdwitch'.*affiliation='member'.*role='participant'/)
  assert.match(heard(does(room, CRONE, { jid: HAG_BARE, affiliation: 'none' }), WITCH)[0] ?? '', /affiliation='none'.*role='participant'/)
  room.settings = { ...room.settings, isMembersOnly: true }
  does(room, CRONE, { jid: HAG_BARE, affiliation: 'member' })
  const gone = does(room, CRONE, { jid: HAG_BARE, affiliation: 'none' })
  assert.deepEqual(
    [CRONE, HAG].map(device => heard(gone, device).map(codesIn)),
    [[[321]], [[321, 110]]],
    'put out, and told once',
  )
})

test('XEP-0045 §9.5, §9.2, §17.4: lists, for those who may have them', () => {
  const room = withWitches({ people: { 'wiccarocks@shakespeare.lit': 'member', 'hecate@shakespeare.lit': 'outcast' } })
  const asked = (by: string, wanted: Partial<AdminItem>) => list(room, [item(wanted)], jid(by))
  const members = [item({ affiliation: 'member', jid: 'wiccarocks@shakespeare.lit', nick: 'secondwitch' })]
  assert.deepEqual(asked(CRONE, { affiliation: 'member' }), members)
  assert.deepEqual(asked(WITCH, { affiliation: 'member' }), members, 'a member of a non-anonymous room')
  assert.deepEqual(asked(CRONE, { affiliation: 'outcast' }), [item({ affiliation: 'outcast', jid: 'hecate@shakespeare.lit' })])
  refuses(() => asked(WITCH, { affiliation: 'outcast' }), 'forbidden')
  refuses(() => asked(HAG, { affiliation: 'member' }), 'forbidden')
  refuses(() => asked(HAG, { role: 'participant' }), 'forbidden')
  assert.deepEqual(
    asked(CRONE, { role: 'participant' }).map(({ nick, role, affiliation, jid }) => [nick, role, affiliation, jid]),
    [
      ['secondwitch', 'participant', 'member', WITCH],
      ['thirdwitch', 'participant', 'none', HAG],
    ],
  )
})

test('XEP-0045 §9.6, §9.7: moderators are made by admins', () => {
  const room = withWitches(people('admin'))
  assert.match(heard(does(room, WITCH, { nick: 'thirdwitch', role: 'moderator' }), CRONE)[0] ?? '', /affiliation='none'.*role='moderator'/)
  refuses(() => does(room, HAG, { nick: 'thirdwitch', role: 'moderator' }), 'forbidden')
  does(room, WITCH, { nick: 'thirdwitch', role: 'participant' })
  assert.equal(room.occupants.get('thirdwitch')?.role, 'participant')
  refuses(() => does(room, WITCH, { nick: 'firstwitch', role: 'participant' }), 'not-allowed', 'cancel')
})

test('XEP-0045 §10.3–§10.8: owners make owners and admins, and there is always one', () => {
  const room = withWitches(people('admin'))
  refuses(() => does(room, WITCH, { jid: HAG_BARE, affiliation: 'admin' }), 'not-allowed')
  refuses(() => does(room, CRONE, { jid: 'crone1@shakespeare.lit', affiliation: 'admin' }), 'conflict', 'cancel')
  assert.match(heard(does(room, CRONE, { jid: HAG_BARE, affiliation: 'owner' }), WITCH)[0] ?? '', /affiliation='owner'.*role='moderator'/)
  const [told = ''] = heard(does(room, CRONE, { jid: 'crone1@shakespeare.lit', affiliation: 'none' }), WITCH)
  assert.match(told, /affiliation='none'.*role='participant'/, 'with another owner one may go')
  refuses(() => does(room, HAG, { jid: HAG_BARE, affiliation: 'member' }), 'conflict')
})

test('the last owner can hand over in one breath', () => {
  const room = withWitches()
  does(room, CRONE, { jid: HAG_BARE, affiliation: 'owner' }, { jid: 'crone1@shakespeare.lit', affiliation: 'member' })
  assert.deepEqual([...room.affiliations.values()].sort(), ['member', 'owner'])
})
