import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMANDS, Execute, NO_COMMAND } from '@plodge/xmpp/xeps/commands.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { administers, COVEN, enters, founds, roomTown } from './rooms.testing.ts'

const at = { to: COVEN }

async function people() {
  const { client } = roomTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await founds(romeo)
  await enters(juliet)
  for (const one of [romeo, juliet]) one.takes()
  return { romeo, juliet }
}
const orders = (client: TownClient, node: string, fields?: Readonly<Record<string, string>>) =>
  client.asks(
    Execute,
    {
      ...NO_COMMAND,
      node,
      form:
        fields &&
        namedForm(
          'submit',
          node.startsWith('urn:xmpp:hats') ? 'urn:xmpp:hats:commands' : node,
          Object.entries(fields).map(([name, value]) => formField(name, { values: [value] })),
        ),
    },
    at,
  )
const named = async (client: TownClient): Promise<readonly (string | undefined)[]> =>
  (await client.asks(AskItems, { node: COMMANDS }, at)).items.map(({ node }) => node)

test('XEP-0050 §3.1: a room says what it can be asked, to those who may ask', async () => {
  const { romeo, juliet } = await people()
  assert.ok((await named(romeo)).includes('urn:plodge:rooms:transfer'))
  assert.deepEqual(await named(juliet), [])
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'admin' })
  const admins = await named(juliet)
  assert.ok(admins.includes('urn:xmpp:hats:commands:assign') && !admins.includes('urn:plodge:rooms:transfer'))
  const { identities } = await romeo.asks(AskInfo, { node: 'urn:plodge:rooms:kind' }, at)
  assert.equal(identities[0]?.type, 'command-node')
  await assert.rejects(orders(juliet, 'urn:plodge:rooms:kind'), { condition: 'forbidden' })
  await assert.rejects(orders(romeo, 'urn:x'), { condition: 'item-not-found' })
})

test('XEP-0317 §4–§7: a hat is made, offered, given, listed and done away with', async () => {
  const { romeo, juliet } = await people()
  const asked = await orders(romeo, 'urn:xmpp:hats:commands:create')
  assert.equal(asked.status, 'executing')
  assert.deepEqual(
    asked.form?.fields.map(({ name }) => name),
    ['FORM_TYPE', 'hats#title', 'hats#uri', 'hats#hue'],
  )
  const hat = { 'hats#title': 'Tutor', 'hats#uri': 'https://example.ac.uk/hats#tutor', 'hats#hue': '120' }
  assert.equal((await orders(romeo, 'urn:xmpp:hats:commands:create', hat)).status, 'completed')
  assert.match(juliet.takes()[0] ?? '', /<status code='104'/)
  const give = await orders(romeo, 'urn:xmpp:hats:commands:assign')
  assert.deepEqual(give.form?.fields.find(({ name }) => name === 'hats#uri')?.options, [{ label: 'Tutor', value: hat['hats#uri'] }])
  await orders(romeo, 'urn:xmpp:hats:commands:assign', { 'hats#jid': 'juliet@chat.cam.ac.uk', 'hats#uri': hat['hats#uri'] })
  assert.match(romeo.takes().at(-1) ?? '', /from='coven@group.chat.cam.ac.uk\/juliet'.*title='Tutor'/)
  const list = await orders(romeo, 'urn:xmpp:hats:commands:list-assigned')
  assert.deepEqual(
    list.form?.items[0]?.map(({ values }) => values[0]),
    ['juliet@chat.cam.ac.uk', hat['hats#uri'], 'Tutor', '120'],
  )
  const { forms, features } = await juliet.asks(AskInfo, { node: undefined }, at)
  assert.ok(features.includes('urn:xmpp:hats:0'))
  assert.match(forms[0]?.fields.find(({ name }) => name === 'hats#hash')?.values[0] ?? '', /^[0-9a-f]{40}$/)
  await orders(romeo, 'urn:xmpp:hats:commands:destroy', { 'hats#uri': hat['hats#uri'] })
  assert.equal((await orders(romeo, 'urn:xmpp:hats:commands:list')).form?.items.length, 0)
})

test('an owner makes a room another kind, and hands it to somebody else', async () => {
  const { romeo, juliet } = await people()
  await orders(romeo, 'urn:plodge:rooms:transfer', { owner: 'juliet@chat.cam.ac.uk' })
  assert.match(juliet.takes().join('\n'), /\/romeo'.*affiliation='admin'/)
  await assert.rejects(orders(romeo, 'urn:plodge:rooms:transfer', { owner: 'romeo@chat.cam.ac.uk' }), { condition: 'forbidden' })
  await orders(juliet, 'urn:plodge:rooms:kind', { kind: 'lecture' })
  assert.ok((await juliet.asks(AskInfo, { node: undefined }, at)).features.includes('muc_moderated'))
})
