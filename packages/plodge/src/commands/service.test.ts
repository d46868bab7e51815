import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { selfSigned } from '../sample/self-signed.ts'

const COMMAND = join(import.meta.dirname, '../plodge.js')
const run = promisify(execFile)

function campus(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-service-'))
  const config = join(folder, 'plodge.toml')
  const { certificate, key } = selfSigned(['localhost'], 1)
  writeFileSync(join(folder, 'cert.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key)
  const listen = 'client = "127.0.0.1:0"\nclient_tls = false\nhttps = false\nmetrics = false'
  const roles = 'operator = ["fanf2"]'
  writeFileSync(
    config,
    `domain = "localhost"\ndata = "."\n[listen]\n${listen}\n[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n[roles]\n${roles}\n`,
  )
  const children: ChildProcess[] = []
  t.after(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  const begins = (...words: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [COMMAND, ...words, '--config', config], { stdio: ['pipe', 'pipe', 'ignore'] })
    children.push(child)
    return child
  }
  const does = async (...words: readonly string[]): Promise<string> =>
    (await run(process.execPath, [COMMAND, ...words, '--config', config])).stdout
  const json = async <T>(...words: readonly string[]): Promise<T> => JSON.parse(await does(...words, '--json')) as T
  return { begins, does, json }
}

test('the service is administered while it rests and while it runs, and ends as it was told', async t => {
  const { begins, does, json } = campus(t)
  const adding = begins('user', 'add', 'spqr1')
  adding.stdin?.end('hunter2\n')
  assert.deepEqual(await once(adding, 'close'), [0, null])
  await does('role', 'set', 'helpdesk', 'spqr1')
  await does('motd', 'set', 'Lent begins')
  await assert.rejects(does('announce', 'Is anybody there?'), /does not run/)

  const server = begins('start')
  await once(server.stdout ?? assert.fail(), 'data')
  assert.match(await does('role', 'list'), /fanf2@localhost +operator +the configuration\nspqr1@localhost +helpdesk +command/)
  assert.match(await does('motd', 'show'), /Message of the day +Lent begins/)
  assert.equal((await json<{ registered: string }>('statistics')).registered, '1')
  await assert.rejects(does('session', 'end', 'nobody'), /nobody called nobody/i)
  await assert.rejects(does('role', 'set', 'king', 'spqr1'), { code: 2 })
  await does('announce', 'The bell rings')

  const { rows } = await json<{ rows: readonly { command: string; about: string; who: string }[] }>('audit')
  assert.deepEqual(
    rows.map(({ command }) => command),
    [
      'audit',
      'announce',
      'end-user-session',
      'statistics',
      'show-notices',
      'list-roles',
      'announce',
      'set-motd',
      'edit-helpdesk',
      'addUser',
    ],
  )
  assert.match(rows[0]?.who ?? '', /^plodge \w+/)
  assert.equal(rows.at(-1)?.about, 'spqr1')
  assert.doesNotMatch(JSON.stringify(rows), /hunter2|bell/)

  await does('restart', '--delay', '0')
  assert.deepEqual(await once(server, 'close'), [75, null])
})
