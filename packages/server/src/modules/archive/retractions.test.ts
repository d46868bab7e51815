import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { archive } from './archive.ts'

function retractionTown(tombstones?: boolean): Town {
  return town({
    modules: ({ store, rosters }) => {
      const settings = { enabled: true, default: 'always', search: true, ...(tombstones === undefined ? {} : { tombstones }) } as const
      return [archive({ archive: store.archive, documents: store.documents, rosters, settings })]
    },
  })
}

const to = (person: string, id: string, payload: string): string =>
  `<message to='${person}@chat.cam.ac.uk' type='chat' id='${id}'>${payload}</message>`
const retract = (id: string): string => `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/>`
const TOMBSTONE = (by: string): string => `<retracted xmlns='urn:xmpp:message-retract:1' id='${by}' stamp='2026-11-02T09:00:00.000Z'/>`

/** What is in each message of somebody's history. */
async function history(client: TownClient): Promise<readonly string[]> {
  await client.asks(QueryArchive, { queryId: undefined, node: undefined, filter: undefined, page: WHOLE_SET, isFlipped: false })
  return client.takes().flatMap(text => /<message xmlns[^>]*>(.*?)<\/message>/.exec(text)?.[1] ?? [])
}

test('what somebody takes back is in nobody’s history any more; that it was said, and taken back, is', async () => {
  const { client } = retractionTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await romeo.says(to('juliet', 'm1', '<body>Have not saints lips</body>') + to('juliet', 'm2', '<body>kept</body>'))
  await romeo.says(to('juliet', 'r1', retract('m1')))
  const expected = [TOMBSTONE('r1'), '<body>kept</body>', retract('m1')]
  for (const reader of [romeo, juliet]) assert.deepEqual(await history(reader), expected)
  await romeo.says(to('juliet', 'r2', retract('m1')))
  assert.equal((await history(juliet))[0], TOMBSTONE('r1'), 'once is enough')
})

test('nobody takes back what another has said, nor what was said to somebody else', async () => {
  const { client } = retractionTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await romeo.says(to('juliet', 'm1', '<body>mine</body>'))
  await juliet.says(to('romeo', 'r1', retract('m1')))
  await romeo.says(to('nurse', 'r2', retract('m1')))
  await romeo.says(`<message to='juliet@chat.cam.ac.uk' type='chat'>${retract('m1')}</message>`)
  assert.equal((await history(juliet))[0], '<body>mine</body>', 'a retraction without an id can have no tombstone')
  await romeo.says(to('juliet', 'r3', retract('r3')))
  assert.equal((await history(juliet)).at(-1), retract('r3'), 'a retraction is not taken back')
})

test('corrections go with what they corrected, and of two with one name the newer', async () => {
  const { client } = retractionTown()
  const romeo = client('romeo/orchard')
  const replace = (id: string): string => `<replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`
  await romeo.says(to('juliet', '1', '<body>of last year</body>') + to('juliet', '1', '<body>lisp</body>'))
  await romeo.says(to('juliet', '2', `<body>lips</body>${replace('1')}`) + to('juliet', '3', `<body>Lips</body>${replace('1')}`))
  await romeo.says(to('juliet', 'r', retract('3')))
  const gone = TOMBSTONE('r')
  assert.deepEqual(await history(romeo), ['<body>of last year</body>', gone, gone + replace('1'), gone + replace('1'), retract('3')])
})

test('an operator may keep what is taken back, and then nobody is told otherwise', async () => {
  const { client, host } = retractionTown(false)
  const romeo = client('romeo/orchard')
  await romeo.says(to('juliet', 'm1', '<body>kept</body>') + to('juliet', 'r1', retract('m1')))
  assert.deepEqual(await history(romeo), ['<body>kept</body>', retract('m1')])
  assert.ok(!host.modules.some(({ accountFeatures }) => accountFeatures?.includes('urn:xmpp:message-retract:1#tombstone')))
})

test('the form of before 2023 takes back as well, by what the author called the message', async () => {
  const { client } = retractionTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  const old = (id: string): string =>
    `<apply-to xmlns='urn:xmpp:fasten:0' id='${id}'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>`
  const named = `<body>named</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>`
  await romeo.says(to('juliet', 'm1', named) + to('juliet', 'm2', '<body>plain</body>') + to('juliet', 'm3', '<body>kept</body>'))
  await juliet.says(to('romeo', 'j1', old('m2')))
  await romeo.says(to('juliet', 'r1', old('o1')) + to('juliet', 'r2', old('m2')))
  await romeo.says(
    to('juliet', 'r3', `<apply-to xmlns='urn:xmpp:fasten:0' id='m3'><edit xmlns='urn:x'/></apply-to><store xmlns='urn:xmpp:hints'/>`),
  )
  const told = await history(juliet)
  assert.deepEqual(told.slice(0, 3), [TOMBSTONE('r1'), TOMBSTONE('r2'), '<body>kept</body>'])
  await romeo.says(to('juliet', 'r4', old('r1')))
  assert.equal((await history(juliet))[4], old('o1'), 'a retraction is not taken back')
})
