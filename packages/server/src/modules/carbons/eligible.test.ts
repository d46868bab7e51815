import assert from 'node:assert/strict'
import test from 'node:test'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { isEligible } from './eligible.ts'

const CASES: readonly [xml: string, expected: boolean][] = [
  [`<message><reactions xmlns='urn:xmpp:reactions:0' id='1'/></message>`, true],
  [`<message><retract xmlns='urn:xmpp:message-retract:1' id='1'/></message>`, true],
  [`<message><encrypted xmlns='urn:xmpp:omemo:2'/></message>`, true],
  [`<message><reactions xmlns='urn:xmpp:reactions:0' id='1'/><no-copy xmlns='urn:xmpp:hints'/></message>`, false],
  [`<message type='headline'><reactions xmlns='urn:xmpp:reactions:0' id='1'/></message>`, false],
  [`<message><data xmlns='urn:example:mine'/></message>`, false],
]

test('what history keeps of a conversation is copied to the devices that are there, of type normal too', () => {
  for (const [xml, expected] of CASES) {
    const element = parse(xml, CLIENT)
    const message = Stanza.from(element, { type: element.attributes['type'] })
    assert.equal(message && isEligible(message, 'received'), expected, xml)
  }
})
