import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { parse } from '../xml/parse.ts'
import { verificationString } from './caps.ts'
import { DISCO_INFO, DiscoInfo } from './disco.ts'

const ver = (text: string): string =>
  createHash('sha1')
    .update(verificationString(DiscoInfo.read(parse(text))))
    .digest('base64')
const FEATURES = ['caps', 'disco#info', 'disco#items', 'muc'].map(name => `<feature var='http://jabber.org/protocol/${name}'/>`)

test('the simple example of XEP-0115 §5.2 has its hash, whatever the order of features', () => {
  const info = `<query xmlns='${DISCO_INFO}'><identity category='client' type='pc' name='Exodus 0.9.1'/>${FEATURES.toReversed().join('')}</query>`
  assert.equal(ver(info), 'QgayPKawpkPSDYmwT/WM94uAlu0=')
})

test('the complex example of XEP-0115 §5.3 has its hash: languages, and a form', () => {
  const field = (name: string, ...values: string[]): string =>
    `<field var='${name}'>${values.map(value => `<value>${value}</value>`).join('')}</field>`
  const form = [
    field('software_version', '0.11'),
    field('software', 'Psi'),
    `<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>`,
    field('os_version', '10.5.1'),
    field('os', 'Mac'),
    field('ip_version', 'ipv6', 'ipv4'),
  ]
  const info = `<query xmlns='${DISCO_INFO}'>
    <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>
    <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>
    ${FEATURES.join('')}<x xmlns='jabber:x:data' type='result'>${form.join('')}</x></query>`
  assert.equal(ver(info), 'q07IKJEyjvHSyhy//CH0CxmKi8w=')
})

test('features sort by octets of UTF-8, where U+10000 comes after U+FFFD', () => {
  const features = ['\u{10000}', '\uFFFD', 'ab', 'a']
  assert.equal(verificationString({ node: undefined, identities: [], features, forms: [] }), 'a<ab<\uFFFD<\u{10000}<')
})

test('a form that does not say what it is, hidden, is not hashed', () => {
  const form = `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>a</value></field><field var='b'/></x>`
  assert.equal(verificationString(DiscoInfo.read(parse(`<query xmlns='${DISCO_INFO}'>${form}</query>`))), '')
})
