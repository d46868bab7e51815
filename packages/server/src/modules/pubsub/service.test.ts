import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import { town, type TownParts } from '@plodge/testkit/town.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { AskPubsub, pubsub, type Pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { AskPubsubOwner, type PubsubOwner, pubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { COMMANDS, Execute, NO_COMMAND } from '@plodge/xmpp/xeps/commands.ts'
import { commands } from '../commands/commands.ts'
import { Shelves } from '../../pubsub/shelves.ts'
import type { Limits } from '../../settings.ts'
import { pubsubService } from './service.ts'

const SERVICE = 'pubsub.chat.cam.ac.uk'
const at = { to: SERVICE }

function people(limits: Partial<Limits> = {}) {
  const domain = Jid.parse(SERVICE)?.account
  assert.ok(domain)
  const modules = ({ store }: TownParts) => [
    pubsubService({ domain, shelves: new Shelves(store.nodes), limits: () => testLimits(limits) }),
    commands({ roleOf: () => 'person' }),
  ]
  const parts = town({ modules })
  const [romeo, juliet, nurse] = [parts.client('romeo/orchard'), parts.client('juliet/balcony'), parts.client('nurse/kitchen')]
  return { ...parts, romeo, juliet, nurse }
}

const form = (name: string, fields: Readonly<Record<string, string>>): DataForm =>
  namedForm(
    'submit',
    `http://jabber.org/protocol/pubsub#${name}`,
    Object.entries(fields).map(([field, value]) => formField(`pubsub#${field}`, { values: [value] })),
  )
const creating = (node: string, fields: Readonly<Record<string, string>> = {}): Pubsub =>
  pubsub({ create: { node }, configure: { node: undefined, form: form('node_config', fields) } })
const publishing = (node: string, id: string): Pubsub =>
  pubsub({ publish: { node, items: [{ id, publisher: undefined, payloads: [parse(`<entry xmlns='urn:e'>${id}</entry>`)] }] } })
const subscribing = (node: string, jid: string, fields?: Readonly<Record<string, string>>): Pubsub =>
  pubsub({
    subscribe: { node, jid },
    options: fields && { node: undefined, jid: undefined, subid: undefined, form: form('subscribe_options', fields) },
  })
const itemsOf = (node: string): Pubsub => pubsub({ items: { node, max: undefined, subid: undefined, items: [] } })
const affiliating = (node: string, jid: string, affiliation: string): PubsubOwner =>
  pubsubOwner({ affiliations: { node, list: [{ jid, affiliation }] } })

test('XEP-0060 §6.1, §7.1: who subscribes hears of what is published, the last of it at once', async () => {
  const { romeo, juliet } = people()
  await juliet.comes()
  await romeo.asks(SetPubsub, creating('news', { title: 'News' }), at)
  await romeo.asks(SetPubsub, publishing('news', '1'), at)
  juliet.takes()
  const answer = await juliet.asks(SetPubsub, subscribing('news', 'juliet@chat.cam.ac.uk'), at)
  assert.equal(answer?.subscription?.subscription, 'subscribed')
  assert.match(juliet.takes()[0] ?? '', /from='pubsub.chat.cam.ac.uk' type='headline'>.*<item id='1' publisher='romeo@chat.cam.ac.uk'>/)
  await romeo.asks(SetPubsub, publishing('news', '2'), at)
  assert.match(juliet.takes()[0] ?? '', /<item id='2'/)
  const jid = 'juliet@chat.cam.ac.uk'
  await juliet.asks(SetPubsub, pubsub({ unsubscribe: { node: 'news', jid, subid: answer?.subscription?.subid } }), at)
  await romeo.asks(SetPubsub, publishing('news', '3'), at)
  assert.deepEqual(juliet.takes(), [])
  await assert.rejects(juliet.asks(SetPubsub, pubsub({ unsubscribe: { node: 'news', jid, subid: undefined } }), at), {
    condition: 'unexpected-request',
  })
  await assert.rejects(juliet.asks(SetPubsub, publishing('news', '4'), at), { condition: 'forbidden' })
  await assert.rejects(juliet.asks(SetPubsub, subscribing('news', 'romeo@chat.cam.ac.uk'), at), { condition: 'bad-request' })
})

