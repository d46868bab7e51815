import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { temporaryStore } from './temporary-store.ts'

/** Appends without pause and says every id once it was told that it is on disk. */
const VICTIM = `
  const { openSqliteStore } = await import(process.argv[1])
  const store = await openSqliteStore({ folder: process.argv[2], tailRows: 100, commitIntervalMs: 1 })
  for (;;) {
    const ids = []
    for (let index = 0; index < 20; index++) {
      ids.push(store.archive.append('<m>' + index + '</m>', [
        { owner: 'u' + (index % 7), peer: 'far@y', direction: 'received', kept: true },
        { owner: 'anna', peer: 'x@y', direction: 'sent', kept: index % 2 === 0 },
      ]))
    }
    await store.archive.committed()
    process.stdout.write(ids.join('\\n') + '\\n')
  }`

/** Kills the child once it has said so many ids; gives all it said. */
async function killAfter(count: number, folder: string): Promise<number[]> {
  const url = new URL('store.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', VICTIM, url, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ids: number[] = []
  for await (const line of createInterface(child.stdout)) {
    if (ids.push(Number(line)) === count) child.kill('SIGKILL')
  }
  return ids
}

test('whatever was announced as stored is there after kill -9, and the index agrees with the messages', async () => {
  await using temporary = temporaryStore()
  const announced: number[] = []
  for (const count of [1, 700, 3000]) announced.push(...(await killAfter(count, temporary.folder)))
  const store = await temporary.open()
  const found = new Map<string, number[]>()
  for (const owner of ['anna', 'u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6']) {
    const { messages, complete } = await store.archive.page({ owner, max: 1e6 })
    assert.ok(complete)
    found.set(
      owner,
      messages.map(({ id }) => id),
    )
  }
  const anna = found.get('anna') ?? []
  found.delete('anna')
  const all = new Set([...found.values()].flat())
  assert.deepEqual(
    announced.filter(id => !all.has(id)),
    [],
  )
  assert.equal(new Set(announced).size, announced.length)
  // Half of each batch is anna's too, and no batch is there in part.
  assert.equal(anna.length * 2, all.size)
  assert.equal(all.size % 20, 0)
})
