import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { selfSigned } from '../sample/self-signed.ts'

const COMMAND = join(import.meta.dirname, '../plodge.js')
const run = promisify(execFile)

function campus(folder: string, name: string) {
  const data = join(folder, name)
  mkdirSync(data)
  const { certificate, key } = selfSigned(['localhost'], 1)
  writeFileSync(join(data, 'cert.pem'), certificate)
  writeFileSync(join(data, 'key.pem'), key)
  const config = join(data, 'plodge.toml')
  const listen = 'client = "127.0.0.1:0"\nclient_tls = false\nhttps = false\nmetrics = false'
  writeFileSync(config, `domain = "localhost"\ndata = "."\n[listen]\n${listen}\n[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n`)
  return {
    config,
    does: async (...words: readonly string[]): Promise<string> =>
      (await run(process.execPath, [COMMAND, ...words, '--config', config])).stdout,
  }
}

test('somebody is moved from a server that runs to one that rests, and back', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-moving-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [old, fresh] = [campus(folder, 'old'), campus(folder, 'fresh')]
  const adding = spawn(process.execPath, [COMMAND, 'user', 'add', 'fanf2', '--name', 'Tony <F>', '--config', old.config], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  adding.stdin.end('hunter2\n')
  assert.deepEqual(await once(adding, 'close'), [0, null])
  const server = spawn(process.execPath, [COMMAND, 'start', '--config', old.config], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.after(() => server.kill('SIGKILL'))
  await once(server.stdout, 'data')

  const file = join(folder, 'fanf2.xml')
  assert.match(await old.does('user', 'export', 'fanf2', file), /Wrote fanf2/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  await assert.rejects(old.does('user', 'export', 'fanf2', file), /exists already/)
  await assert.rejects(old.does('user', 'export', 'nobody', join(folder, 'x.xml')), /nobody called/)
  await assert.rejects(old.does('user', 'export', 'fanf2', join(folder, 'none', 'x.xml')), /cannot be written/)
  await assert.rejects(old.does('user', 'export', 'fanf2'), { code: 2 })

  const { people } = JSON.parse(await fresh.does('user', 'import', file, '--json')) as { people: readonly { localpart: string }[] }
  assert.deepEqual(
    people.map(({ localpart }) => localpart),
    ['fanf2'],
  )
  const person = JSON.parse(await fresh.does('user', 'show', 'fanf2', '--json')) as { name: string; proof: string; lockedAt: null }
  assert.deepEqual([person.name, person.proof, person.lockedAt], ['Tony <F>', 'scram', null])
  const back = join(folder, 'back.xml')
  await fresh.does('user', 'export', 'fanf2', back)
  assert.equal(readFileSync(back, 'utf8'), readFileSync(file, 'utf8'))

  assert.match(await old.does('user', 'import', back), /^fanf2 {2}known/)
  await assert.rejects(old.does('user', 'import', join(folder, 'none.xml')), /cannot be read/)
  writeFileSync(back, readFileSync(back, 'utf8').slice(0, -30))
  await assert.rejects(old.does('user', 'import', back), /part of it is missing.*import it again/s)
})
