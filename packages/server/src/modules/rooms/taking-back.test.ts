import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { Moderate } from '@plodge/xmpp/xeps/muc.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { COVEN, enters, founds, leaves, roomTown, talks } from './rooms.testing.ts'

const at = { to: COVEN }
const idOf = (xml = ''): string => /<stanza-id [^>]*id='(\d+)'/.exec(xml)?.[1] ?? ''
const moderate = (id: string, reason?: string) => ({ id, retract: {}, reason })
const retract = (id: string) =>
  `<message to='${COVEN}' type='groupchat' id='r'><retract xmlns='urn:xmpp:message-retract:1' id='${id}'/></message>`

async function history(client: TownClient): Promise<readonly string[]> {
  await client.asks(QueryArchive, { queryId: undefined, node: undefined, filter: undefined, page: WHOLE_SET, isFlipped: false }, at)
  return client.takes().flatMap(text => /<message xmlns[^>]*>.*?<\/message>/.exec(text)?.[0] ?? [])
}

async function setUp() {
  const { client } = roomTown()
  const [romeo, juliet, nurse] = [client('romeo/orchard'), client('juliet/balcony'), client('nurse/kitchen')]
  await founds(romeo)
  await enters(juliet)
  await talks(juliet, 'DM me for free magic potions!', COVEN, 'm1')
  const id = idOf(romeo.takes().at(-1))
  juliet.takes()
  return { romeo, juliet, nurse, id }
}

test('XEP-0425: a moderator takes a message back: all are told, and a tombstone is left', async () => {
  const { romeo, juliet, nurse, id } = await setUp()
  await romeo.asks(Moderate, moderate(id, 'inappropriate'), at)
  const [told = ''] = juliet.takes()
  assert.match(
    told,
    /<message [^>]*from='coven@group.chat.cam.ac.uk' type='groupchat' id='[^']+'><retract xmlns='urn:xmpp:message-retract:1'/,
  )
  assert.match(
    told,
    new RegExp(`id='${id}'.*<moderated xmlns='urn:xmpp:message-moderate:1' by='${COVEN}/romeo'><occupant-id .*<reason>inappropriate`),
  )
  romeo.takes()
  const [grave = '', why = '', ...more] = await history(romeo)
  assert.deepEqual(more, [])
  assert.doesNotMatch(grave, /potions/)
  assert.match(grave, /from='coven@group.chat.cam.ac.uk\/juliet'.*<occupant-id .*<retracted .*stamp='[^']+'.*<moderated /)
  assert.match(why, /<retract /)
  await enters(nurse)
  assert.doesNotMatch(nurse.takes().join(), /potions/, 'nor is a newcomer told')
})

test('XEP-0425 §4.2: nobody else does, and not what there is not', async () => {
  const { romeo, juliet, nurse, id } = await setUp()
  for (const one of [juliet, nurse]) await assert.rejects(one.asks(Moderate, moderate(id), at), { condition: 'forbidden' })
  await assert.rejects(romeo.asks(Moderate, moderate('1'), at), { condition: 'item-not-found' })
  await assert.rejects(romeo.asks(Moderate, moderate('no id'), at), { condition: 'item-not-found' })
  await leaves(romeo)
  await romeo.asks(Moderate, moderate(id), at)
  assert.match(juliet.takes().at(-1) ?? '', /<moderated /, 'an owner need not be inside')
})

test('XEP-0424: people take back what they said, and nobody what another said', async () => {
  const { romeo, juliet, id } = await setUp()
  await romeo.says(retract(id))
  assert.match(romeo.takes().at(-1) ?? '', /type='error'.*<forbidden/)
  assert.deepEqual(juliet.takes(), [])
  await juliet.says(retract(id))
  assert.match(romeo.takes().at(-1) ?? '', new RegExp(`from='${COVEN}/juliet'.*<retract [^>]*id='${id}'`))
  juliet.takes()
  const [grave = ''] = await history(juliet)
  assert.match(grave, /<retracted /)
  assert.doesNotMatch(grave, /potions/)
})

test('the form of before 2023 takes back as well, by what the author called it, and nothing of another’s', async () => {
  const { romeo, juliet, nurse } = await setUp()
  const old = (id: string): string =>
    `<message to='${COVEN}' type='groupchat' id='r'><apply-to xmlns='urn:xmpp:fasten:0' id='${id}'>` +
    `<retract xmlns='urn:xmpp:message-retract:0'/></apply-to></message>`
  const said = (words: string): string =>
    `<message to='${COVEN}' type='groupchat' id='x'><body>${words}</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>`
  await romeo.says(said('said by Romeo'))
  await juliet.says(said('said by Juliet'))
  await juliet.says(`<presence to='${COVEN}/capulet'/>`)
  await juliet.says(old('o1'))
  for (const one of [romeo, juliet]) assert.match(one.takes().at(-1) ?? '', /<apply-to /)
  const told = await history(romeo)
  assert.deepEqual(
    told.map(text => /potions|said by \w+|<retracted |<apply-to /.exec(text)?.[0]),
    ['potions', 'said by Romeo', '<retracted ', '<apply-to '],
  )
  assert.match(told[2] ?? '', /\/juliet'.*<occupant-id .*<retracted [^>]*id='r' stamp=/)
  await enters(nurse)
  const [late] = [nurse.takes().join()]
  assert.match(late, /said by Romeo/)
  assert.doesNotMatch(late, /said by Juliet/)
  await juliet.says(old('m1'))
  assert.doesNotMatch((await history(romeo)).join(), /potions/, 'the id does where there is no other name')
})
