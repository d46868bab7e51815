import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { hear } from './heard.ts'

const OWN = 'romeo@chat.cam.ac.uk'
const where = { own: OWN, isMine: () => false, archive: undefined, time: 0 }
const X = "<x xmlns='http://jabber.org/protocol/muc#user'/>"
const heard = (attributes: string, payload: string) => hear(parse(`<message ${attributes}>${payload}</message>`, CLIENT), where)

test('XEP-0045 §7.5: a whisper is between two, and not said in the room', () => {
  const theirs = heard(`from='coven@group.x/sun' to='${OWN}/orchard' type='chat'`, `<body>Ay me</body>${X}`)
  assert.deepEqual(
    [theirs?.conversation, theirs?.author, theirs?.isRoom, theirs?.isMine],
    ['coven@group.x/sun', 'coven@group.x/sun', false, false],
  )
  const mine = heard(`from='${OWN}/phone' to='coven@group.x/sun' type='chat'`, `<body>Arise</body>${X}`)
  assert.deepEqual([mine?.conversation, mine?.author, mine?.isMine], ['coven@group.x/sun', OWN, true])
})

test('a device of a person is that person, and an invitation by way of a room is the room’s', () => {
  assert.equal(heard("from='juliet@chat.cam.ac.uk/balcony' type='chat'", '<body>Ay me</body>')?.conversation, 'juliet@chat.cam.ac.uk')
  const invitation = "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='juliet@chat.cam.ac.uk'/></x>"
  assert.equal(heard("from='coven@group.x'", invitation)?.what[0]?.kind, 'invited')
})
