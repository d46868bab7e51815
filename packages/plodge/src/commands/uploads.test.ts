import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openSqliteStore } from '@plodge/server/storage/sqlite/store.ts'
import { selfSigned } from '../sample/self-signed.ts'

const COMMAND = join(import.meta.dirname, '../plodge.js')
const run = promisify(execFile)

interface Rows {
  readonly note: string
  readonly rows: readonly { readonly id: string; readonly name: string; readonly command: string }[]
}

test('files are seen, deleted and counted while the server rests and while it runs, and that is on record', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-uploads-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'plodge.toml')
  const { certificate, key } = selfSigned(['localhost'], 1)
  writeFileSync(join(folder, 'cert.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key)
  const listen = 'client = "127.0.0.1:0"\nclient_tls = false\nhttps = "127.0.0.1:0"\nmetrics = false'
  writeFileSync(config, `domain = "localhost"\ndata = "."\n[listen]\n${listen}\n[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n`)
  const does = async (...words: readonly string[]): Promise<string> =>
    (await run(process.execPath, [COMMAND, ...words, '--config', config])).stdout
  const json = async <T>(...words: readonly string[]): Promise<T> => JSON.parse(await does(...words, '--json')) as T
  const adding = spawn(process.execPath, [COMMAND, 'user', 'add', 'fanf2', '--config', config], { stdio: ['pipe', 'ignore', 'ignore'] })
  adding.stdin.end('hunter2\n')
  assert.deepEqual(await once(adding, 'close'), [0, null])
  const store = await openSqliteStore({ folder })
  for (const name of ['a', 'b', 'c']) {
    const record = {
      id: name,
      owner: 'fanf2',
      name: `${name}.jpg`,
      type: 'image/jpeg',
      size: 100,
      hash: name,
      createdAt: name.charCodeAt(0),
    }
    await store.uploads.put({ ...record, expiresAt: undefined }, { files: 10, bytes: 1000 })
  }
  await store.close()

  const { note, rows } = await json<Rows>('uploads', 'list', 'fanf2')
  assert.deepEqual([note, rows.map(({ name }) => name)], ['3 files, 300 bytes in all', ['c.jpg', 'b.jpg', 'a.jpg']])
  await does('uploads', 'delete', 'fanf2', 'b')
  await assert.rejects(does('uploads', 'delete', 'fanf2'), { code: 2 })
  await assert.rejects(does('uploads', 'quota', 'fanf2', '5'), { code: 2 })
  await assert.rejects(does('uploads', 'list', 'nobody'), /nobody called nobody/i)

  const server = spawn(process.execPath, [COMMAND, 'start', '--config', config], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.after(() => server.kill('SIGKILL'))
  await once(server.stdout, 'data')
  assert.deepEqual(
    (await json<Rows>('uploads', 'list', 'fanf2@localhost')).rows.map(({ id }) => id),
    ['c', 'a'],
  )
  assert.match(await does('uploads', 'quota', 'fanf2', '7', '700'), /Files there may be +7\nBytes there may be +700\nSaid by +an operator/)
  assert.match(await does('uploads', 'delete', 'fanf2', '--all'), /Deleted: 2 files, 200 bytes/)
  assert.match(await does('uploads', 'quota', 'fanf2', 'default'), /Files +0\nBytes +0\n.*20000\n/)
  server.kill('SIGTERM')
  await once(server, 'exit')
  const { rows: record } = await json<Rows>('audit', 'fanf2')
  assert.deepEqual(
    record.map(({ command }) => command),
    ['audit', 'upload-quota', 'delete-uploads', 'upload-quota', 'list-uploads', 'delete-uploads', 'list-uploads', 'addUser'],
  )
})
