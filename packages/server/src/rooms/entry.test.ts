import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leave } from './leaving.ts'
import { byAddress } from './nicknames.ts'
import { codesIn, comes, coven, COVEN, CRONE, HAG, heard, jid, refuses, said, withWitches, WITCH, NOW } from './room.testing.ts'
import { said as remember, speak } from './speech.ts'

const PASSWORD = "<x xmlns='http://jabber.org/protocol/muc'><password>cauldronburn</password></x>"

test('XEP-0045 §7.2.1: a room is entered by a nickname', () => {
  refuses(() => comes(coven(), HAG, ''), 'jid-malformed', 'modify')
})

test('XEP-0045 §7.2.2: the newcomer sees the others, then itself, then the subject; the others see the newcomer', () => {
  const room = coven()
  comes(room, CRONE, 'firstwitch')
  const deliveries = comes(room, HAG, 'thirdwitch')
  const [first = '', self = '', subject = '', ...more] = heard(deliveries, HAG)
  assert.deepEqual(more, [])
  assert.match(first, /from='coven@chat.shakespeare.lit\/firstwitch'.*affiliation='owner'.*role='moderator'/)
  assert.deepEqual(codesIn(first), [])
  assert.match(self, /from='coven@chat.shakespeare.lit\/thirdwitch'.*affiliation='none'.*role='participant'/)
  assert.deepEqual(codesIn(self), [100, 170, 110])
  assert.match(subject, /<message [^>]*from='coven@chat.shakespeare.lit' type='groupchat'><subject\/><\/message>/)
  const [seen = '', ...others] = heard(deliveries, CRONE)
  assert.match(seen, /from='coven@chat.shakespeare.lit\/thirdwitch'.*jid='hag66@shakespeare.lit\/pda'/)
  assert.deepEqual([codesIn(seen), others], [[], []])
})

test('XEP-0045 §7.2.3, §7.2.4: in a semi-anonymous room only moderators see addresses', () => {
  const room = coven({ settings: { whois: 'moderators' } })
  comes(room, CRONE, 'firstwitch')
  comes(room, WITCH, 'secondwitch')
  const deliveries = comes(room, HAG, 'thirdwitch')
  assert.match(heard(deliveries, CRONE).join(), /jid='hag66@shakespeare.lit\/pda'/)
  assert.doesNotMatch(heard(deliveries, WITCH).join(), /hag66|jid=/)
  const own = heard(deliveries, HAG)
  assert.doesNotMatch(own.slice(0, 2).join(), /jid=/)
  assert.deepEqual(codesIn(own[2] ?? ''), [170, 110], 'without 100')
})

test('XEP-0045 §7.2.5: a password', () => {
  const room = coven({ settings: { password: 'cauldronburn' } })
  refuses(() => comes(room, HAG, 'thirdwitch'), 'not-authorized', 'auth')
  refuses(() => comes(room, HAG, 'thirdwitch', PASSWORD.replace('burn', 'boil')), 'not-authorized')
  assert.ok(comes(room, HAG, 'thirdwitch', PASSWORD).length > 0)
  assert.doesNotMatch(heard(comes(room, WITCH, 'secondwitch', PASSWORD)).join(), /cauldronburn/, '§17.3: nobody else hears it')
})

test('XEP-0045 §7.2.6: a room for members', () => {
  const room = coven({ settings: { isMembersOnly: true }, people: { 'hag66@shakespeare.lit': 'member' } })
  refuses(() => comes(room, WITCH, 'secondwitch'), 'registration-required', 'auth')
  assert.match(heard(comes(room, HAG, 'thirdwitch'), HAG)[0] ?? '', /affiliation='member'/)
})

test('XEP-0045 §7.2.7: who is banned', () => {
  refuses(() => comes(coven({ people: { 'hag66@shakespeare.lit': 'outcast' } }), HAG, 'thirdwitch'), 'forbidden', 'auth')
})

