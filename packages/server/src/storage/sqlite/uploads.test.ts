import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { Store, UploadRecord } from '../repositories.ts'
import { temporaryStore } from './temporary-store.ts'

const MOST = { files: 3, bytes: 100 }
const upload = (id: string, changes: Partial<UploadRecord> = {}): UploadRecord => ({
  id,
  owner: 'romeo',
  name: 'très cool.jpg',
  type: 'image/jpeg',
  size: 10,
  hash: 'aa',
  createdAt: 1000,
  expiresAt: 5000,
  ...changes,
})

for (const [what, open] of [
  ['SQLite', async (temporary: ReturnType<typeof temporaryStore>): Promise<Store> => temporary.open()],
  ['memory', async (): Promise<Store> => memoryStore(() => 0)],
] as const) {
  test(`uploads in ${what}: an owner has only so many, an id belongs to one, and a page leads to the next`, async () => {
    await using temporary = temporaryStore()
    const { uploads } = await open(temporary)
    assert.equal(await uploads.put(upload('a'), MOST), 'stored')
    assert.equal(await uploads.put(upload('a', { owner: 'juliet' }), MOST), 'taken')
    assert.equal(await uploads.put(upload('b', { createdAt: 2000, expiresAt: undefined }), MOST), 'stored')
    assert.equal(await uploads.put(upload('c', { size: 81 }), MOST), 'full')
    assert.equal(await uploads.put(upload('c', { size: 80 }), MOST), 'stored')
    assert.equal(await uploads.put(upload('d', { size: 0 }), MOST), 'full')
    assert.deepEqual(await uploads.find('b'), upload('b', { createdAt: 2000, expiresAt: undefined }))
    assert.deepEqual(await uploads.usage('romeo'), { files: 3, bytes: 100 })
    const page = await uploads.list('romeo', undefined, 2)
    assert.deepEqual(
      [...page, ...(await uploads.list('romeo', page.at(-1), 2))].map(({ id }) => id),
      ['b', 'c', 'a'],
    )
  })

  test(`uploads in ${what}: bytes that nobody has any more are told of, however their upload went`, async () => {
    await using temporary = temporaryStore()
    const { uploads, accounts } = await open(temporary)
    const record = { source: 'local', name: undefined, createdAt: 0, lockedAt: undefined, hash: undefined, verifiers: [] } as const
    await accounts.put({ ...record, localpart: 'romeo' })
    for (const [id, hash] of [
      ['a', 'aa'],
      ['b', 'bb'],
      ['c', 'cc'],
      ['d', 'cc'],
      ['e', 'ee'],
    ] as const)
      await uploads.put(upload(id, { hash, expiresAt: id === 'b' ? 1500 : 5000, owner: id === 'e' ? 'juliet' : 'romeo' }), {
        files: 9,
        bytes: 99,
      })
    assert.ok(await uploads.remove('a'))
    assert.ok(!(await uploads.remove('a')))
    assert.equal(await uploads.expire(1500, 10), 1)
    assert.equal(await uploads.removeContent('cc'), 2)
    assert.deepEqual([...(await uploads.loose(10))].sort(), ['aa', 'bb', 'cc'])
    await uploads.settle('bb')
    await uploads.put(upload('f', { hash: 'ff' }), { files: 9, bytes: 99 })
    await accounts.remove('romeo')
    assert.deepEqual([...(await uploads.loose(10))].sort(), ['aa', 'cc', 'ff'])
    assert.deepEqual(await uploads.used(['aa', 'ee', 'ff']), ['ee'])
    assert.deepEqual(await uploads.total(), { files: 1, bytes: 10 })
  })
}
