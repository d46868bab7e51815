import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { RECEIPTS } from '@plodge/xmpp/xeps/receipts.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLeadersToSay } from './shared-line.ts'

test('what is answered for all tabs is the leader’s to say; what somebody says is everybody’s', () => {
  const stanza = (name: string, type: string, children: readonly Element[] = []) => new Element(CLIENT, name, { type }, children)
  assert.ok(isLeadersToSay(stanza('iq', 'result')))
  assert.ok(isLeadersToSay(stanza('iq', 'error')))
  assert.ok(isLeadersToSay(stanza('message', 'chat', [new Element(RECEIPTS, 'received', { id: 'a' })])))
  for (const [name, type] of [
    ['iq', 'get'],
    ['iq', 'set'],
    ['message', 'chat'],
    ['presence', 'unavailable'],
  ] as const)
    assert.ok(!isLeadersToSay(stanza(name, type)))
})