test('XEP-0060 §8.6: an owner agrees to a subscription, by a message', async () => {
  const { romeo, juliet, nurse } = people()
  for (const one of [romeo, juliet, nurse]) await one.comes()
  await romeo.asks(SetPubsub, creating('secret', { access_model: 'authorize' }), at)
  await romeo.asks(SetPubsub, publishing('secret', '1'), at)
  romeo.takes()
  const pending = await juliet.asks(SetPubsub, subscribing('secret', 'juliet@chat.cam.ac.uk'), at)
  assert.equal(pending?.subscription?.subscription, 'pending')
  await assert.rejects(juliet.asks(AskPubsub, itemsOf('secret'), at), { condition: 'not-authorized' })
  await assert.rejects(juliet.asks(SetPubsub, subscribing('secret', 'juliet@chat.cam.ac.uk'), at), { condition: 'not-authorized' })
  const [asked = ''] = romeo.takes()
  assert.match(asked, /subscribe_authorization.*juliet@chat.cam.ac.uk/)
  juliet.takes()
  const answer = (allow: string): string =>
    `<message to='${SERVICE}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#subscribe_authorization</value></field>
      <field var='pubsub#subid'><value>${pending?.subscription?.subid ?? ''}</value></field><field var='pubsub#node'><value>secret</value></field>
      <field var='pubsub#subscriber_jid'><value>juliet@chat.cam.ac.uk</value></field><field var='pubsub#allow'><value>${allow}</value></field></x></message>`
  await nurse.says(answer('true'))
  assert.match(nurse.takes().at(-1) ?? '', /<forbidden/)
  await romeo.says(answer('true'))
  const [told = '', last = ''] = juliet.takes()
  assert.match(told, /<subscription node='secret' jid='juliet@chat.cam.ac.uk' subscription='subscribed'/)
  assert.match(last, /<item id='1'/)
  assert.equal((await juliet.asks(AskPubsub, itemsOf('secret'), at))?.items?.items.length, 1)
})

test('XEP-0060 §8.9: owners say who is what', async () => {
  const { romeo, juliet, nurse } = people()
  await romeo.asks(SetPubsub, creating('board', { access_model: 'whitelist' }), at)
  await assert.rejects(juliet.asks(AskPubsub, itemsOf('board'), at), { condition: 'not-allowed' })
  await romeo.asks(SetPubsubOwner, affiliating('board', 'juliet@chat.cam.ac.uk', 'publisher'), at)
  await romeo.asks(SetPubsubOwner, affiliating('board', 'nurse@chat.cam.ac.uk', 'publish-only'), at)
  await juliet.asks(SetPubsub, publishing('board', 'hers'), at)
  await nurse.asks(SetPubsub, publishing('board', 'mine'), at)
  await assert.rejects(nurse.asks(AskPubsub, itemsOf('board'), at), { condition: 'forbidden' })
  const retracting = (id: string): Pubsub =>
    pubsub({ retract: { node: 'board', notify: undefined, items: [{ id, publisher: undefined, payloads: [] }] } })
  await assert.rejects(nurse.asks(SetPubsub, retracting('hers'), at), { condition: 'forbidden' })
  await nurse.asks(SetPubsub, retracting('mine'), at)
  const own = await juliet.asks(AskPubsub, pubsub({ affiliations: { node: undefined, list: [] } }), at)
  assert.deepEqual(own?.affiliations?.list, [{ node: 'board', jid: undefined, affiliation: 'publisher' }])
  const all = await romeo.asks(AskPubsubOwner, pubsubOwner({ affiliations: { node: 'board', list: [] } }), at)
  assert.deepEqual(
    all?.affiliations?.list.map(({ jid, affiliation }) => `${jid.split('@')[0]} ${affiliation}`),
    ['romeo owner', 'juliet publisher', 'nurse publish-only'],
  )
  await assert.rejects(romeo.asks(SetPubsubOwner, affiliating('board', 'romeo@chat.cam.ac.uk', 'none'), at), {
    condition: 'not-acceptable',
  })
  await assert.rejects(juliet.asks(SetPubsubOwner, affiliating('board', 'juliet@chat.cam.ac.uk', 'owner'), at), {
    condition: 'forbidden',
  })
})

