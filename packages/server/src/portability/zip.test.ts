import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ZipEntry, zipped } from './zip.ts'

async function* contents(...pieces: readonly (string | Buffer)[]): AsyncGenerator<string | Buffer> {
  yield* pieces
}

const TIME = Date.UTC(2026, 10, 23, 17, 5, 8)
const entry = (name: string, isCompressed: boolean, ...pieces: readonly (string | Buffer)[]): ZipEntry => ({
  name,
  time: TIME,
  isCompressed,
  content: contents(...pieces),
})

async function fileOf(t: TestContext, ...entries: readonly ZipEntry[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-zip-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pieces: Buffer[] = []
  async function* all(): AsyncGenerator<ZipEntry> {
    yield* entries
  }
  for await (const piece of zipped(all())) pieces.push(piece)
  writeFileSync(join(folder, 'a.zip'), Buffer.concat(pieces))
  return join(folder, 'a.zip')
}

/** Python’s reader, which checks every sum. */
const LOOK = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.date_time, i.compress_type, i.file_size, z.read(i)[:40].decode('latin1')] for i in z.infolist()]))
`
const look = (file: string): unknown => JSON.parse(execFileSync('python3', ['-c', LOOK, file], { encoding: 'utf8' }))

test('what others read in it is what was put in, whole and by its name', async t => {
  const long = 'words that come again '.repeat(100_000)
  const file = await fileOf(
    t,
    entry('index.html', true, '<p>', 'Hello'),
    entry('files/Zoë ☃.bin', false, Buffer.from([0, 255, 10])),
    entry('long.txt', true, ...Array.from({ length: 10 }, () => long)),
    entry('empty', false),
  )
  const stamp = [2026, 11, 23, 17, 5, 8]
  assert.deepEqual(look(file), [
    ['index.html', stamp, 8, 8, '<p>Hello'],
    ['files/Zoë ☃.bin', stamp, 0, 3, '\u0000\u00ff\n'],
    ['long.txt', stamp, 8, long.length * 10, long.slice(0, 40)],
    ['empty', stamp, 0, 0, ''],
  ])
})

test('more files than sixteen bits can count', async t => {
  const file = await fileOf(t, ...Array.from({ length: 66_000 }, (_, at) => entry(`${at}`, false, 'x')))
  const count = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))'
  assert.equal(execFileSync('python3', ['-c', count, file], { encoding: 'utf8' }).trim(), '66000')
})

test('what cannot be read to its end fails the whole', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield 'a'
    throw new Error('the disk')
  }
  async function* all(): AsyncGenerator<ZipEntry> {
    yield { name: 'x', time: TIME, isCompressed: true, content: broken() }
  }
  await assert.rejects(async () => {
    for await (const _ of zipped(all()));
  }, /the disk/)
})
