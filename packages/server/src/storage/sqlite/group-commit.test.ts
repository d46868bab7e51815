import assert from 'node:assert/strict'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StorageError, type ArchiveEntry } from '../repositories.ts'
import { databaseFile } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import type { ToWriter } from './protocol.ts'
import { temporaryStore } from './temporary-store.ts'

const entry: ArchiveEntry = { owner: 'anna', peer: 'far@y', direction: 'sent', kept: true }

/** A writer that answers when the test says so. */
function slowWriter(options: { readonly intervalMs?: number; readonly waitingAtMost?: number } = {}) {
  const posted: ToWriter[] = []
  const arrivals = new EventTarget()
  const commits = new GroupCommit({
    intervalMs: options.intervalMs ?? 0,
    waitingAtMost: options.waitingAtMost ?? 1000,
    post(message) {
      posted.push(message)
      arrivals.dispatchEvent(new Event('posted'))
    },
  })
  const rows = (): number[] => posted.map(message => (message.kind === 'batch' ? message.rows.count : -1))
  return { commits, posted, rows, next: () => once(arrivals, 'posted') }
}

const done = { kind: 'committed', writes: [], reads: [] } as const

test('committed() settles once another reader of the file sees the message, not before', async () => {
  await using temporary = temporaryStore()
  const { archive } = await temporary.open()
  using witness = new DatabaseSync(databaseFile(temporary.folder), { readOnly: true })
  const count = witness.prepare('SELECT count(*) AS n FROM message')
  for (let turn = 1; turn <= 20; turn++) {
    archive.append('<message/>', [entry])
    let isSettled = false
    const committed = archive.committed()
    assert.equal(archive.committed(), committed)
    const settled = committed?.then(() => (isSettled = true))
    await Promise.resolve()
    assert.equal(isSettled, false)
    await settled
    assert.equal(count.get()?.['n'], turn)
    assert.equal(archive.committed(), undefined)
  }
})

test('while the writer is busy one batch grows, and goes as soon as it is free', async () => {
  const { commits, rows, next } = slowWriter()
  commits.append(1, '<a/>', entry, undefined)
  await next()
  const first = commits.committed()
  for (let id = 2; id <= 50; id++) commits.append(id, '<b/>', entry, undefined)
  assert.notEqual(commits.committed(), first)
  assert.deepEqual(rows(), [1])
  commits.hear(done)
  await first
  await next()
  assert.deepEqual(rows(), [1, 49])
})

test('a batch begins no sooner than the interval after the one before', async () => {
  const { commits, next } = slowWriter({ intervalMs: 30 })
  commits.append(1, '<a/>', entry, undefined)
  await next()
  const began = performance.now()
  commits.hear(done)
  commits.append(2, '<b/>', entry, undefined)
  await next()
  assert.ok(performance.now() - began > 25)
})

test('a failed commit rejects those who wait, says why, and is forgotten after one that succeeds', async () => {
  const { commits, rows, next } = slowWriter()
  commits.append(1, '<a/>', entry, undefined)
  const committed = commits.committed()
  const write = commits.write('anything', [])
  await next()
  commits.hear({ kind: 'failed', why: 'the disk is full', reads: [] })
  await assert.rejects(async () => committed, StorageError)
  await assert.rejects(write, /the disk is full/)
  assert.equal(commits.trouble, 'the disk is full')
  // Nobody writes, so it tries by itself.
  await next()
  assert.deepEqual(rows(), [1, 0])
  commits.hear({ ...done, writes: [{ value: undefined }] })
  assert.equal(commits.trouble, undefined)
})

test('what waits in memory is bounded', async () => {
  const { commits, next } = slowWriter({ waitingAtMost: 1000 })
  commits.append(1, 'x'.repeat(900), entry, undefined)
  await next()
  commits.append(2, 'x'.repeat(900), entry, undefined)
  assert.throws(() => commits.append(3, 'x'.repeat(200), entry, undefined), /does not keep up/)
  commits.append(4, 'x'.repeat(20), entry, undefined)
})

test('when the writer dies everybody who waits is told', async () => {
  const { commits, next } = slowWriter()
  commits.append(1, '<a/>', entry, undefined)
  const committed = commits.committed()
  await next()
  const write = commits.write('anything', [])
  const read = commits.read('something', [])
  commits.abandon(new StorageError('The thread died.'))
  for (const promise of [committed, write, read]) await assert.rejects(async () => promise, /died/)
  await assert.rejects(commits.write('more', []), /died/)
  assert.equal(commits.trouble, 'The thread died.')
})
