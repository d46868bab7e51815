import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Delivery, type Room } from './room.ts'
import { comes, coven, COVEN, CRONE, HAG, heard, jid, refuses, said, withWitches, WITCH, NOW } from './room.testing.ts'
import { said as remember, speak, whisper } from './speech.ts'

const message = (payload: string, to = COVEN, type = 'groupchat') => said('message', to, payload, type, 'hysf1v37')
const BODY = "<body>Harpier cries: 'tis time, 'tis time.</body>"
const says = (room: Room, device: string, payload: string): readonly Delivery[] => [
  { stanza: speak(room, message(payload), jid(device), NOW), to: room.devices },
]

test('XEP-0045 §7.4: what is said goes to everybody inside, under the id of the client', () => {
  const room = withWitches()
  const copies = heard(says(room, HAG, BODY))
  assert.equal(copies.length, 3)
  for (const copy of copies)
    assert.match(copy, /from='coven@chat.shakespeare.lit\/thirdwitch' type='groupchat' id='hysf1v37'><body>Harpier cries/)
  refuses(() => says(room, 'hecate@shakespeare.lit/broom', BODY), 'not-acceptable')
})

test('XEP-0045 §7.4: a visitor has no voice', () => {
  const room = coven({ settings: { isModerated: true }, people: { 'wiccarocks@shakespeare.lit': 'member' } })
  for (const [device, nick] of [
    [CRONE, 'firstwitch'],
    [WITCH, 'secondwitch'],
    [HAG, 'thirdwitch'],
  ] as const)
    comes(room, device, nick)
  refuses(() => says(room, HAG, BODY), 'forbidden', 'auth')
  assert.equal(heard(says(room, WITCH, BODY)).length, 3, 'members have')
})

test('what only the room may say is taken out of what is said (XEP-0421 §3, XEP-0359 §3.1)', () => {
  const forged = `${BODY}<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/><stanza-id xmlns='urn:xmpp:sid:0' by='${COVEN}' id='forged'/>
    <x xmlns='http://jabber.org/protocol/muc#user'><status code='104'/></x><stanza-id xmlns='urn:xmpp:sid:0' by='else.where' id='kept'/>`
  const [copy = ''] = heard(says(withWitches(), HAG, forged))
  assert.doesNotMatch(copy, /forged|status/)
  assert.match(copy, /id='kept'/)
  assert.match(copy, /<occupant-id xmlns='urn:xmpp:occupant-id:0' id='id-\d+'\/>/)
})

test('XEP-0045 §7.5: a private message', () => {
  const room = withWitches()
  const to = `${COVEN}/firstwitch`
  const given = whisper(room, message('<body>I’ll give thee a wind.</body>', to, 'chat'), jid(WITCH))
  const [copy = '', ...more] = heard([given])
  assert.deepEqual(more, [])
  assert.match(copy, /to='crone1@shakespeare.lit\/desktop' from='coven@chat.shakespeare.lit\/secondwitch' type='chat'/)
  assert.match(copy, /<x xmlns='http:\/\/jabber.org\/protocol\/muc#user'\/>/)
  refuses(() => whisper(room, message(BODY, to), jid(WITCH)), 'bad-request', 'modify')
  refuses(() => whisper(room, message(BODY, `${COVEN}/nobody`, 'chat'), jid(WITCH)), 'item-not-found', 'cancel')
  refuses(() => whisper(room, message(BODY, to, 'chat'), jid('hecate@shakespeare.lit/broom')), 'not-acceptable')
})

test('XEP-0045 §15.5.3 allowpm: who may send private messages', () => {
  const to = `${COVEN}/firstwitch`
  const may = (privateMessages: 'participants' | 'moderators' | 'none', device: string): boolean => {
    const room = withWitches({ settings: { privateMessages, isModerated: true }, people: { 'wiccarocks@shakespeare.lit': 'member' } })
    try {
      whisper(room, message(BODY, to, 'chat'), jid(device))
      return true
    } catch {
      return false
    }
  }
  assert.deepEqual(
    [CRONE, WITCH, HAG].map(device => may('participants', device)),
    [true, true, false],
  )
  assert.deepEqual(
    [CRONE, WITCH, HAG].map(device => may('moderators', device)),
    [true, false, false],
  )
  assert.equal(may('none', CRONE), false)
})

test('XEP-0045 §8.1: the subject is the moderators’ to change, and of participants where the room says so', () => {
  const SUBJECT = '<subject>Fire Burn and Cauldron Bubble!</subject>'
  const room = withWitches()
  refuses(() => says(room, HAG, SUBJECT), 'forbidden', 'auth')
  const stanza = speak(room, message(SUBJECT), jid(CRONE), NOW)
  remember(room, stanza, Date.UTC(2026, 9, 1))
  const last = heard(comes(room, 'hecate@shakespeare.lit/broom', 'hecate'), 'hecate@shakespeare.lit/broom').at(-1) ?? ''
  assert.match(last, /from='coven@chat.shakespeare.lit\/firstwitch'.*<subject>Fire Burn.*<delay .*stamp='2026-10-01T00:00:00/, '§7.2.15')
  assert.equal(heard(says(withWitches({ settings: { mayChangeSubject: true } }), HAG, SUBJECT)).length, 3)
  assert.equal(heard(says(withWitches(), HAG, `${SUBJECT}<body>x</body>`)).length, 3, 'with a body it is no subject')
})
