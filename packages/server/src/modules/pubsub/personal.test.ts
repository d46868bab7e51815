import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { town, type TownParts } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { testLimits } from '@plodge/testkit/settings.ts'
import type { Limits } from '../../settings.ts'
import { AskPubsub, pubsub, type Pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { AskPubsubOwner, pubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { formField, namedForm, type DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { verificationString } from '@plodge/xmpp/xeps/caps.ts'
import { DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { OwnNodes } from '../../pubsub/own-nodes.ts'
import { Shelves } from '../../pubsub/shelves.ts'
import { personalEventing } from './personal.ts'

const TUNE = 'http://jabber.org/protocol/tune'
const tune = (title: string): string => `<tune xmlns='${TUNE}'><title>${title}</title></tune>`

async function friends(limits: Partial<Limits> = {}) {
  const modules = ({ store, rosters }: TownParts) => [
    personalEventing({ shelves: new Shelves(store.nodes), rosters, nodes: new OwnNodes(), limits: () => testLimits(limits) }),
  ]
  const parts = town({ modules })
  await parts.befriend('romeo', 'juliet')
  return { ...parts, romeo: parts.client('romeo/orchard'), juliet: parts.client('juliet/balcony') }
}

const publishing = (node: string, payload: string, id = 'current', options?: DataForm): Pubsub =>
  pubsub({
    publish: { node, items: [{ id, publisher: undefined, payloads: [parse(payload)] }] },
    publishOptions: options && { form: options },
  })
const itemsOf = (node: string, max?: number): Pubsub => pubsub({ items: { node, max, subid: undefined, items: [] } })
const optionsOf = (fields: Readonly<Record<string, string>>): DataForm =>
  namedForm(
    'submit',
    'http://jabber.org/protocol/pubsub#publish-options',
    Object.entries(fields).map(([name, value]) => formField(`pubsub#${name}`, { values: [value] })),
  )
const titles = (stanzas: readonly string[]): string[] => stanzas.flatMap(stanza => /<title>(.*)<\/title>/.exec(stanza)?.[1] ?? [])

const infoOf = (nodes: readonly string[]): DiscoInfo => ({
  node: undefined,
  identities: [{ category: 'client', type: 'pc', name: 'Quill', lang: undefined }],
  features: nodes.map(node => `${node}+notify`),
  forms: [],
})
const hashOf = (info: DiscoInfo): string => createHash('sha1').update(verificationString(info)).digest('base64')

/** Becomes available and says what it wants to hear of; answers the question for it when there is one. */
async function comesWanting(client: TownClient, nodes: readonly string[], says: readonly string[] = nodes): Promise<boolean> {
  const ver = hashOf(infoOf(nodes))
  const coming = client.says(`<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='q' ver='${ver}'/></presence>`)
  await new Promise(setImmediate)
  const question = client.inbox.find(stanza => stanza.includes('disco#info'))
  const id = question && /id='([^']*)'/.exec(question)?.[1]
  if (question) {
    client.inbox.splice(client.inbox.indexOf(question), 1)
    const answer = DiscoInfo.write({ ...infoOf(says), node: `q#${ver}` }).toString()
    await client.says(`<iq type='result' to='chat.cam.ac.uk' id='${id}'>${answer}</iq>`)
  }
  await coming
  return question !== undefined
}

test('XEP-0163 §3: who publishes makes the node, and contacts who want to hear of it do', async () => {
  const { romeo, juliet, client } = await friends()
  const tybalt = client('tybalt/street')
  for (const one of [romeo, juliet, tybalt]) await comesWanting(one, [TUNE])
  const phone = client('romeo/phone')
  await phone.comes()
  for (const one of [romeo, juliet, tybalt, phone]) one.takes()
  const answer = await juliet.asks(SetPubsub, publishing(TUNE, tune('Suite')))
  assert.equal(answer?.publish?.items[0]?.id, 'current')
  const [message = ''] = romeo.takes()
  assert.match(message, /^<message to='romeo@chat.cam.ac.uk\/orchard' from='juliet@chat.cam.ac.uk' type='headline'>/)
  assert.match(message, /<event xmlns='http:\/\/jabber.org\/protocol\/pubsub#event'><items node='[^']*tune'><item id='current'><tune /)
  assert.deepEqual(titles(juliet.takes()), ['Suite'], 'one’s own devices hear of it too')
  assert.deepEqual([...tybalt.takes(), ...phone.takes()], [])
})

test('XEP-0163 §4.3.4: who comes is told the last item, once, and asked once for all with that software', async () => {
  const { romeo, juliet, client } = await friends()
  await juliet.asks(SetPubsub, publishing(TUNE, tune('Suite')))
  await juliet.asks(SetPubsub, publishing(TUNE, tune('Mass')))
  assert.equal(await comesWanting(romeo, [TUNE]), true)
  const told = romeo.takes().filter(stanza => stanza.startsWith('<message'))
  assert.deepEqual(titles(told), ['Mass'])
  assert.match(told[0] ?? '', /<delay xmlns='urn:xmpp:delay' stamp='/)
  await romeo.says(
    `<presence><show>away</show><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='q' ver='${hashOf(infoOf([TUNE]))}'/></presence>`,
  )
  assert.deepEqual(titles(romeo.takes()), [], 'a change of presence is no coming')
  const phone = client('romeo/phone')
  assert.equal(await comesWanting(phone, [TUNE]), false)
  assert.deepEqual(titles(phone.takes()), ['Mass'])
})

test('XEP-0115 §5.4: what does not fit its hash counts for that device alone', async () => {
  const { romeo, juliet, client } = await friends()
  await juliet.asks(SetPubsub, publishing(TUNE, tune('Suite')))
  await comesWanting(romeo, ['urn:other'], [TUNE])
  assert.deepEqual(titles(romeo.takes()), ['Suite'])
  const phone = client('romeo/phone')
  assert.equal(await comesWanting(phone, ['urn:other']), true, 'nobody believes the first')
  assert.deepEqual(titles(phone.takes()), [])
})

test('XEP-0163: contacts read, strangers do not', async () => {
  const { romeo, juliet, client } = await friends()
  await juliet.asks(SetPubsub, publishing(TUNE, tune('Suite')))
  const to = 'juliet@chat.cam.ac.uk'
  const found = await romeo.asks(AskPubsub, itemsOf(TUNE), { to })
  assert.equal(found?.items?.items.length, 1)
  await assert.rejects(client('tybalt/street').asks(AskPubsub, itemsOf(TUNE), { to }), { condition: 'not-authorized' })
  await assert.rejects(romeo.asks(SetPubsub, publishing(TUNE, tune('Mine')), { to }), { condition: 'forbidden' })
  await assert.rejects(romeo.asks(SetPubsub, publishing('urn:new', tune('Mine')), { to }), { condition: 'item-not-found' })
})

test('XEP-0060 §7.1.5: options of publishing configure a new node, and must fit one that is there', async () => {
  const { romeo, juliet } = await friends()
  const options = optionsOf({ access_model: 'whitelist', persist_items: '1', max_items: 'max' })
  await juliet.asks(SetPubsub, publishing('urn:notes', tune('one'), '1', options))
  await juliet.asks(SetPubsub, publishing('urn:notes', tune('two'), '2', options))
  const found = await juliet.asks(AskPubsub, itemsOf('urn:notes'))
  assert.deepEqual(
    found?.items?.items.map(({ id }) => id),
    ['1', '2'],
  )
  await assert.rejects(romeo.asks(AskPubsub, itemsOf('urn:notes'), { to: 'juliet@chat.cam.ac.uk' }), { condition: 'not-allowed' })
  await assert.rejects(juliet.asks(SetPubsub, publishing('urn:notes', tune('x'), '3', optionsOf({ access_model: 'open' }))), {
    condition: 'conflict',
  })
  await assert.rejects(juliet.asks(SetPubsub, publishing('urn:notes', tune('x'), '3', optionsOf({ colour: 'red' }))), {
    condition: 'conflict',
  })
})

test('XEP-0060 §7.2: what is retracted is gone, and whoever follows hears of it', async () => {
  const { romeo, juliet } = await friends()
  await comesWanting(romeo, ['urn:notes'])
  const options = optionsOf({ max_items: '10' })
  for (const id of ['1', '2', '3']) await juliet.asks(SetPubsub, publishing('urn:notes', tune(id), id, options))
  romeo.takes()
  const retract = { node: 'urn:notes', notify: undefined, items: [{ id: '2', publisher: undefined, payloads: [] }] }
  await juliet.asks(SetPubsub, pubsub({ retract }))
  assert.match(romeo.takes()[0] ?? '', /<items node='urn:notes'><retract id='2'\/><\/items>/)
  await assert.rejects(juliet.asks(SetPubsub, pubsub({ retract })), { condition: 'item-not-found' })
  const found = await juliet.asks(AskPubsub, itemsOf('urn:notes'))
  assert.deepEqual(
    found?.items?.items.map(({ id }) => id),
    ['1', '3'],
  )
  await juliet.asks(SetPubsubOwner, pubsubOwner({ purge: { node: 'urn:notes' } }))
  assert.match(romeo.takes()[0] ?? '', /<purge node='urn:notes'\/>/)
  await juliet.asks(SetPubsubOwner, pubsubOwner({ delete: { node: 'urn:notes', redirect: undefined } }))
  assert.match(romeo.takes()[0] ?? '', /<delete node='urn:notes'\/>/)
  await assert.rejects(juliet.asks(AskPubsub, itemsOf('urn:notes')), { condition: 'item-not-found' })
})

test('XEP-0060 §8.2: a node is configured by its form, and keeps less at once', async () => {
  const { juliet } = await friends()
  for (const id of ['1', '2', '3']) await juliet.asks(SetPubsub, publishing('urn:notes', tune(id), id, optionsOf({ max_items: '10' })))
  const asked = await juliet.asks(AskPubsubOwner, pubsubOwner({ configure: { node: 'urn:notes', form: undefined } }))
  const field = asked?.configure?.form?.fields.find(({ name }) => name === 'pubsub#max_items')
  assert.deepEqual(field?.values, ['10'])
  const form = namedForm('submit', 'http://jabber.org/protocol/pubsub#node_config', [formField('pubsub#max_items', { values: ['2'] })])
  await juliet.asks(SetPubsubOwner, pubsubOwner({ configure: { node: 'urn:notes', form } }))
  const found = await juliet.asks(AskPubsub, itemsOf('urn:notes'))
  assert.deepEqual(
    found?.items?.items.map(({ id }) => id),
    ['2', '3'],
  )
})

test('everything is bounded: nodes, items, bytes', async () => {
  const { juliet } = await friends({ nodes: 2, nodeItems: 3, nodeItemBytes: 200, nodeBytes: 500 })
  const options = optionsOf({ max_items: 'max' })
  for (const id of ['1', '2', '3', '4']) await juliet.asks(SetPubsub, publishing('urn:a', tune(id), id, options))
  const found = await juliet.asks(AskPubsub, itemsOf('urn:a'))
  assert.deepEqual(
    found?.items?.items.map(({ id }) => id),
    ['2', '3', '4'],
  )
  await assert.rejects(juliet.asks(SetPubsub, publishing('urn:a', tune('x'.repeat(200)))), { condition: 'not-acceptable' })
  await juliet.asks(SetPubsub, publishing('urn:b', tune('x'.repeat(100))))
  await assert.rejects(juliet.asks(SetPubsub, publishing('urn:c', tune('1'))), { condition: 'not-allowed' })
  await assert.rejects(juliet.asks(SetPubsub, publishing('urn:a', tune('x'.repeat(100)), '9')), { condition: 'resource-constraint' })
})

test('XEP-0059: a node is read in pages', async () => {
  const { juliet } = await friends()
  const options = optionsOf({ max_items: 'max' })
  for (let i = 1; i <= 9; i++) await juliet.asks(SetPubsub, publishing('urn:a', tune(String(i)), String(i), options))
  const page = async (set: string): Promise<string> => {
    await juliet.says(
      `<iq type='get' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:a'/><set xmlns='http://jabber.org/protocol/rsm'>${set}</set></pubsub></iq>`,
    )
    const answer = juliet.takes().at(-1) ?? ''
    return [...answer.matchAll(/<item id='(\d)'/g)].map(([, id]) => id).join('') + (/<count>(\d+)</.exec(answer)?.[1] ?? '')
  }
  assert.equal(await page('<max>3</max>'), '1239')
  assert.equal(await page('<max>3</max><after>3</after>'), '4569')
  assert.equal(await page('<max>3</max><before/>'), '7899')
  assert.equal(await page('<max>3</max><before>7</before>'), '4569')
  assert.equal(await page('<max>0</max>'), '9')
  const newest = await juliet.asks(AskPubsub, itemsOf('urn:a', 2))
  assert.deepEqual(
    newest?.items?.items.map(({ id }) => id),
    ['8', '9'],
  )
})
