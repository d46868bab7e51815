import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { BlockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { AskPubsub, pubsub, type Pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { AskPubsubOwner, pubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import {
  answersAbout,
  capsOf,
  comesWanting,
  friends,
  isAsked,
  itemsOf,
  optionsOf,
  publishing,
  titles,
  TUNE,
  tune,
} from './personal.testing.ts'

const JULIET = 'juliet@chat.cam.ac.uk'
const to = { to: JULIET }
const publishes = (who: TownClient, title: string, fields: Readonly<Record<string, string>>) =>
  who.asks(SetPubsub, publishing(TUNE, tune(title), 'current', optionsOf(fields)))
const subscribing = (node: string, jid: string): Pubsub => pubsub({ subscribe: { node, jid }, options: undefined })

test('XEP-0060 §4.5: roster, for contacts of some groups', async () => {
  const { romeo, juliet, client, rosters, befriend } = await friends()
  await befriend('juliet', 'nurse')
  await rosters.change('juliet', romeo.jid.bare, row => ({ ...row, groups: ['Lovers', 'Verona'] }))
  await rosters.change('juliet', client('nurse/kitchen').jid.bare, row => ({ ...row, groups: ['Household'] }))
  const nurse = client('nurse/attic')
  for (const one of [romeo, nurse]) await comesWanting(one, [TUNE])
  for (const one of [romeo, nurse]) one.takes()
  await publishes(juliet, 'Suite', { access_model: 'roster', roster_groups_allowed: 'Lovers' })
  assert.deepEqual([titles(romeo.takes()), titles(nurse.takes())], [['Suite'], []])
  assert.equal((await romeo.asks(AskPubsub, itemsOf(TUNE), to))?.items?.items.length, 1)
  await assert.rejects(nurse.asks(AskPubsub, itemsOf(TUNE), to), { condition: 'not-authorized' })
})

test('XEP-0060 §4.5: open, for anybody, who may also subscribe', async () => {
  const { juliet, client } = await friends()
  const tybalt = client('tybalt/street')
  await tybalt.comes()
  await publishes(juliet, 'Suite', { access_model: 'open' })
  tybalt.takes()
  const answer = await tybalt.asks(SetPubsub, subscribing(TUNE, 'tybalt@chat.cam.ac.uk'), to)
  assert.equal(answer?.subscription?.subscription, 'subscribed')
  assert.deepEqual(titles(tybalt.takes()), ['Suite'])
  await publishes(juliet, 'Mass', {})
  assert.deepEqual(titles(tybalt.takes()), ['Mass'])
})

test('XEP-0060 §4.5: authorize, for those whom the owner lets in by a message to the own account', async () => {
  const { juliet, client, settled } = await friends()
  const tybalt = client('tybalt/street')
  for (const one of [juliet, tybalt]) await one.comes()
  await publishes(juliet, 'Suite', { access_model: 'authorize' })
  for (const one of [juliet, tybalt]) one.takes()
  const pending = await tybalt.asks(SetPubsub, subscribing(TUNE, 'tybalt@chat.cam.ac.uk'), to)
  assert.equal(pending?.subscription?.subscription, 'pending')
  assert.match(juliet.takes().join(''), /subscribe_authorization/)
  await assert.rejects(tybalt.asks(AskPubsub, itemsOf(TUNE), to), { condition: 'not-authorized' })
  const fields = { subid: pending?.subscription?.subid ?? '', node: TUNE, subscriber_jid: 'tybalt@chat.cam.ac.uk', allow: '1' }
  const form = Object.entries(fields).map(([name, value]) => `<field var='pubsub#${name}'><value>${value}</value></field>`)
  const name = `<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#subscribe_authorization</value></field>`
  await juliet.says(`<message to='${JULIET}'><x xmlns='jabber:x:data' type='submit'>${name}${form.join('')}</x></message>`)
  await settled()
  assert.deepEqual(titles(tybalt.takes()), ['Suite'])
  assert.equal((await tybalt.asks(AskPubsub, itemsOf(TUNE), to))?.items?.items.length, 1)
})

test('XEP-0060 §4.5: whitelist, for members', async () => {
  const { romeo, juliet } = await friends()
  await comesWanting(romeo, [TUNE])
  await publishes(juliet, 'Suite', { access_model: 'whitelist' })
  assert.deepEqual(titles(romeo.takes()), [])
  const list = [{ jid: romeo.jid.bare, affiliation: 'member' }]
  await juliet.asks(SetPubsubOwner, pubsubOwner({ affiliations: { node: TUNE, list } }))
  await publishes(juliet, 'Mass', {})
  assert.deepEqual(titles(romeo.takes()), ['Mass'])
  await assert.rejects(romeo.asks(AskPubsubOwner, pubsubOwner({ configure: { node: TUNE, form: undefined } }), to), {
    condition: 'forbidden',
  })
})

test('XEP-0191: nothing of it passes between a person and those they block, either way', async () => {
  for (const blocker of ['romeo', 'juliet'] as const) {
    const { romeo, juliet, client } = await friends()
    await comesWanting(romeo, [TUNE])
    await juliet.comes()
    await publishes(juliet, 'Suite', {})
    const [who, whom] = blocker === 'romeo' ? [romeo, juliet] : [juliet, romeo]
    await who.asks(BlockAddresses, { items: [{ jid: whom.jid.bare }] })
    romeo.takes()
    await publishes(juliet, 'Mass', {})
    const phone = client('romeo/phone')
    await comesWanting(phone, [TUNE])
    assert.deepEqual([...titles(romeo.takes()), ...titles(phone.takes())], [], blocker)
    await assert.rejects(romeo.asks(AskPubsub, itemsOf(TUNE), to))
  }
})

test('XEP-0163 §4.3.4: who may see somebody’s presence from now on is told what there is', async () => {
  const { juliet, client } = await friends()
  const nurse = client('nurse/kitchen')
  await juliet.comes()
  await publishes(juliet, 'Suite', {})
  await comesWanting(nurse, [TUNE])
  await nurse.says(`<presence type='subscribe' to='${JULIET}'/>`)
  assert.deepEqual(titles(nurse.takes()), [])
  await juliet.says(`<presence type='subscribed' to='nurse@chat.cam.ac.uk'/>`)
  assert.deepEqual(titles(nurse.takes()), ['Suite'])
})

test('XEP-0390: newer hashes are understood too', async () => {
  const { romeo, juliet } = await friends()
  await publishes(juliet, 'Suite', {})
  const info = `<query xmlns='http://jabber.org/protocol/disco#info' node='urn:xmpp:caps#sha-256.bm90IHJpZ2h0'><feature var='${TUNE}+notify'/></query>`
  const hash = `<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>bm90IHJpZ2h0</hash>`
  const coming = romeo.says(`<presence><c xmlns='urn:xmpp:caps'>${hash}</c></presence>`)
  await new Promise(setImmediate)
  const question = romeo.takes().find(stanza => stanza.includes('disco#info')) ?? ''
  assert.match(question, /node='urn:xmpp:caps#sha-256.bm90IHJpZ2h0'/)
  await romeo.says(`<iq type='result' to='chat.cam.ac.uk' id='${/id='([^']*)'/.exec(question)?.[1]}'>${info}</iq>`)
  await coming
  assert.deepEqual(titles(romeo.takes()), ['Suite'])
})

test('purge_offline: items go with the last device of their publisher', async () => {
  const { romeo, juliet, client, settled } = await friends()
  const phone = client('juliet/phone')
  await comesWanting(romeo, [TUNE])
  for (const one of [juliet, phone]) await one.comes()
  await publishes(juliet, 'Suite', { purge_offline: '1' })
  await phone.vanishes()
  await settled()
  assert.ok(!romeo.takes().join('').includes('<purge'))
  await juliet.says(`<presence type='unavailable'/>`)
  await settled()
  assert.match(romeo.takes().join(''), /<purge node='[^']*tune'\/>/)
  assert.deepEqual((await juliet.asks(AskPubsub, itemsOf(TUNE)))?.items?.items, [])
})

test('XEP-0060 §5: contacts find nodes that they may read, at the account', async () => {
  const { romeo, juliet, client } = await friends()
  await publishes(juliet, 'Suite', {})
  await juliet.asks(SetPubsub, publishing('urn:private', tune('x'), '1', optionsOf({ access_model: 'whitelist' })))
  const found = await romeo.asks(AskItems, { node: undefined }, to)
  assert.deepEqual(found.items, [{ jid: JULIET, node: TUNE, name: undefined }])
  assert.deepEqual(
    (await juliet.asks(AskItems, { node: undefined })).items.map(({ node }) => node),
    [TUNE, 'urn:private'],
  )
  const { features, identities } = await juliet.asks(AskInfo, { node: undefined })
  assert.ok(identities.some(({ category, type }) => category === 'pubsub' && type === 'pep'))
  assert.ok(features.includes('http://jabber.org/protocol/pubsub#filtered-notifications'))
  const { forms } = await romeo.asks(AskInfo, { node: TUNE }, to)
  assert.ok(forms[0]?.fields.some(({ name, values }) => name === 'pubsub#access_model' && values[0] === 'presence'))
  await assert.rejects(romeo.asks(AskInfo, { node: 'urn:private' }, to), { condition: 'item-not-found' })
  await assert.rejects(client('tybalt/street').asks(AskInfo, { node: TUNE }, to), { condition: 'service-unavailable' })
})

test('XEP-0115: few are asked of many with one hash, and who does not answer keeps nobody waiting', async () => {
  const { juliet, client } = await friends()
  await publishes(juliet, 'Suite', {})
  const phones = Array.from({ length: 6 }, (_, i) => client(`romeo/phone${i}`))
  const coming = phones.map(phone => phone.says(`<presence>${capsOf([TUNE])}</presence>`))
  await new Promise(setImmediate)
  assert.deepEqual(phones.map(isAsked), [true, true, true, false, false, false])
  const [slow, quick, late] = phones
  assert.ok(slow && quick && late)
  const answered = answersAbout(quick, [TUNE])
  await new Promise(setImmediate)
  const told = (): number[] => phones.map(({ inbox }) => titles(inbox).length)
  assert.deepEqual(told(), [0, 1, 0, 1, 1, 1])
  await Promise.all([answered, answersAbout(slow, [TUNE]), answersAbout(late, [TUNE]), ...coming])
  assert.deepEqual(told(), [1, 1, 1, 1, 1, 1])
})
