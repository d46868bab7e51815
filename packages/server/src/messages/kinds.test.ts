/** Every kind of message against everything that acts on it: what history, offline delivery, copies, sleeping clients and push make of it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { worth } from '../modules/archive/worth.ts'
import { isEligible } from '../modules/carbons/eligible.ts'
import { wakes } from '../modules/push/wakes.ts'
import { WAITS, whatWaits } from '../streams/urgency.ts'

const STATE = `<composing xmlns='http://jabber.org/protocol/chatstates'/>`
const REQUEST = `<request xmlns='urn:xmpp:receipts'/>`
const FALLBACK = (of: string, part = ''): string => `<fallback xmlns='urn:xmpp:fallback:0' for='${of}'>${part}</fallback>`
const BODY = '<body>Hail</body>'
const RETRACT = `<retract xmlns='urn:xmpp:message-retract:1' id='1'/>`
const OMEMO = `<encrypted xmlns='urn:xmpp:omemo:2'/>`
const ORIGIN = `<origin-id xmlns='urn:xmpp:sid:0' id='1'/>`
const EVENT = `<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'><item id='i'/></items></event>`
const INVITE = `<x xmlns='http://jabber.org/protocol/muc#user'><invite from='nurse@chat.cam.ac.uk'/></x>`

/** kept: history, waiting, nothing. copied: of type chat, and of type normal. idle: now, newest, waits. push: words, call, no. */
const TABLE = `
  what             | kept    | chat | normal | idle   | push  | in it
  words            | history | yes  | yes    | now    | words | ${BODY}
  words and state  | history | yes  | yes    | now    | words | ${BODY}${STATE}${REQUEST}${ORIGIN}
  0461 reply       | history | yes  | yes    | now    | words | ${BODY}<reply xmlns='urn:xmpp:reply:0' id='1'/>
  0461 0428        | history | yes  | yes    | now    | words | ${BODY}<reply xmlns='urn:xmpp:reply:0' id='1'/>${FALLBACK('urn:xmpp:reply:0', "<body start='0' end='2'/>")}
  reply to nothing | nothing | yes  | no     | now    | no    | <reply xmlns='urn:xmpp:reply:0' id='1'/>
  0308             | history | yes  | yes    | now    | words | ${BODY}<replace xmlns='urn:xmpp:message-correct:0' id='1'/>
  0424             | history | yes  | yes    | now    | no    | ${RETRACT}
  0424 0428        | history | yes  | yes    | now    | no    | ${RETRACT}${FALLBACK('urn:xmpp:message-retract:1')}${BODY}<store xmlns='urn:xmpp:hints'/>
  0428 of new      | history | yes  | yes    | now    | words | ${FALLBACK('urn:example:new')}${BODY}
  0444             | history | yes  | yes    | now    | no    | <reactions xmlns='urn:xmpp:reactions:0' id='1'/>
  0333 displayed   | history | yes  | yes    | waits  | no    | <displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>
  0333 markable    | nothing | yes  | yes    | now    | no    | <markable xmlns='urn:xmpp:chat-markers:0'/>
  0184 received    | history | yes  | yes    | waits  | no    | <received xmlns='urn:xmpp:receipts' id='1'/>
  0085             | nothing | yes  | yes    | newest | no    | ${STATE}
  0085 0184        | nothing | yes  | yes    | newest | no    | ${STATE}${REQUEST}
  0085 thread      | nothing | yes  | yes    | newest | no    | <thread>1</thread>${STATE}${ORIGIN}
  0384             | history | yes  | yes    | now    | words | ${OMEMO}
  0384 0380        | history | yes  | yes    | now    | words | ${OMEMO}<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>${FALLBACK('urn:xmpp:omemo:2')}${BODY}
  0353 propose     | history | yes  | yes    | now    | call  | <propose xmlns='urn:xmpp:jingle-message:0' id='1'/>
  0353 proceed     | history | yes  | yes    | now    | no    | <proceed xmlns='urn:xmpp:jingle-message:0' id='1'/>
  0249             | history | yes  | yes    | now    | words | <x xmlns='jabber:x:conference' jid='r@rooms.example'/>
  0045 invite      | history | yes  | yes    | now    | words | ${INVITE}
  0447 0428        | history | yes  | yes    | now    | words | <file-sharing xmlns='urn:xmpp:sfs:0'/>${FALLBACK('urn:xmpp:sfs:0')}${BODY}
  0060 event       | waiting | yes  | no     | newest | no    | ${EVENT}
  unknown          | waiting | yes  | no     | now    | no    | <new xmlns='urn:example:new'/>
  0334 no-store    | nothing | yes  | yes    | now    | words | ${BODY}<no-store xmlns='urn:xmpp:hints'/>
  0334 no-permanent| waiting | yes  | yes    | now    | words | ${BODY}<no-permanent-store xmlns='urn:xmpp:hints'/>
  0334 store       | history | yes  | yes    | newest | no    | ${STATE}<store xmlns='urn:xmpp:hints'/>
  0334 no-copy     | history | no   | no     | now    | words | ${BODY}<no-copy xmlns='urn:xmpp:hints'/>
  nothing          | nothing | yes  | no     | now    | no    |
`

const yesNo = (is: boolean): string => (is ? 'yes' : 'no')
const from = Jid.parse('romeo@chat.cam.ac.uk/orchard')
function read(payload: string, type: string): Stanza {
  return Stanza.from(parse(`<message>${payload}</message>`, CLIENT), { from, type }) ?? assert.fail()
}

test('each kind of message is kept, copied, held back and told of as the table of kinds has it', () => {
  for (const line of TABLE.trim().split('\n').slice(1)) {
    const [what = '', ...expected] = line.split('|').map(cell => cell.trim())
    const payload = expected.pop() ?? ''
    const chat = read(payload, 'chat')
    const waits = whatWaits(chat)
    const idle = waits === undefined ? 'now' : waits === WAITS ? 'waits' : 'newest'
    const found = [
      worth(chat),
      yesNo(isEligible(chat, 'received')),
      yesNo(isEligible(read(payload, 'normal'), 'received')),
      idle,
      wakes(chat) ?? 'no',
    ]
    assert.deepEqual(found, expected, what)
  }
})

test('rooms, errors and headlines are kept nowhere, and wake nobody', () => {
  for (const type of ['groupchat', 'error', 'headline']) {
    const message = read(`${BODY}<store xmlns='urn:xmpp:hints'/>`, type)
    assert.deepEqual([worth(message), isEligible(message, 'received'), wakes(message)], ['nothing', false, undefined], type)
  }
})
