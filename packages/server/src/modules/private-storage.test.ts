import assert from 'node:assert/strict'
import test from 'node:test'
import { AskPrivate, StorePrivate } from '@plodge/xmpp/xeps/private-storage.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { privateStorage } from './private-storage.ts'

const limits = (): { documents: number; documentBytes: number } => ({ documents: 2, documentBytes: 100 })
const romeo = (): TownClient =>
  town({ modules: ({ store }) => [privateStorage({ elsewhere: [], documents: store.documents, limits })] }).client('romeo/orchard')
const prefs = (nick: string, ns = 'exodus:prefs'): Element => parse(`<exodus xmlns='${ns}'><defaultnick>${nick}</defaultnick></exodus>`)
const asked = (ns = 'exodus:prefs'): { elements: Element[] } => ({ elements: [new Element(ns, 'exodus')] })

test('what is stored comes back; what was never stored comes back empty', async () => {
  const client = romeo()
  assert.deepEqual((await client.asks(AskPrivate, asked())).elements, [new Element('exodus:prefs', 'exodus')])
  await client.asks(StorePrivate, { elements: [prefs('Hamlet'), prefs('Yorick', 'other:prefs')] })
  assert.deepEqual((await client.asks(AskPrivate, asked())).elements, [prefs('Hamlet')])
  assert.deepEqual((await client.asks(AskPrivate, asked('other:prefs'))).elements, [prefs('Yorick', 'other:prefs')])
})

test('there is a limit to how much and how many, and something empty makes room', async () => {
  const client = romeo()
  await assert.rejects(client.asks(StorePrivate, { elements: [prefs('x'.repeat(100))] }), { condition: 'policy-violation' })
  await client.asks(StorePrivate, { elements: [prefs('a', 'urn:a'), prefs('b', 'urn:b')] })
  await assert.rejects(client.asks(StorePrivate, { elements: [prefs('c', 'urn:c')] }), { condition: 'resource-constraint' })
  await client.asks(StorePrivate, { elements: [prefs('again', 'urn:b')] })
  await client.asks(StorePrivate, asked('urn:a'))
  await client.asks(StorePrivate, { elements: [prefs('c', 'urn:c')] })
})

test('who is over a limit that was lowered may still change what is there', async () => {
  let most = 2
  const { client, store } = town({
    modules: ({ store }) => [
      privateStorage({ elsewhere: [], documents: store.documents, limits: () => ({ documents: most, documentBytes: 100 }) }),
    ],
  })
  const someone = client('romeo/orchard')
  await someone.asks(StorePrivate, { elements: [prefs('a', 'urn:a'), prefs('b', 'urn:b')] })
  most = 1
  await someone.asks(StorePrivate, { elements: [prefs('changed', 'urn:b')] })
  assert.equal((await store.documents.list('romeo', 'private')).size, 2)
})

test('a question needs one element of a namespace of its own', async () => {
  const client = romeo()
  await assert.rejects(client.asks(AskPrivate, { elements: [] }), { condition: 'bad-request' })
  await assert.rejects(client.asks(StorePrivate, { elements: [] }), { condition: 'not-acceptable' })
  await assert.rejects(client.asks(StorePrivate, { elements: [prefs('a'), prefs('b')] }), { condition: 'not-acceptable' })
  await assert.rejects(client.asks(StorePrivate, { elements: [new Element('jabber:iq:private', 'exodus')] }), {
    condition: 'not-acceptable',
  })
})

test('other people’s data is forbidden', async () => {
  const client = romeo()
  for (const to of ['juliet@chat.cam.ac.uk', 'nobody@chat.cam.ac.uk']) {
    await assert.rejects(client.asks(AskPrivate, asked(), { to }), { condition: 'forbidden' })
    await assert.rejects(client.asks(StorePrivate, { elements: [prefs('Macbeth')] }, { to }), { condition: 'forbidden' })
  }
})
