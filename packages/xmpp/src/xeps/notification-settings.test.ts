import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../xml/parse.ts'
import { levelFor, Notify } from './notification-settings.ts'

const level = (content: string, type = 'phone') =>
  levelFor(type, Notify.read(parse(`<notify xmlns='urn:xmpp:notification-settings:1'>${content}</notify>`)))

test('XEP-0492 §3: what is said of phones goes before what is said of all', () => {
  const identities = `<never identity-category='client' identity-type='pc'/><on-mention identity-category='client' identity-type='phone'/>
    <on-mention identity-category='gateway'/><always/>`
  assert.equal(level(identities), 'on-mention')
  assert.equal(level(identities, 'pc'), 'never')
  assert.equal(level(identities, 'web'), 'always')
  assert.equal(level('<never/>'), 'never')
  assert.equal(level("<always/><never identity-category='client'/>"), 'never')
  assert.equal(level("<never identity-category='gateway'/><sometimes/><always xmlns='urn:example'/>"), undefined)
})
