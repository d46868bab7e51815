import assert from 'node:assert/strict'
import test from 'node:test'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { worth } from './worth.ts'

const CASES: readonly [xml: string, expected: string][] = [
  [`<message type='chat'><body>Hail</body></message>`, 'history'],
  [`<message><body>Hail</body></message>`, 'history'],
  [`<message type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`, 'nothing'],
  [`<message type='chat'><thread>1</thread><active xmlns='http://jabber.org/protocol/chatstates'/></message>`, 'nothing'],
  [`<message type='chat'><body>Hail</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>`, 'history'],
  [`<message type='headline'><body>News</body></message>`, 'nothing'],
  [`<message type='error'><body>Hail</body></message>`, 'nothing'],
  [`<message type='groupchat'><body>Hail</body></message>`, 'nothing'],
  [`<message type='error'><body>Hail</body><store xmlns='urn:xmpp:hints'/></message>`, 'nothing'],
  [`<message type='chat'><body>Hail</body><no-store xmlns='urn:xmpp:hints'/></message>`, 'nothing'],
  [`<message type='chat'><body>Hail</body><no-permanent-store xmlns='urn:xmpp:hints'/></message>`, 'waiting'],
  [`<message type='chat'><store xmlns='urn:xmpp:hints'/></message>`, 'history'],
  [`<message type='chat'><received xmlns='urn:xmpp:receipts' id='1'/></message>`, 'history'],
  [`<message type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='1'/></message>`, 'history'],
  [`<message type='chat'><reactions xmlns='urn:xmpp:reactions:0' id='1'/></message>`, 'history'],
  [`<message type='chat'><retract xmlns='urn:xmpp:message-retract:1' id='1'/></message>`, 'history'],
  [`<message type='chat'><encrypted xmlns='eu.siacs.conversations.axolotl'/></message>`, 'history'],
  [`<message><x xmlns='jabber:x:conference' jid='room@rooms.example'/></message>`, 'history'],
  [`<message><x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/></x></message>`, 'history'],
  [`<message type='chat'><x xmlns='http://jabber.org/protocol/muc#user'/></message>`, 'waiting'],
  [`<message><data xmlns='urn:example:mine'/></message>`, 'waiting'],
  [`<message/>`, 'nothing'],
]

test('what is in a message says whether it is history, waits for somebody, or is missed', () => {
  for (const [xml, expected] of CASES) {
    const element = parse(xml, CLIENT)
    const message = Stanza.from(element, { type: element.attributes['type'] })
    assert.equal(message && worth(message), expected, xml)
  }
})
