/** What the examples of XEP-0045 show of lists that moderators, admins and owners ask for, change and send back; and of conversations that grow into rooms. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdminItem } from '@plodge/xmpp/xeps/muc.ts'
import { change, list } from './administration.ts'
import { invite } from './invitations.ts'
import { leave } from './leaving.ts'
import type { Room } from './room.ts'
import { codesIn, comes, coven, COVEN, CRONE, HAG, heard, item, jid, NOW, refuses, said, withWitches, WITCH } from './room.testing.ts'
import { said as remember, speak } from './speech.ts'

const HECATE = 'hecate@shakespeare.lit/broom'
const sends = (room: Room, by: string, ...items: readonly Partial<AdminItem>[]) => change(room, items.map(item), jid(by))
const asks = (room: Room, by: string, wanted: Partial<AdminItem>): readonly (string | undefined)[] =>
  list(room, [item(wanted)], jid(by)).map(({ nick, jid: address }) => (wanted.role === undefined ? address : nick))

test('XEP-0045 §7.9: a conversation of two goes on in a room: its history, and who is invited to what thread (Examples 61–65)', () => {
  const room = coven({ settings: { isMembersOnly: true } })
  comes(room, CRONE, 'firstwitch')
  const before = speak(
    room,
    said('message', COVEN, '<body>Thrice the brinded cat hath mew’d.</body><thread>e0ff</thread>', 'groupchat'),
    jid(CRONE),
    NOW,
  )
  remember(room, before, Date.UTC(2026, 9, 1, 11))
  const reason = '<reason>This coven needs both wiccarocks and hag66.</reason>'
  const guests = ['wiccarocks@shakespeare.lit/laptop', 'hag66@shakespeare.lit']
  const invites = guests.map(to => `<invite to='${to}'>${reason}<continue thread='e0ff'/></invite>`).join('')
  const { letters } = invite(room, said('message', COVEN, `<x xmlns='http://jabber.org/protocol/muc#user'>${invites}</x>`), jid(CRONE))
  assert.deepEqual(
    letters.map(({ to }) => to?.full),
    guests,
  )
  for (const letter of letters)
    assert.match(letter.toXml(), /<invite from='crone1@shakespeare.lit'><reason>This coven needs.*<continue thread='e0ff'\/><\/invite>/)
  const [others = '', , history = ''] = heard(comes(room, WITCH, 'secondwitch'), WITCH)
  assert.match(others, /firstwitch/)
  assert.match(history, /from='coven@chat.shakespeare.lit\/firstwitch'.*mew’d.*<thread>e0ff.*<delay /)
})

test('XEP-0045 §7.14: who goes, and says why (Examples 80–83)', () => {
  const room = withWitches()
  const farewell = said('presence', `${COVEN}/thirdwitch`, '<status>gone where the goblins go</status>', 'unavailable')
  const told = leave(room, jid(HAG), farewell)
  for (const device of [CRONE, WITCH, HAG])
    assert.match(heard(told, device).join(), /from='coven@chat.shakespeare.lit\/thirdwitch' type='unavailable'.*gone where the goblins go/)
})

test('XEP-0045 §8.1: a subject that is empty is one (Example 88)', () => {
  const room = withWitches()
  remember(room, speak(room, said('message', COVEN, '<subject>Fire Burn</subject>', 'groupchat'), jid(CRONE), NOW), 0)
  remember(room, speak(room, said('message', COVEN, '<subject/>', 'groupchat'), jid(CRONE), NOW), 0)
  const last = heard(comes(room, HECATE, 'hecate'), HECATE).at(-1) ?? ''
  assert.match(last, /from='coven@chat.shakespeare.lit\/firstwitch'.*<subject\/>/)
})

test('XEP-0045 §8.5: the list of those with voice, and what is changed of it (Examples 103–107)', () => {
  const room = withWitches({ settings: { isModerated: true }, people: { 'wiccarocks@shakespeare.lit': 'admin' } })
  assert.deepEqual(asks(room, WITCH, { role: 'participant' }), [])
  sends(room, WITCH, { nick: 'thirdwitch', role: 'participant' })
  comes(room, HECATE, 'hecate')
  assert.deepEqual(asks(room, WITCH, { role: 'participant' }), ['thirdwitch'])
  const told = sends(
    room,
    WITCH,
    { nick: 'thirdwitch', role: 'visitor' },
    { nick: 'hecate', role: 'participant', reason: 'A worthy witch.' },
  )
  const [lost = '', given = '', ...more] = heard(told, CRONE)
  assert.match(lost, /thirdwitch'.*role='visitor'/)
  assert.match(given, /hecate'.*role='participant'.*<reason>A worthy witch./)
  assert.deepEqual(more, [])
  refuses(() => sends(room, WITCH, { nick: 'firstwitch', role: 'visitor' }), 'not-allowed', 'cancel')
  refuses(() => asks(room, HAG, { role: 'participant' }), 'forbidden')
})

test('XEP-0045 §9.2: the list of the banned, and what is changed of it (Examples 116–119)', () => {
  const room = withWitches({ people: { 'hecate@shakespeare.lit': 'outcast' } })
  assert.deepEqual(asks(room, CRONE, { affiliation: 'outcast' }), ['hecate@shakespeare.lit'])
  const treason = { affiliation: 'outcast', reason: 'Treason' } as const
  const told = sends(room, CRONE, { jid: 'lordscroop@shakespeare.lit', ...treason }, { jid: 'hag66@shakespeare.lit', ...treason })
  assert.deepEqual(heard(told, HAG).map(codesIn), [[301, 110]])
  assert.deepEqual(asks(room, CRONE, { affiliation: 'outcast' }), [
    'hecate@shakespeare.lit',
    'lordscroop@shakespeare.lit',
    'hag66@shakespeare.lit',
  ])
  sends(room, CRONE, { jid: 'hecate@shakespeare.lit', affiliation: 'none' })
  assert.ok(comes(room, HECATE, 'hecate').length > 0, 'who is banned no more comes in')
  refuses(() => asks(room, WITCH, { affiliation: 'outcast' }), 'forbidden')
})

test('XEP-0045 §9.5: the list of members, and what is changed of it (Examples 129–133)', () => {
  const room = withWitches({ people: { 'hag66@shakespeare.lit': 'member', 'wiccarocks@shakespeare.lit': 'member' } })
  room.settings = { ...room.settings, isMembersOnly: true }
  const told = sends(
    room,
    CRONE,
    { jid: 'hag66@shakespeare.lit', affiliation: 'none' },
    { jid: 'hecate@shakespeare.lit', affiliation: 'member' },
  )
  assert.deepEqual(heard(told, HAG).map(codesIn), [[321, 110]])
  assert.deepEqual(heard(told, WITCH).map(codesIn), [[321], []])
  assert.match(
    heard(told, WITCH)[1] ?? '',
    /^<message .*affiliation='member' jid='hecate@shakespeare.lit' role='none'/,
    'of who is not inside by a message (XEP-0463 §4.2.2)',
  )
  assert.match(heard(told, WITCH)[0] ?? '', /thirdwitch' type='unavailable'.*affiliation='none'.*role='none'/)
  assert.deepEqual(asks(room, CRONE, { affiliation: 'member' }), ['wiccarocks@shakespeare.lit', 'hecate@shakespeare.lit'])
})

test('XEP-0045 §9.8: the list of moderators, and what is changed of it (Examples 146–150)', () => {
  const room = withWitches({ people: { 'wiccarocks@shakespeare.lit': 'admin' } })
  comes(room, HECATE, 'hecate')
  sends(room, WITCH, { nick: 'thirdwitch', role: 'moderator' })
  assert.deepEqual(asks(room, WITCH, { role: 'moderator' }), ['firstwitch', 'secondwitch', 'thirdwitch'])
  const told = heard(sends(room, WITCH, { nick: 'thirdwitch', role: 'participant' }, { nick: 'hecate', role: 'moderator' }), CRONE)
  assert.match(told[0] ?? '', /thirdwitch'.*role='participant'/)
  assert.match(told[1] ?? '', /hecate'.*role='moderator'/)
  refuses(() => sends(room, WITCH, { nick: 'firstwitch', role: 'participant' }), 'not-allowed', 'cancel')
})

test('XEP-0045 §10.5, §10.8: the lists of owners and admins, and what is changed of them (Examples 181–185, 196–200)', () => {
  const room = withWitches({ people: { 'wiccarocks@shakespeare.lit': 'admin' } })
  assert.deepEqual(asks(room, CRONE, { affiliation: 'owner' }), ['crone1@shakespeare.lit'])
  const told = heard(
    sends(room, CRONE, { jid: 'wiccarocks@shakespeare.lit', affiliation: 'owner' }, { jid: 'hag66@shakespeare.lit', affiliation: 'admin' }),
    CRONE,
  )
  assert.match(told.join('\n'), /secondwitch'.*affiliation='owner'.*role='moderator'[^]*thirdwitch'.*affiliation='admin'.*role='moderator'/)
  assert.deepEqual(asks(room, CRONE, { affiliation: 'admin' }), ['hag66@shakespeare.lit'])
  refuses(() => sends(room, HAG, { jid: 'hecate@shakespeare.lit', affiliation: 'owner' }), 'not-allowed')
  const stranger = 'bard@shakespeare.lit/globe'
  refuses(() => sends(room, stranger, { jid: 'hecate@shakespeare.lit', affiliation: 'owner' }), 'forbidden')
  refuses(() => sends(room, stranger, { jid: 'hecate@shakespeare.lit', affiliation: 'admin' }), 'forbidden')
  sends(room, WITCH, { jid: 'crone1@shakespeare.lit', affiliation: 'none' })
  assert.deepEqual(asks(room, WITCH, { affiliation: 'owner' }), ['wiccarocks@shakespeare.lit'])
})
