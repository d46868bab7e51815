import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { CRONE, HAG, heard, jid, refuses, withWitches, WITCH } from './room.testing.ts'
import { voiceForm } from './voice.ts'

const form = (fields: Readonly<Record<string, string>>): DataForm =>
  namedForm(
    'submit',
    'http://jabber.org/protocol/muc#request',
    Object.entries(fields).map(([name, value]) => formField(`muc#${name}`, { values: [value] })),
  )
const REQUEST = form({ role: 'participant' })
const answer = (allow: string) => form({ role: 'participant', jid: HAG, roomnick: 'thirdwitch', request_allow: allow })

test('XEP-0045 §7.13, §8.6: a visitor asks for voice, and a moderator gives it', () => {
  const room = withWitches({ settings: { isModerated: true }, people: { 'wiccarocks@shakespeare.lit': 'member' } })
  const asked = voiceForm(room, REQUEST, jid(HAG))
  assert.equal(heard(asked).length, 1, 'moderators alone are asked')
  const [text = ''] = heard(asked, CRONE)
  assert.match(text, /<message to='crone1@shakespeare.lit\/desktop' from='coven@chat.shakespeare.lit'>/)
  for (const part of ['muc#role', 'muc#jid', 'muc#roomnick', 'muc#request_allow', 'thirdwitch', HAG]) assert.ok(text.includes(part), part)
  refuses(() => voiceForm(room, answer('true'), jid(WITCH)), 'bad-request')
  assert.deepEqual(voiceForm(room, answer('false'), jid(CRONE)), [])
  assert.match(heard(voiceForm(room, answer('true'), jid(CRONE)), WITCH)[0] ?? '', /thirdwitch'.*role='participant'/)
  assert.deepEqual(voiceForm(room, answer('true'), jid(CRONE)), [], 'once')
  refuses(() => voiceForm(room, REQUEST, jid(HAG)), 'bad-request')
  refuses(() => voiceForm(room, REQUEST, jid('hecate@shakespeare.lit/broom')), 'not-acceptable')
})
