import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isKeptMark, markedId, readersOf, setMark } from './marks.ts'
import { comes, coven, COVEN, CRONE, HAG, heard, jid, NOW, said, WITCH } from './room.testing.ts'

const marker = (id: string, more = '') =>
  said('message', COVEN, `<displayed xmlns='urn:xmpp:chat-markers:0' id='${id}'/>${more}`, 'groupchat')
const settings = { keepsMarks: true, isModerated: true }

test('XEP-0333 §4.3: a marker alone is the room’s to keep, where it keeps them, and names what its archive calls a message', () => {
  const room = coven({ settings })
  assert.ok(isKeptMark(room, marker('17')))
  assert.ok(!isKeptMark(coven(), marker('17')))
  assert.ok(!isKeptMark(room, marker('17', '<body>Hail</body>')), 'what is said is said')
  assert.equal(markedId(marker('17')), 17)
  for (const id of ['message-1', '0', '-1', '1e3', '99999999999999999', '']) assert.equal(markedId(marker(id)), undefined)
})

test('XEP-0333 §5: marks only move forward', () => {
  const room = coven({ settings })
  const person = jid(HAG).bare
  for (const id of [5, 9, 7]) setMark(room, person, { id, at: id })
  assert.deepEqual(room.marks.get(person), { id: 9, at: 9 })
})

test('who comes in is told how far they have read, and nobody else', () => {
  const room = coven({ settings })
  setMark(room, jid(HAG).bare, { id: 9, at: NOW })
  comes(room, CRONE, 'firstwitch')
  const deliveries = comes(room, HAG, 'thirdwitch')
  const told = heard(deliveries).filter(text => text.includes('<displayed'))
  assert.equal(told.length, 1)
  assert.match(
    told[0] ?? '',
    /^<message to='hag66@shakespeare.lit\/pda' from='coven@chat.shakespeare.lit\/thirdwitch' type='groupchat'><displayed [^>]*id='9'\/>.*<delay [^>]*stamp='2026-10-01T12:00:00/,
  )
  assert.match(heard(deliveries, HAG).at(-1) ?? '', /<subject/, 'the subject is last')
  assert.doesNotMatch(heard(comes(room, WITCH, 'secondwitch')).join(''), /<displayed/)
})

test('members have read it or not; so have others who ever read anything, but nobody who is banned, nor who said it', () => {
  const room = coven({ settings, people: { 'wiccarocks@shakespeare.lit': 'member', 'macbeth@shakespeare.lit': 'outcast' } })
  for (const [device, id] of [
    [HAG, 9],
    [WITCH, 8],
    ['macbeth@shakespeare.lit/x', 9],
  ] as const)
    setMark(room, jid(device).bare, { id, at: 0 })
  const author = jid(CRONE).bare
  assert.deepEqual(
    readersOf(room, 9, person => person === author),
    { read: [jid(HAG).bare], unread: [jid(WITCH).bare] },
  )
  assert.deepEqual(readersOf(room, 8, person => person === author).unread, [])
})
