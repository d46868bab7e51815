import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TownLog } from '@plodge/testkit/town-log.ts'
import { StorageError } from '../storage/repositories.ts'
import type { Administration } from './administration.ts'
import { askControlSocket, openControlSocket, socketPath } from './control-socket.ts'

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-control-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A server whose backups behave as the name of the file says. */
async function server(t: TestContext) {
  const folder = folderFor(t)
  const log = new TownLog()
  const backup: Administration['backup'] = ({ file }) => {
    if (file === 'full') return Promise.reject(new StorageError('The disk is full'))
    if (file === 'bug') return Promise.reject(new TypeError('secret: hunter2'))
    return Promise.resolve({ kind: 'done', value: null })
  }
  const socket = await openControlSocket(folder, { backup } as Administration, log)
  t.after(() => void socket.close())
  const says = async (text: string): Promise<string> => {
    const client = connect(socketPath(folder))
    client.on('error', () => {})
    client.write(text)
    let answer = ''
    client.on('data', (bytes: Buffer) => (answer += bytes.toString()))
    await new Promise(resolve => void client.once('close', resolve))
    return answer
  }
  return { folder, log, says }
}

test('a question goes through the socket, and its answer comes back', async t => {
  const { folder } = await server(t)
  assert.deepEqual(await askControlSocket(folder, 'backup', { file: 'x' }), { kind: 'done', value: null })
  assert.deepEqual(await askControlSocket(folder, 'backup', { file: 'full' }), { kind: 'refused', why: 'The disk is full' })
})

test('a mistake of the server is refused without a word of what went wrong inside', async t => {
  const { folder } = await server(t)
  const outcome = await askControlSocket(folder, 'backup', { file: 'bug' })
  assert.equal(outcome?.kind, 'refused')
  assert.doesNotMatch(JSON.stringify(outcome), /hunter2/)
})

test('only its owner may open the socket, from its first moment on', async t => {
  const { folder } = await server(t)
  assert.equal(statSync(socketPath(folder)).mode & 0o777, 0o600)
})

test('what is no question is refused, and what does not end is cut off', async t => {
  const { says } = await server(t)
  const strange = [
    'nonsense',
    'null',
    '[]',
    '"x"',
    '{}',
    '{"command":"backup"}',
    '{"command":"constructor","question":{}}',
    '{"command":["backup"],"question":{}}',
  ]
  for (const line of strange) assert.match(await says(`${line}\n`), /"refused"/, line)
  assert.equal(await says('x'.repeat(1_000_000)), '')
  assert.match(await says('{"command":"backup","question":{"file":"x"}}\n{"command":"backup"'), /^\{"kind":"done","value":null\}\n$/)
})

test('a client that leaves before its answer harms nobody', async t => {
  const { folder, says } = await server(t)
  const client = connect(socketPath(folder), () => client.end('{"command":"backup","question":{"file":"x"}}\n', () => client.destroy()))
  await once(client, 'close')
  assert.match(await says('{"command":"backup","question":{"file":"x"}}\n'), /done/)
})

test('where no server listens nobody is asked: with no socket, and with one that was left behind', async t => {
  const folder = folderFor(t)
  assert.equal(await askControlSocket(folder, 'backup', { file: 'x' }), undefined)
  writeFileSync(socketPath(folder), '')
  assert.equal(await askControlSocket(folder, 'backup', { file: 'x' }), undefined)
})

test('a folder whose path is too long for a socket is refused with the length that would do', t => {
  const folder = join(folderFor(t), 'x'.repeat(100))
  assert.throws(() => socketPath(folder), /too long for a socket.*at most \d+ bytes/)
})
