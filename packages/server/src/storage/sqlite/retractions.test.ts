import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../repositories.ts'
import { databaseFile } from './database.ts'
import { temporaryStore } from './temporary-store.ts'

const message = (id: string, content: string, from = 'anna'): string =>
  `<message xmlns='jabber:client' from='${from}@x/1' to='${from === 'anna' ? 'ben' : 'anna'}@x' id='${id}'>${content}</message>`
const BOTH = [
  { owner: 'anna', peer: 'ben@x', direction: 'sent', kept: true },
  { owner: 'ben', peer: 'anna@x', direction: 'received', kept: true },
] as const
const add = (store: Store, id: string, content: string): number => store.archive.append(message(id, content), BOTH)
const retraction = (at: number, messageId: string) => ({ owner: 'anna', peer: 'ben@x', author: 'anna@x', messageId, at, called: 'r' })
const texts = async (store: Store, owner: string): Promise<readonly string[]> =>
  (await store.archive.page({ owner, max: 1000 })).messages.map(({ stanza }) => /<body>(.*)<\/body>|<retract[^>]*>/.exec(stanza)?.[0] ?? '')
const isGone = (text: string | undefined): boolean => text?.startsWith('<retracted') ?? false

test('a message is replaced on both sides, out of the blocks as well as the tail, and cannot be searched for', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open({ tailRows: 8 })
  for (let index = 0; index < 300; index++) add(store, `m${index}`, `<body>zebra ${index}</body>`)
  await store.archive.committed()
  const counted = new DatabaseSync(databaseFile(temporary.folder), { readOnly: true })
  while (counted.prepare('SELECT count(*) AS n FROM words_docsize').get()?.['n'] !== 300) await sleep(20)
  counted.close()
  for (const id of ['m3', 'm299']) {
    const at = add(store, 'r', `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/>`)
    await store.archive.retract(retraction(at, id))
  }
  for (const owner of ['anna', 'ben']) {
    const all = await texts(store, owner)
    assert.deepEqual([isGone(all[3]), isGone(all[299]), all[30]], [true, true, '<body>zebra 30</body>'])
    const found = await store.archive.page({ owner, phrases: [['zebra']], max: 2, before: 'last' })
    assert.match(found.messages[1]?.stanza ?? '', /zebra 298/)
    assert.equal((await store.archive.page({ owner, phrases: [['zebra'], ['3']], max: 9 })).messages.length, 0)
  }
})

test('what was noted when the server died is carried out when it starts, and what is too long ago stays', async () => {
  await using temporary = temporaryStore()
  let store = await temporary.open()
  const old = add(store, 'old', '<body>long ago</body>')
  for (let index = 0; index < 2000; index++) add(store, `m${index}`, `<body>${index}</body>`)
  const at = add(store, 'r', `<retract xmlns='urn:xmpp:message-retract:1' id='m7'/>`)
  await store.archive.retract(retraction(at, 'old'))
  assert.match((await store.archive.find([old]))[0]?.stanza ?? '', /long ago/)
  await store.close()
  const database = new DatabaseSync(databaseFile(temporary.folder))
  database.exec(`INSERT INTO retraction SELECT ${at}, a, a_peer, 'anna@x', 'm7', 'r' FROM message WHERE id = ${at}`)
  database.close()
  store = await temporary.open()
  while (!isGone((await texts(store, 'ben'))[8])) await sleep(20)
  await store.close()
  const after = new DatabaseSync(databaseFile(temporary.folder), { readOnly: true })
  assert.equal(after.prepare('SELECT count(*) AS n FROM retraction').get()?.['n'], 0)
  after.close()
})
