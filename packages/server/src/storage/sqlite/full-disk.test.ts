import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StorageError, type Store } from '../repositories.ts'
import { temporaryStore } from './temporary-store.ts'

function append(store: Store, index: number): number {
  return store.archive.append(`<m>${index}${'x'.repeat(500)}</m>`, [
    { owner: 'anna', peer: `p${index % 5}@y`, direction: 'received', kept: true },
    { owner: `u${index % 50}`, peer: 'anna@y', direction: 'sent', kept: true },
  ])
}

/** Ids that were committed; stops at the first failure. */
async function fill(store: Store, most: number): Promise<{ stored: number[]; refused: number[] }> {
  const stored: number[] = []
  for (let index = 0; index < most; index += 10) {
    const ids = Array.from({ length: 10 }, (_, offset) => append(store, index + offset))
    try {
      await store.archive.committed()
      stored.push(...ids)
    } catch (error) {
      assert.ok(error instanceof StorageError)
      return { stored, refused: ids }
    }
  }
  return { stored, refused: [] }
}

async function idsOf(store: Store): Promise<number[]> {
  const { messages } = await store.archive.page({ owner: 'anna', max: 1e6 })
  return messages.map(({ id }) => id)
}

function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
}

test('a full disk refuses messages and loses none; with space again, all goes on', async t => {
  const disk = smallDisk()
  if (disk === undefined) return t.skip('mounting a small disk takes root')
  try {
    await using temporary = temporaryStore(join(disk, 'store'))
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(1024 * 1024))
    let store = await temporary.open({ tailRows: 60, commitIntervalMs: 1 })
    const before = await fill(store, 100_000)
    assert.ok(before.refused.length > 0)
    assert.match(store.trouble ?? '', /disk is full/)
    await assert.rejects(store.documents.set('anna', 'kind', '', 'x'.repeat(200_000)), /disk is full/)
    assert.deepEqual(await idsOf(store), before.stored)

    rmSync(ballast)
    // Nobody need write for the trouble to end.
    while (store.trouble !== undefined) await store.documents.get('anna', 'kind', '')
    const after = await fill(store, 200)
    assert.equal(after.stored.length, 200)
    store = await temporary.open()
    assert.deepEqual(await idsOf(store), [...before.stored, ...after.stored])
  } finally {
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true })
  }
})

test('when the database may not grow, messages are refused and what is stored stays whole', async () => {
  await using temporary = temporaryStore()
  let store = await temporary.open({ tailRows: 60, commitIntervalMs: 1, pagesAtMost: 60 })
  const { stored, refused } = await fill(store, 10_000)
  assert.ok(stored.length > 0 && refused.length > 0)
  assert.match(store.trouble ?? '', /full/)
  store = await temporary.open()
  assert.deepEqual(await idsOf(store), stored)
})
