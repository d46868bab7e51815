import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { parse } from '../xml/parse.ts'
import { hashInput } from './caps2.ts'
import { DiscoInfo } from './disco.ts'

const hashOf = (xml: string): string =>
  createHash('sha256')
    .update(hashInput(DiscoInfo.read(parse(xml))))
    .digest('base64')

test('XEP-0390 §4.5.1: features and identities', () => {
  const features = [
    'http://jabber.org/protocol/si',
    'http://jabber.org/protocol/bytestreams',
    'http://jabber.org/protocol/chatstates',
    'http://jabber.org/protocol/disco#info',
    'http://jabber.org/protocol/disco#items',
    'urn:xmpp:ping',
    'jabber:iq:time',
    'jabber:iq:privacy',
    'jabber:iq:version',
    'http://jabber.org/protocol/rosterx',
    'urn:xmpp:time',
    'jabber:x:oob',
    'http://jabber.org/protocol/ibb',
    'http://jabber.org/protocol/si/profile/file-transfer',
    'urn:xmpp:receipts',
    'jabber:iq:roster',
    'jabber:iq:last',
  ].map(name => `<feature var="${name}"/>`)
  assert.equal(
    hashOf(
      `<query xmlns="http://jabber.org/protocol/disco#info"><identity category="client" name="BombusMod" type="mobile"/>${features.join('')}</query>`,
    ),
    'kzBZbkqJ3ADrj7v08reD1qcWUwNGHaidNUgD7nHpiw8=',
  )
})

test('XEP-0390 §4.1: a form is closed by its own separators', () => {
  const info = DiscoInfo.read(
    parse(`<query xmlns='http://jabber.org/protocol/disco#info'><feature var='a'/>
      <x xmlns='jabber:x:data' type='result'><field var='os'><value>XP</value><value>NT</value></field>
      <field type='hidden' var='FORM_TYPE'><value>urn:x</value></field></x></query>`),
  )
  assert.equal(hashInput(info), 'a\u001F\u001C\u001CFORM_TYPE\u001Furn:x\u001F\u001Eos\u001FNT\u001FXP\u001F\u001E\u001D\u001C')
})