test('an outcast is subscribed to nothing', async () => {
  const { romeo, juliet } = people()
  await juliet.comes()
  await romeo.asks(SetPubsub, creating('news'), at)
  await juliet.asks(SetPubsub, subscribing('news', 'juliet@chat.cam.ac.uk'), at)
  await romeo.asks(SetPubsubOwner, affiliating('news', 'juliet@chat.cam.ac.uk', 'outcast'), at)
  juliet.takes()
  await romeo.asks(SetPubsub, publishing('news', '1'), at)
  assert.deepEqual(juliet.takes(), [])
  await assert.rejects(juliet.asks(SetPubsub, subscribing('news', 'juliet@chat.cam.ac.uk'), at), { condition: 'forbidden' })
})

test('XEP-0060 §6.1.6, §6.3: several subscriptions have ids and options', async () => {
  const { romeo, juliet, clock } = people()
  await juliet.comes()
  await romeo.asks(SetPubsub, creating('news'), at)
  const jid = 'juliet@chat.cam.ac.uk'
  const first = await juliet.asks(SetPubsub, subscribing('news', jid), at)
  const again = await juliet.asks(SetPubsub, subscribing('news', jid), at)
  assert.equal(again?.subscription?.subid, first?.subscription?.subid, 'the same again is the same')
  const until = new Date(clock.now() + 60_000).toISOString()
  const second = await juliet.asks(SetPubsub, subscribing('news', jid, { expire: until }), at)
  assert.equal(second?.subscription?.expiry, until)
  juliet.takes()
  await romeo.asks(SetPubsub, publishing('news', '1'), at)
  const [message = '', ...more] = juliet.takes()
  assert.deepEqual(more, [], 'once for all subscriptions')
  assert.equal(message.match(/<header name='SubID'>/g)?.length, 2)
  await assert.rejects(juliet.asks(SetPubsub, pubsub({ unsubscribe: { node: 'news', jid, subid: undefined } }), at), {
    condition: 'bad-request',
  })
  const subid = first?.subscription?.subid
  const options = { node: 'news', jid, subid, form: form('subscribe_options', { deliver: '0' }) }
  await juliet.asks(SetPubsub, pubsub({ options }), at)
  const asked = await juliet.asks(AskPubsub, pubsub({ options: { ...options, form: undefined } }), at)
  assert.deepEqual(asked?.options?.form?.fields.find(({ name }) => name === 'pubsub#deliver')?.values, ['false'])
  clock.advance({ seconds: 61 })
  await romeo.asks(SetPubsub, publishing('news', '2'), at)
  assert.deepEqual(juliet.takes(), [], 'one rests, the other is over')
  const own = await juliet.asks(AskPubsub, pubsub({ subscriptions: { node: undefined, list: [] } }), at)
  assert.deepEqual(
    own?.subscriptions?.list.map(one => one.subid),
    [subid],
  )
})