test('XEP-0045 §7.2.8: one nickname is one person, with all their devices', () => {
  const room = coven()
  comes(room, HAG, 'thirdwitch')
  refuses(() => comes(room, WITCH, 'thirdwitch'), 'conflict', 'cancel')
  const deliveries = comes(room, 'hag66@shakespeare.lit/laptop', 'thirdwitch')
  assert.deepEqual(codesIn(heard(deliveries, 'hag66@shakespeare.lit/laptop')[0] ?? ''), [100, 170, 110])
  assert.equal(room.occupants.size, 1)
  assert.equal(room.devices.length, 2)
})

test('XEP-0045 §7.2.9: a full room has place for admins', () => {
  const room = coven({ settings: { mostOccupants: 1 } })
  comes(room, HAG, 'thirdwitch')
  refuses(() => comes(room, WITCH, 'secondwitch'), 'service-unavailable', 'wait')
  comes(room, 'hag66@shakespeare.lit/laptop', 'thirdwitch')
  comes(room, CRONE, 'firstwitch')
  assert.equal(room.occupants.size, 2)
})

test('XEP-0045 §7.2.10, §10.1.1: nobody but its owner is in a room that is not open yet', () => {
  const room = coven()
  room.isLocked = true
  const self = heard(comes(room, CRONE, 'firstwitch', undefined, { isNew: true }), CRONE)[0] ?? ''
  assert.match(self, /affiliation='owner'.*role='moderator'/)
  assert.deepEqual(codesIn(self), [100, 170, 201, 110])
  refuses(() => comes(room, HAG, 'thirdwitch'), 'item-not-found', 'cancel')
})

