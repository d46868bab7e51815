import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { town } from '@plodge/testkit/town.ts'
import { OLD_BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { AskPrivate, StorePrivate } from '@plodge/xmpp/xeps/private-storage.ts'
import { AskPubsub, pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { OwnNodes } from '../../pubsub/own-nodes.ts'
import { Shelves } from '../../pubsub/shelves.ts'
import { privateStorage } from '../private-storage.ts'
import { personalEventing } from '../pubsub/personal.ts'
import { bookmarks } from './bookmarks.ts'

const NEW = 'urn:xmpp:bookmarks:1'

function romeo(): TownClient {
  const { client } = town({
    modules: ({ store: { nodes: kept, documents }, rosters }) => {
      const nodes = new OwnNodes()
      const marks = bookmarks({ nodes, documents })
      const elsewhere = [{ ns: OLD_BOOKMARKS, name: 'storage', get: marks.list, set: marks.setList }]
      const limits = () => testLimits()
      return [
        personalEventing({ shelves: new Shelves(kept), rosters, nodes, limits }),
        marks,
        privateStorage({ documents, elsewhere, limits }),
      ]
    },
  })
  return client('romeo/orchard')
}

const publishes = (who: TownClient, node: string, id: string, xml: string) =>
  who.asks(SetPubsub, pubsub({ publish: { node, items: [{ id, publisher: undefined, payloads: [parse(xml)] }] } }))
const storage = (inside: string): string => `<storage xmlns='storage:bookmarks'>${inside}</storage>`
const room = (jid: string, more = ''): string => `<conference jid='${jid}'${more}/>`

/** The same bookmarks, as each kind of client sees them. */
async function seen(who: TownClient): Promise<{ items: string[]; node: string; data: string }> {
  const items = async (node: string) =>
    (await who.asks(AskPubsub, pubsub({ items: { node, max: undefined, subid: undefined, items: [] } })))?.items?.items ?? []
  const { elements } = await who.asks(AskPrivate, { elements: [parse(storage(''))] })
  return {
    items: (await items(NEW)).map(({ id, payloads }) => `${id} ${payloads[0]?.toString().replace(` xmlns='${NEW}'`, '')}`),
    node: (await items(OLD_BOOKMARKS))[0]?.payloads[0]?.toString() ?? '',
    data: elements[0]?.toString() ?? '',
  }
}

test('XEP-0402 §5.1: what is published as items is in the list, and among private data', async () => {
  const who = romeo()
  await publishes(
    who,
    NEW,
    'a@rooms',
    `<conference xmlns='${NEW}' name='A' autojoin='1'><nick>Romeo</nick><extensions><x xmlns='urn:x'/></extensions></conference>`,
  )
  await publishes(who, NEW, 'b@rooms', `<conference xmlns='${NEW}'/>`)
  const list = storage(`<conference jid='a@rooms' name='A' autojoin='true'><nick>Romeo</nick></conference>${room('b@rooms')}`)
  const { node, data } = await seen(who)
  assert.equal(data, list)
  assert.equal(node, list)
  const retract = { node: NEW, notify: 'true', items: [{ id: 'a@rooms', publisher: undefined, payloads: [] }] }
  await who.asks(SetPubsub, pubsub({ retract }))
  assert.deepEqual(await seen(who), { items: ['b@rooms <conference/>'], node: storage(room('b@rooms')), data: storage(room('b@rooms')) })
})

test('XEP-0402 §5.1.2, XEP-0411: a list that is stored changes the items that it says something else of', async () => {
  const who = romeo()
  await publishes(who, NEW, 'a@rooms', `<conference xmlns='${NEW}' name='A'><extensions><x xmlns='urn:x'/></extensions></conference>`)
  await publishes(who, NEW, 'b@rooms', `<conference xmlns='${NEW}' name='B'/>`)
  const url = `<url name='Verona' url='https://verona.example'/>`
  await who.asks(StorePrivate, { elements: [parse(storage(`${room('a@rooms', ` name='New' autojoin='1'`)}${room('c@rooms')}${url}`))] })
  const { items, node, data } = await seen(who)
  assert.deepEqual(items, [
    `a@rooms <conference name='New' autojoin='true'><extensions><x xmlns='urn:x'/></extensions></conference>`,
    'c@rooms <conference/>',
  ])
  assert.equal(node, data)
  assert.equal(data, storage(`${room('a@rooms', ` name='New' autojoin='true'`)}${room('c@rooms')}${url}`))
})

test('when the node of the rooms is deleted, there are none in the lists either', async () => {
  const who = romeo()
  await publishes(who, NEW, 'a@rooms', `<conference xmlns='${NEW}'/>`)
  await who.asks(SetPubsubOwner, pubsubOwner({ delete: { node: NEW, redirect: undefined } }))
  await who.asks(StorePrivate, { elements: [parse(storage(''))] })
  const old = await who.asks(AskPubsub, pubsub({ items: { node: OLD_BOOKMARKS, max: undefined, subid: undefined, items: [] } }))
  assert.equal(old?.items?.items[0]?.payloads[0]?.toString(), `<storage xmlns='storage:bookmarks'/>`)
})

test('a list that is published to the old node is taken too', async () => {
  const who = romeo()
  await publishes(who, OLD_BOOKMARKS, 'current', storage(`${room('a@rooms')}<conference name='nowhere'/>`))
  const { items, data } = await seen(who)
  assert.deepEqual(items, ['a@rooms <conference/>'])
  assert.equal(data, storage(`${room('a@rooms')}<conference name='nowhere'/>`))
})

test('nobody else sees bookmarks, and where there are none there are none', async () => {
  const who = romeo()
  const { elements } = await who.asks(AskPrivate, { elements: [parse(storage(''))] })
  assert.equal(elements[0]?.toString(), `<storage xmlns='storage:bookmarks'/>`)
  await publishes(who, NEW, 'a@rooms', `<conference xmlns='${NEW}'/>`)
  const info = await who.asks(AskPubsub, pubsub({ affiliations: { node: NEW, list: [] } }))
  assert.equal(info?.affiliations?.list[0]?.affiliation, 'owner')
})