test('XEP-0060 §5: nodes are found, and say what they are', async () => {
  const { romeo, juliet } = people()
  await romeo.asks(SetPubsub, creating('news', { title: 'News' }), at)
  await romeo.asks(SetPubsub, creating('hidden', { access_model: 'whitelist' }), at)
  await romeo.asks(SetPubsub, publishing('news', '1'), at)
  const { items } = await juliet.asks(AskItems, { node: undefined }, at)
  assert.deepEqual(items, [{ jid: SERVICE, node: 'news', name: 'News' }])
  const info = await juliet.asks(AskInfo, { node: 'news' }, at)
  assert.deepEqual(info.identities, [{ category: 'pubsub', type: 'leaf', name: 'News', lang: undefined }])
  const fields = info.forms[0]?.fields.map(({ name, values }) => `${name} ${values.join(' ')}`) ?? []
  assert.ok(fields.includes('pubsub#creator romeo@chat.cam.ac.uk'))
  assert.deepEqual((await juliet.asks(AskItems, { node: 'news' }, at)).items, [{ jid: SERVICE, node: undefined, name: '1' }])
  await assert.rejects(juliet.asks(AskInfo, { node: 'hidden' }, at), { condition: 'item-not-found' })
  const { features } = await juliet.asks(AskInfo, { node: undefined }, at)
  assert.ok(features.includes('http://jabber.org/protocol/pubsub#subscribe'))
  assert.ok(!features.includes('http://jabber.org/protocol/pubsub#access-presence'))
})

test('a service has no presence, and its nodes a bound', async () => {
  const { romeo, juliet } = people({ nodes: 1, nodeSubscriptions: 1 })
  await assert.rejects(romeo.asks(SetPubsub, creating('x', { access_model: 'presence' }), at), { condition: 'not-acceptable' })
  const made = await romeo.asks(SetPubsub, pubsub({ create: { node: undefined } }), at)
  const node = made?.create?.node ?? ''
  assert.ok(node.length > 10, 'a node without a name gets one')
  await assert.rejects(romeo.asks(SetPubsub, creating('two'), at), { condition: 'not-allowed' })
  await juliet.asks(SetPubsub, subscribing(node, 'juliet@chat.cam.ac.uk'), at)
  await assert.rejects(romeo.asks(SetPubsub, subscribing(node, 'romeo@chat.cam.ac.uk'), at), { condition: 'policy-violation' })
})

test('XEP-0060 §8.7: an owner asks anew who waits for an answer, node by node, and nobody else does', async () => {
  const { romeo, juliet, nurse } = people()
  for (const device of [romeo, juliet, nurse]) await device.comes()
  for (const node of ['princely', 'news']) await romeo.asks(SetPubsub, creating(node, { access_model: 'authorize' }), at)
  await juliet.asks(SetPubsub, subscribing('princely', 'juliet@chat.cam.ac.uk'), at)
  await nurse.asks(SetPubsub, subscribing('princely', 'nurse@chat.cam.ac.uk'), at)
  romeo.takes()
  const node = 'http://jabber.org/protocol/pubsub#get-pending'
  assert.deepEqual(
    (await romeo.asks(AskItems, { node: COMMANDS }, at)).items.map(item => item.node),
    [node],
  )
  const asked = await romeo.asks(Execute, { ...NO_COMMAND, node, action: 'execute' }, at)
  const field = asked.form?.fields.find(({ name }) => name === 'pubsub#node')
  assert.deepEqual([asked.status, field?.options.map(({ value }) => value)], ['executing', ['princely']])
  const filled = namedForm('submit', 'http://jabber.org/protocol/pubsub#subscribe_authorization', [
    formField('pubsub#node', { values: ['princely'] }),
  ])
  const done = await romeo.asks(Execute, { ...NO_COMMAND, node, sessionId: asked.sessionId, action: 'complete', form: filled }, at)
  assert.equal(done.status, 'completed')
  const forms = romeo.takes().filter(text => text.includes('subscribe_authorization'))
  assert.deepEqual(
    forms.map(text => /'pubsub#subscriber_jid'[^>]*><value>(\w+)@/.exec(text)?.[1] ?? text),
    ['juliet', 'nurse'],
  )
  const hers = await juliet.asks(Execute, { ...NO_COMMAND, node, action: 'execute' }, at)
  assert.deepEqual(hers.form?.fields.find(({ name }) => name === 'pubsub#node')?.options, [])
  await assert.rejects(juliet.asks(Execute, { ...NO_COMMAND, node, sessionId: hers.sessionId, action: 'complete', form: filled }, at))
})