test('XEP-0045 §7.2.13, §7.2.14: what was said before, as much of it as is wished for', () => {
  const room = withWitches()
  const talk = (text: string, at: number): void => {
    const stanza = speak(room, said('message', COVEN, `<body>${text}</body>`, 'groupchat', text), jid(WITCH), NOW)
    remember(room, stanza, at)
  }
  const start = Date.UTC(2026, 9, 1, 11)
  for (const [index, text] of ['one', 'two', 'three', 'four'].entries()) talk(text, start + index * 600_000)
  leave(room, jid(HAG))
  const asked = (history: string): string => {
    const enter = `<x xmlns='http://jabber.org/protocol/muc'>${history}</x>`
    const got = heard(comes(room, HAG, 'thirdwitch', enter), HAG)
    return got.flatMap(xml => /<body>(.*)<\/body>/.exec(xml)?.[1] ?? []).join(' ')
  }
  assert.equal(asked(''), 'one two three four')
  assert.equal(asked("<history maxstanzas='2'/>"), 'three four')
  assert.equal(asked("<history maxstanzas='0'/>"), '')
  assert.equal(asked("<history maxchars='0'/>"), '')
  assert.equal(asked("<history seconds='1900'/>"), 'four')
  assert.equal(asked("<history since='2026-10-01T11:15:00Z'/>"), 'three four')
  assert.equal(asked("<history maxchars='450'/>"), 'four', 'the characters of whole stanzas')
  const late = heard(comes(room, HAG, 'thirdwitch'), HAG).find(xml => xml.includes('<body>one')) ?? ''
  assert.match(late, /from='coven@chat.shakespeare.lit\/secondwitch' type='groupchat' id='one'/)
  assert.match(late, /<delay xmlns='urn:xmpp:delay' from='coven@chat.shakespeare.lit' stamp='2026-10-01T11:00:00/)
})

test('XEP-0045 §7.6: another nickname: 303 for the old one, then the new', () => {
  const room = withWitches()
  const deliveries = comes(room, HAG, 'oldhag', '')
  const [gone = '', here = ''] = heard(deliveries, CRONE)
  assert.match(gone, /from='coven@chat.shakespeare.lit\/thirdwitch' type='unavailable'.*nick='oldhag'/)
  assert.deepEqual(codesIn(gone), [303])
  assert.match(here, /from='coven@chat.shakespeare.lit\/oldhag'/)
  assert.deepEqual(heard(deliveries, HAG).map(codesIn), [[303, 110], [110]])
  refuses(() => comes(room, HAG, 'secondwitch', ''), 'conflict', 'cancel')
})

test('XEP-0045 §7.7: presence is passed on, and what only the room may say is not', () => {
  const room = withWitches()
  const forged = "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner'/></x><show>away</show>"
  const [seen = ''] = heard(comes(room, HAG, 'thirdwitch', forged), WITCH)
  assert.match(seen, /<show>away<\/show>/)
  assert.match(seen, /affiliation='none'/)
  assert.doesNotMatch(seen, /owner/)
})

test('XEP-0045 §17.3: who comes in again is told everything again, and the others nothing new', () => {
  const room = withWitches()
  const deliveries = comes(room, HAG, 'thirdwitch')
  assert.equal(heard(deliveries, HAG).length, 4)
  assert.deepEqual(heard(deliveries, WITCH), [])
  assert.equal(heard(comes(room, HAG, 'thirdwitch', "<show>dnd</show><x xmlns='http://jabber.org/protocol/muc'/>"), WITCH).length, 1)
})

test('a person of ours is called by their address: 210, and the wish is the displayed name (XEP-0172)', () => {
  const room = coven({ rules: { nickname: byAddress('shakespeare.lit') } })
  const self = heard(comes(room, HAG, 'thirdwitch'), HAG)[0] ?? ''
  assert.match(self, /from='coven@chat.shakespeare.lit\/hag66'/)
  assert.match(self, /<nick xmlns='http:\/\/jabber.org\/protocol\/nick'>thirdwitch<\/nick>/)
  assert.deepEqual(codesIn(self), [100, 170, 210, 110])
  assert.deepEqual(codesIn(heard(comes(room, HAG, 'another', ''), HAG)[0] ?? ''), [210, 110], '§7.6: nor can it be changed')
  const guest = heard(comes(room, 'romeo@elsewhere.lit/orchard', 'hag66'), 'romeo@elsewhere.lit/orchard')
  assert.match(guest[1] ?? '', /from='coven@chat.shakespeare.lit\/romeo@elsewhere.lit'/, 'a guest cannot be taken for one of us')
})

test('in a large room those who are neither members nor moderators come and go unseen', () => {
  const room = coven({ rules: { large: 2 }, people: { 'member@shakespeare.lit': 'member' } })
  comes(room, CRONE, 'firstwitch')
  comes(room, WITCH, 'secondwitch')
  const quiet = comes(room, HAG, 'thirdwitch')
  assert.deepEqual(heard(quiet, CRONE), [])
  assert.match(heard(quiet, HAG).join(), /thirdwitch/, 'but to themselves')
  assert.equal(heard(comes(room, 'member@shakespeare.lit/a', 'member'), CRONE).length, 1)
  assert.deepEqual(heard(leave(room, jid(HAG)), CRONE), [])
  assert.equal(heard(leave(room, jid(WITCH)), CRONE).length, 1, 'who was seen coming is seen going')
})

test('in a room for members that is very large, mere members come and go unseen, and admins do not', () => {
  const people = { 'hag66@shakespeare.lit': 'member', 'wiccarocks@shakespeare.lit': 'admin', 'first@shakespeare.lit': 'member' } as const
  const room = coven({ settings: { isMembersOnly: true }, rules: { large: 1, crowd: 2 }, people })
  comes(room, CRONE, 'firstwitch')
  assert.equal(heard(comes(room, 'first@shakespeare.lit/a', 'first'), CRONE).length, 1, 'large, and no crowd yet')
  assert.deepEqual(heard(comes(room, HAG, 'thirdwitch'), CRONE), [])
  const others = heard(comes(room, WITCH, 'secondwitch'), WITCH).join()
  assert.match(others, /firstwitch.*\/first'/, 'who was seen before is seen by newcomers')
  assert.doesNotMatch(others, /thirdwitch/)
  assert.equal(heard(leave(room, jid(WITCH)), CRONE).length, 1)
  assert.deepEqual(heard(leave(room, jid(HAG)), CRONE), [])
})
