import assert from 'node:assert/strict'
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { selfSigned } from '../sample/self-signed.ts'

const COMMAND = join(import.meta.dirname, '../plodge.js')
const run = promisify(execFile)

type Child = ChildProcessByStdio<null, Readable, Readable>

class Operator {
  readonly folder = mkdtempSync(join(tmpdir(), 'plodge-start-'))
  readonly config = join(this.folder, 'plodge.toml')
  readonly socket = join(this.folder, 'control.sock')
  #server: Child | undefined
  #log = ''

  constructor(t: TestContext) {
    const { certificate, key } = selfSigned(['localhost'], 1)
    writeFileSync(join(this.folder, 'cert.pem'), certificate)
    writeFileSync(join(this.folder, 'key.pem'), key)
    this.configure('')
    t.after(async () => {
      await this.end('SIGKILL')
      rmSync(this.folder, { recursive: true })
    })
  }

  configure(more: string): void {
    const listen = 'client = "127.0.0.1:0"\nclient_tls = "127.0.0.1:0"\nhttps = false\nmetrics = false'
    const tls = 'certificate = "cert.pem"\nkey = "key.pem"'
    writeFileSync(this.config, `domain = "localhost"\ndata = "."\n[listen]\n${listen}\n[tls]\n${tls}\n${more}`)
  }

  /** Gives the ready line. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [COMMAND, 'start', '--config', this.config], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#server = child
    child.stderr.on('data', (bytes: Buffer) => (this.#log += bytes.toString()))
    const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number]
    assert.ok(line instanceof Buffer, this.#log)
    return line.toString()
  }

  async logged(words: RegExp): Promise<void> {
    while (!words.test(this.#log)) await once(this.#server?.stderr ?? assert.fail('no server'), 'data')
  }

  signal(signal: NodeJS.Signals): void {
    this.#server?.kill(signal)
  }

  /** Gives the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#server
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const ended = once(child, 'close')
    child.kill(signal)
    const [code] = (await ended) as [number | null]
    return code
  }

  async does(...words: readonly string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [COMMAND, ...words, '--config', this.config])
    return stdout
  }

  async adds(name: string): Promise<void> {
    const child = spawn(process.execPath, [COMMAND, 'user', 'add', name, '--config', this.config], { stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end('hunter2\n')
    assert.deepEqual(await once(child, 'close'), [0, null])
  }
}

test('a server starts, is administered while it runs, takes a new configuration but no bad one, and stops', async t => {
  const operator = new Operator(t)
  const ready = await operator.start()
  assert.match(ready, /^ready\b.*client 127\.0\.0\.1:\d+, clientTls 127\.0\.0\.1:\d+/)
  assert.equal(statSync(operator.socket).mode & 0o777, 0o600)
  await operator.adds('fanf2')
  assert.match(await operator.does('user', 'show', 'fanf2'), /devices +none connected/)

  operator.configure('[limits]\nstanza_bytes = "big"\n')
  operator.signal('SIGHUP')
  await operator.logged(/plodge\.toml:\d+: limits\.stanza_bytes must be/)
  operator.configure('[limits]\nstanza_bytes = 20000\n')
  operator.signal('SIGHUP')
  await operator.logged(/configuration read again/)

  await assert.rejects(run(process.execPath, [COMMAND, 'start', '--config', operator.config]), /in use by another process/)
  assert.equal(await operator.end('SIGTERM'), 0)
  assert.equal(existsSync(operator.socket), false)
  assert.match(await operator.does('user', 'show', 'fanf2'), /the server does not run/)
})

test('after kill -9 the socket that was left behind hinders neither the command nor the next server', async t => {
  const operator = new Operator(t)
  await operator.start()
  await operator.adds('fanf2')
  await operator.end('SIGKILL')
  assert.equal(existsSync(operator.socket), true)
  assert.match(await operator.does('user', 'list'), /fanf2@localhost/)
  await operator.start()
  assert.match(await operator.does('user', 'show', 'fanf2'), /none connected/)
})

test('a second signal ends a server that takes its time over the first', async t => {
  const operator = new Operator(t)
  const port = Number(/client 127\.0\.0\.1:(\d+)/.exec(await operator.start())?.[1])
  // Somebody whose client will not hang up.
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => {})
  client.write(
    "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
  )
  await once(client, 'data')
  operator.signal('SIGTERM')
  await operator.logged(/stopping/)
  assert.equal(await operator.end('SIGTERM'), 1)
  client.destroy()
})

test('a password is read from standard input, and from nowhere else', async t => {
  const operator = new Operator(t)
  await assert.rejects(operator.does('user', 'add', 'fanf2', '--password', 'hunter2'), /--password/)
  await operator.adds('fanf2')
  assert.equal(readFileSync(operator.config, 'utf8').includes('hunter2'), false)
})
