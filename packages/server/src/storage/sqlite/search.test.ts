import assert from 'node:assert/strict'

import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../repositories.ts'
import { databaseFile } from './database.ts'
import { temporaryStore } from './temporary-store.ts'

const found = async (store: Store, ...words: readonly string[]): Promise<number> =>
  (await store.archive.page({ owner: 'anna', phrases: words.map(word => [word]), max: 250 })).messages.length

async function write(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    store.archive.append(`<message><body>Hello ${index % 3 === 0 ? 'Zoë' : 'you'}</body></message>`, [
      { owner: 'anna', peer: 'x@y', direction: 'sent', kept: true },
    ])
  await store.archive.committed()
}

/** Looks at the database until the index of words has so many messages. */
async function indexHas(folder: string, count: number): Promise<void> {
  using database = new DatabaseSync(databaseFile(folder), { readOnly: true })
  const counted = database.prepare('SELECT count(*) AS n FROM words_docsize')
  while (counted.get()?.['n'] !== count) await sleep(20)
}

test('the index catches up after a new start, forgets with the archive, and takes no room when it is switched off', async () => {
  await using temporary = temporaryStore()
  let store = await temporary.open()
  await write(store, 300)
  assert.equal(await found(store, 'zoe'), 100)
  store = await temporary.open()
  await indexHas(temporary.folder, 300)
  assert.equal(await found(store, 'zoe', 'hello'), 100)
  await write(store, 30)
  assert.equal(await found(store, 'zoe'), 110)
  await store.archive.expire(Date.now() + 1000)
  assert.equal(await found(store, 'zoe'), 0)
  await indexHas(temporary.folder, 0)
  await write(store, 3)
  await indexHas(temporary.folder, 3)
  await temporary.open({ isSearchable: false })
  await indexHas(temporary.folder, 0)
})
