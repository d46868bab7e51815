/** What is between clients passes as it is: calls (Jingle), and what messages say of files. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import test from 'node:test'
import { archive } from '@plodge/server/modules/archive/archive.ts'
import { carbons } from '@plodge/server/modules/carbons/carbons.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { EnableCarbons, Received, Sent } from '@plodge/xmpp/xeps/carbons.ts'
import { Element, write } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'

import { canonical } from './canonical.ts'
import { town } from './town.ts'
import type { TownClient } from './town-client.ts'

const CASES = new URL('../passing/', import.meta.url)
const TO = 'juliet@chat.cam.ac.uk'

/** Romeo calls; Juliet has two devices, and Romeo another; all of them want copies. */
async function callers() {
  const { client, store } = town({
    modules: ({ store, rosters }) => [
      carbons(),
      archive({
        archive: store.archive,
        documents: store.documents,
        rosters,
        settings: { enabled: true, default: 'always', search: true },
      }),
    ],
  })
  const all = {
    romeo: client('romeo/orchard'),
    desk: client('romeo/desk'),
    balcony: client('juliet/balcony'),
    phone: client('juliet/phone'),
  }
  for (const device of Object.values(all)) {
    await device.comes()
    await device.asks(EnableCarbons, {})
  }
  for (const device of Object.values(all)) device.takes()
  return { ...all, store }
}

const taken = (device: TownClient): Element => {
  const [xml, ...more] = device.takes()
  assert.deepEqual(more, [])
  return parse(xml ?? assert.fail('nothing arrived'), CLIENT)
}
/** Without what the server adds (XEP-0359). */
const payloads = (stanza: Element): string[] =>
  stanza.elements.filter(({ ns }) => ns !== 'urn:xmpp:sid:0').map(element => canonical(element))
const addressed = (stanza: Element, to: string): string => {
  const { from: _, ...attributes } = stanza.attributes
  return write(new Element(CLIENT, stanza.name, { ...attributes, to }, stanza.children), CLIENT)
}

for (const folder of readdirSync(CASES, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
  const files = readdirSync(new URL(`${folder.name}/`, CASES)).sort()
  test(`XEP-${folder.name.slice(0, 4)}: ${files.length} examples pass as they are`, async () => {
    const { romeo, desk, balcony, phone } = await callers()
    for (const file of files) {
      const stanza = parse(readFileSync(new URL(`${folder.name}/${file}`, CASES), 'utf8'), CLIENT)
      const isIq = stanza.name === 'iq'
      await romeo.says(addressed(stanza, isIq ? `${TO}/balcony` : TO))
      const arrived = taken(balcony)
      assert.deepEqual(payloads(arrived), payloads(stanza), file)
      assert.equal(arrived.attributes['from'], 'romeo@chat.cam.ac.uk/orchard', file)
      assert.equal(arrived.attributes['type'], stanza.attributes['type'], file)
      assert.equal(arrived.attributes['id'], stanza.attributes['id'], file)
      if (isIq) {
        assert.deepEqual([phone.takes(), desk.takes(), romeo.takes()], [[], [], []], `${file} went to others too`)
      } else {
        assert.deepEqual(payloads(taken(phone)), payloads(stanza), file)
        const copy = taken(desk).elements.find(({ name }) => name === 'sent') ?? assert.fail(`${file}: no copy`)
        assert.deepEqual(payloads(Sent.read(copy).forwarded.message ?? assert.fail(file)), payloads(stanza), file)
      }
    }
  })
}

const call = (name: string, to: string, type = '', more = ''): string =>
  `<message to='${to}'${type}><${name} xmlns='urn:xmpp:jingle-message:0' id='c1'/>${more}</message>`
const names = (device: TownClient): readonly string[] =>
  device.takes().map(xml => {
    const stanza = parse(xml, CLIENT)
    const carbon = stanza.elements.find(({ ns }) => ns === 'urn:xmpp:carbons:2')
    const inner = carbon ? (carbon.name === 'sent' ? Sent : Received).read(carbon).forwarded.message : stanza
    return `${carbon ? `${carbon.name} ` : ''}${inner?.elements[0]?.name}`
  })

for (const [kind, type, more] of [
  ['as XEP-0353 §3 wants it', ` type='chat'`, `<store xmlns='urn:xmpp:hints'/>`],
  ['as older clients write it', '', ''],
] as const) {
  test(`a call, ${kind}, rings everywhere, stops everywhere when one device takes it, and is in history`, async () => {
    const { romeo, desk, balcony, phone, store } = await callers()
    await romeo.says(call('propose', TO, type, more))
    assert.deepEqual([balcony, phone, desk].map(names), [['propose'], ['propose'], ['sent propose']])
    await phone.says(call('ringing', 'romeo@chat.cam.ac.uk/orchard', type, more))
    assert.deepEqual([romeo, desk, balcony].map(names), [['ringing'], ['received ringing'], ['sent ringing']])
    await phone.says(call('proceed', 'romeo@chat.cam.ac.uk/orchard', type, more))
    assert.deepEqual([romeo, desk, balcony].map(names), [['proceed'], ['received proceed'], ['sent proceed']])
    for (const owner of ['romeo', 'juliet']) {
      const { messages } = await store.archive.page({ owner, max: 10 })
      assert.equal(messages.length, 3)
    }
  })
}
