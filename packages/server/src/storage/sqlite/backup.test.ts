import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { StorageError, type Store } from '../repositories.ts'
import { databaseFile } from './database.ts'
import { restore } from './restore.ts'
import { StoreInUse } from './store.ts'
import { temporaryStore } from './temporary-store.ts'

/** Pairs of messages: a copy that is of one moment has both of a pair or neither. */
function appendPair(store: Store, index: number): void {
  for (const owner of ['anna', 'bela']) {
    store.archive.append(`<m>${index}</m>`, [{ owner, peer: 'far@y', direction: 'sent', kept: true }])
  }
}

async function countOf(store: Store, owner: string): Promise<number> {
  let count = 0
  let after: number | undefined
  for (;;) {
    const page = await store.archive.page({ owner, after, max: 500 })
    for (const { stanza } of page.messages) assert.equal(stanza, `<m>${count++}</m>`)
    if (page.complete) return count
    after = page.messages.at(-1)?.id
  }
}

test('a backup under load is of one moment, and can be restored', async () => {
  await using source = temporaryStore()
  await using target = temporaryStore()
  const store = await source.open({ tailRows: 50, commitIntervalMs: 1 })
  const file = join(target.folder, 'copy')
  for (let index = 0; index < 5000; index++) appendPair(store, index)
  await store.archive.committed()
  const load = new AbortController()
  const writing = (async () => {
    let index = 5000
    for (; !load.signal.aborted; index++) {
      appendPair(store, index)
      await store.archive.committed()
    }
    return index
  })()
  await store.backup(file)
  load.abort()
  const written = await writing
  await assert.rejects(store.backup(file), /exists already/)
  assert.equal(statSync(file).mode & 0o077, 0)
  assert.deepEqual(readdirSync(target.folder), ['copy'])

  assert.deepEqual(restore(file, target.folder), { kept: undefined })
  const restored = await target.open()
  const count = await countOf(restored, 'anna')
  assert.ok(count >= 5000 && count <= written)
  assert.equal(await countOf(restored, 'bela'), count)
  assert.throws(() => restore(file, target.folder, { replace: true }), StoreInUse)
})

test('a store is replaced only on request, and the old one is kept', async () => {
  await using temporary = temporaryStore()
  const file = join(temporary.folder, 'copy')
  let store = await temporary.open()
  await store.documents.set('anna', 'kind', '', 'old')
  await store.backup(file)
  await store.documents.set('anna', 'kind', '', 'new')
  await store.close()
  assert.throws(() => restore(file, temporary.folder), /already/)
  const { kept } = restore(file, temporary.folder, { replace: true })
  store = await temporary.open()
  assert.equal(await store.documents.get('anna', 'kind', ''), 'old')
  await store.close()
  restore(kept ?? '', temporary.folder, { replace: true })
  store = await temporary.open()
  assert.equal(await store.documents.get('anna', 'kind', ''), 'new')
})

test('what is no backup, or a damaged one, changes nothing', async () => {
  await using temporary = temporaryStore()
  const file = join(temporary.folder, 'copy')
  let store = await temporary.open()
  for (let index = 0; index < 2000; index++) appendPair(store, index)
  await store.backup(file)
  await store.close()
  const before = readFileSync(databaseFile(temporary.folder))
  const damaged = readFileSync(file)
  damaged.fill(0xee, 4096 * 5, 4096 * 9)
  for (const content of [damaged, Buffer.from('not a database at all'), Buffer.alloc(0)]) {
    writeFileSync(file, content)
    assert.throws(() => restore(file, temporary.folder, { replace: true }), StorageError)
  }
  assert.throws(() => restore(join(temporary.folder, 'missing'), temporary.folder, { replace: true }), /no file/)
  assert.ok(before.equals(readFileSync(databaseFile(temporary.folder))))
  store = await temporary.open()
  assert.equal(await countOf(store, 'anna'), 2000)
})
