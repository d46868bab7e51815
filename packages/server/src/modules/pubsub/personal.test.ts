import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskPubsub, pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { AskPubsubOwner, pubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { capsOf, comesWanting, friends, itemsOf, optionsOf, publishing, titles, TUNE, tune } from './personal.testing.ts'

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
  await romeo.says(`<presence><show>away</show>${capsOf([TUNE])}</presence>`)
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
