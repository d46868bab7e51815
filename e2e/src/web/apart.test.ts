/**
 * Chat server and web tier as two processes, set up by an operator as docs/web.md says: a certificate by openssl, a configuration for each,
 * `--role chat` and `--role web`; then health, figures, SIGHUP, SIGTERM, and signing in with the password of a chat account.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { ServerChild } from '../target/child.ts'
import { freePorts } from '../target/ports.ts'
import { PLAIN_PAGE } from './campus.ts'
import { bindsAs, cookieOf } from './sign-in.ts'
import { type Place, makePlace } from './tier.ts'

const COMMAND = join(import.meta.dirname, '../../../packages/plodge/src/plodge.js')
/** What the manual promises. */
const LONGEST_STOP_MS = 5000
const run = promisify(execFile)

interface Ports {
  readonly clientTls: number
  readonly https: number
  readonly chatMetrics: number
  readonly webMetrics: number
}

/** Writes chat.toml and web.toml. */
async function configure({ folder, port, url }: Place, { clientTls, https, chatMetrics, webMetrics }: Ports): Promise<void> {
  const [certificate, key] = [join(folder, 'web.pem'), join(folder, 'web-key.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650', '-subj', '/CN=web tier']
  await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate])
  const { stdout } = await run('openssl', ['x509', '-in', certificate, '-noout', '-fingerprint', '-sha256'])
  const fingerprint = stdout.trim().split('=')[1] ?? assert.fail(stdout)
  mkdirSync(join(folder, 'tier'))
  // Nobody signs in by Raven here.
  mkdirSync(join(folder, 'raven-keys'))
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(folder, 'raven-keys/pubkey2'), publicKey.export({ type: 'spki', format: 'pem' }))
  const shared = `domain = "localhost"
[tls]
certificate = "cert.pem"
key = "key.pem"
[users]
localpart = "^[a-z][a-z0-9]{1,7}$"
`
  writeFileSync(
    join(folder, 'chat.toml'),
    `data = "chat"
${shared}[listen]
client = false
client_tls = "127.0.0.1:${clientTls}"
https = "127.0.0.1:${https}"
metrics = "127.0.0.1:${chatMetrics}"
[web]
certificate_fingerprint = "${fingerprint}"
`,
  )
  writeFileSync(
    join(folder, 'web.toml'),
    `data = "tier"
${shared}[web]
listen = "127.0.0.1:${port}"
metrics = "127.0.0.1:${webMetrics}"
public_url = "${url}"
chat = "localhost:${https}"
chat_authorities = "cert.pem"
client_certificate = "web.pem"
client_key = "web-key.pem"
password_sign_in = true
sign_on = { kind = "raven", keys = "raven-keys" }
client = "${PLAIN_PAGE}"
`,
  )
}

describe('chat server and web tier apart', { timeout: 60_000 }, () => {
  let place: Place
  let ports: Ports
  let [chat, web]: (ServerChild | undefined)[] = []
  const server = (role: 'chat' | 'web'): ServerChild =>
    new ServerChild({
      file: process.execPath,
      args: [COMMAND, 'start', '--role', role, '--config', join(place.folder, `${role}.toml`)],
      env: { NODE_EXTRA_CA_CERTS: join(place.folder, 'cert.pem') },
      isReady: output => /^ready\b/m.test(output),
    })
  const plodge = (words: readonly string[], input = ''): Promise<unknown> => {
    const done = run(process.execPath, [COMMAND, ...words, '--config', join(place.folder, 'chat.toml')])
    done.child.stdin?.end(input)
    return done
  }
  const health = (port: number): Promise<Response> => fetch(`http://127.0.0.1:${port}/health`)
  before(async () => {
    place = await makePlace()
    setDefaultCACertificates([...getCACertificates('default'), place.certificate])
    const [clientTls = 0, https = 0, chatMetrics = 0, webMetrics = 0] = await freePorts(4)
    ports = { clientTls, https, chatMetrics, webMetrics }
    await configure(place, ports)
    chat = server('chat')
    web = server('web')
    await chat.start()
    await web.start()
    await plodge(['user', 'add', 'fanf2', '--name', 'Tony'], 'correct horse\n')
  })
  after(async () => {
    await web?.stop()
    await chat?.stop()
    place?.[Symbol.dispose]()
  })

  async function signsIn(password: string): Promise<Response> {
    const { url } = place
    const form = await fetch(`${url}/sign-on/password`)
    const cookie = form.headers
      .getSetCookie()
      .map(line => line.split(';')[0])
      .join('; ')
    const body = new URLSearchParams()
    for (const [, name = '', value = ''] of (await form.text()).matchAll(/name="([^"]+)" value="([^"]*)"/g)) body.set(name, value)
    body.set('name', 'fanf2')
    body.set('password', password)
    const headers = { Cookie: cookie, Origin: url }
    return fetch(`${url}/sign-on/password`, { method: 'POST', body, headers, redirect: 'manual' })
  }

  test('both are healthy, and say their figures', async () => {
    for (const port of [ports.chatMetrics, ports.webMetrics]) assert.equal((await health(port)).status, 200)
    const figures = await (await fetch(`http://127.0.0.1:${ports.webMetrics}/metrics`)).text()
    assert.match(figures, /^plodge_web_sessions 0$/m)
  })

  test('the password of a chat account signs its person in; another does not', async () => {
    const refused = await signsIn('battery staple')
    assert.deepEqual([refused.status, refused.headers.getSetCookie().some(line => line.startsWith('__Host-plodge='))], [403, false])
    const cookie = cookieOf(await signsIn('correct horse'), '__Host-plodge')
    const { jid, socket } = await bindsAs(place.url, cookie)
    assert.match(jid, /^fanf2@localhost\//)

    for (const one of [chat, web]) {
      const before = one?.output.length ?? 0
      process.kill(one?.pid ?? 0, 'SIGHUP')
      await one?.says(/read again/, before)
    }
    assert.equal(socket.readyState, WebSocket.OPEN, 'nobody is thrown out')

    const closed = new Promise(resolve => socket.addEventListener('close', resolve))
    await plodge(['user', 'lock', 'fanf2'])
    await closed
    await assert.rejects(bindsAs(place.url, cookie), 'who is locked does not come back')
    await plodge(['user', 'unlock', 'fanf2'])
  })

  test('each stops at once when it is told to, and the tier says that the chat server is away', async () => {
    const cookie = cookieOf(await signsIn('correct horse'), '__Host-plodge')
    const { socket } = await bindsAs(place.url, cookie)
    const ended = new Promise(resolve => socket.addEventListener('close', resolve))
    const chatStopped = await chat?.stop()
    await ended
    await assert.rejects(bindsAs(place.url, cookie))
    const sick = await health(ports.webMetrics)
    assert.equal(sick.status, 503)
    assert.match(await sick.text(), /chat server/)
    await chat?.start()
    const back = await bindsAs(place.url, cookie)
    assert.match(back.jid, /^fanf2@localhost\//, 'the same session goes on')
    const webStopped = await web?.stop()
    for (const outcome of [chatStopped, webStopped]) {
      assert.equal(outcome?.code, 0)
      assert.ok((outcome?.milliseconds ?? Infinity) < LONGEST_STOP_MS)
    }
    await web?.start()
    const again = await bindsAs(place.url, cookie)
    assert.match(again.jid, /^fanf2@localhost\//, 'who was signed in is so after the tier came back')
    again.socket.close()
  })
})
