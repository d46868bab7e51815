import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { testSettings } from '@plodge/testkit/settings.ts'
import { WebSocket } from 'ws'
import { RawClient, plain } from './raw-client.testing.ts'
import { type Here, PASSWORD, here } from './server.testing.ts'

const OPEN = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.cam.ac.uk' version='1.0'/>`
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const message = (id: string): string => `<message to='juliet@chat.cam.ac.uk/balcony' id='${id}'/>`

/** A WebSocket that waits for one message after the other. */
class Framed {
  readonly socket: WebSocket
  readonly #heard: string[] = []
  #wake: (() => void) | undefined

  constructor(port: number) {
    this.socket = new WebSocket(`wss://127.0.0.1:${port}/xmpp-websocket`, 'xmpp', { rejectUnauthorized: false })
    this.socket.on('message', (data: Buffer) => {
      this.#heard.push(data.toString())
      this.#wake?.()
    })
    this.socket.on('error', () => {})
  }

  async hears(): Promise<string> {
    while (this.#heard.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    return this.#heard.shift() ?? ''
  }

  /** How many messages are there to be heard. */
  get waiting(): number {
    return this.#heard.length
  }

  async asks(text: string, answers: number): Promise<readonly string[]> {
    this.socket.send(text)
    const heard: string[] = []
    while (heard.length < answers) heard.push(await this.hears())
    return heard
  }

  async login(resource: string): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open')
    await this.asks(OPEN, 2)
    await this.asks(`<auth xmlns='${SASL}' mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`, 1)
    await this.asks(OPEN, 2)
    const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`
    await this.asks(`<iq xmlns='jabber:client' type='set' id='b'>${bind}</iq>`, 1)
  }
}

describe('lines over real sockets', () => {
  let town: Here
  before(async () => void (town = await here()))
  after(() => town[Symbol.asyncDispose]())

  test('who says something and closes its side at once is heard to the end', async () => {
    const juliet = await town.login('balcony', 'juliet')
    const romeo = await town.login('orchard')
    romeo.socket.end(['1', '2', '3'].map(message).join('') + '</stream:stream>')
    for (const id of ['1', '2', '3']) await juliet.hears(`id='${id}'/>`)
    assert.match(await romeo.goes(), /<\/stream:stream>$/)
    await juliet.vanishes()
  })

  test('over WebSocket each message is one element, both ways (RFC 7395)', async () => {
    const client = new Framed(town.ports.https)
    await once(client.socket, 'open')
    const [open, features] = await client.asks(OPEN, 2)
    assert.match(
      open ?? '',
      /^<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='[^']+' from='chat\.cam\.ac\.uk' version='1\.0' xml:lang='en'\/>$/,
    )
    assert.match(features ?? '', /^<stream:features xmlns:stream='http:\/\/etherx\.jabber\.org\/streams'>.*<\/stream:features>$/)
    assert.doesNotMatch(features ?? '', /-PLUS|starttls/)
    client.socket.close()
    await once(client.socket, 'close')

    const bound = new Framed(town.ports.https)
    await bound.login('web')
    const self = `<message xmlns='jabber:client' to='romeo@chat.cam.ac.uk/web' id='m'><body>Hail</body></message>`
    const [echo] = await bound.asks(self, 1)
    assert.match(
      echo ?? '',
      /^<message xmlns='jabber:client' to='romeo@chat\.cam\.ac\.uk\/web' from='romeo@chat\.cam\.ac\.uk\/web' id='m'>/,
    )
    assert.deepEqual(await bound.asks(`<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`, 1), [
      `<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`,
    ])
    const [code] = (await once(bound.socket, 'close')) as [number]
    assert.equal(code, 1000)
  })

  test('over WebSocket a client may say everything at once', async () => {
    const client = new Framed(town.ports.https)
    await once(client.socket, 'open')
    const bind = `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`
    for (const text of [OPEN, `<auth xmlns='${SASL}' mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`, OPEN]) client.socket.send(text)
    const heard = await client.asks(bind, 6)
    assert.match(heard[5] ?? '', /<jid>romeo@/)
    client.socket.terminate()
  })

  for (const [what, say, condition] of [
    ['a header and more in one message', `${OPEN}<a xmlns='x'/>`, 'not-well-formed'],
    ['half an element in a message', `<auth xmlns='${SASL}'`, 'not-well-formed'],
    ['a message of bytes', Buffer.from(OPEN), 'policy-violation'],
  ] as const) {
    test(`over WebSocket ${what} end the stream with ${condition}`, async () => {
      const client = new Framed(town.ports.https)
      await once(client.socket, 'open')
      client.socket.send(say)
      const heard = []
      do heard.push(await client.hears())
      while (!heard.at(-1)?.startsWith('<close'))
      assert.ok(
        heard.some(text => text.startsWith('<stream:error') && text.includes(`<${condition} `)),
        heard.join(),
      )
      await once(client.socket, 'close')
    })
  }

  test('a WebSocket message that is far too large is refused by its frame, and the limit follows a reload', async () => {
    for (const stanzaBytes of [262_144, 1000]) {
      await town.server.reload({ ...town.settings, limits: { ...town.settings.limits, stanzaBytes } })
      const client = new Framed(town.ports.https)
      await once(client.socket, 'open')
      client.socket.send(OPEN.replace('/>', `>${'x'.repeat(stanzaBytes * 2)}</open>`))
      const [code] = (await once(client.socket, 'close')) as [number]
      assert.equal(code, 1009)
    }
    await town.server.reload(town.settings)
  })

  test('a bad request to become a WebSocket, reset in the same moment, harms nobody', async () => {
    const plain = connect({ port: town.ports.https, host: '127.0.0.1' })
    const socket = connectTls({ socket: plain, rejectUnauthorized: false })
    for (const one of [plain, socket]) one.on('error', () => {})
    await once(socket, 'secureConnect')
    const request = 'GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    socket.write(request, () => plain.resetAndDestroy())
    await once(plain, 'close')
    const answer = await fetchText(town.ports.https, '/.well-known/host-meta.json')
    assert.match(answer, new RegExp(`wss://chat.cam.ac.uk:${town.ports.https}/xmpp-websocket`))
  })
})

async function fetchText(port: number, path: string): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
  socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  socket.setEncoding('utf8')
  return (await socket.toArray()).join('')
}

test('what a client says too fast stays in its own buffers', async () => {
  await using town = await here({ limits: { rates: true, bytesPerSecond: 1000 }, people: ['romeo'] })
  const flood = Buffer.alloc(32 * 1024 * 1024, ' ')
  const client = await town.login('flood')
  client.socket.write(flood)
  const web = new Framed(town.ports.https)
  await web.login('web')
  for (let sent = 0; sent < flood.length; sent += 65_536) web.socket.send(flood.subarray(0, 65_536), { binary: false })
  // Meanwhile the server has time enough to read all of it, if it would.
  for (let i = 0; i < 20; i++) await (await town.client()).vanishes()
  assert.ok(client.socket.writableLength > flood.length / 2)
  assert.ok(web.socket.bufferedAmount > flood.length / 2)
  web.socket.terminate()
  await client.vanishes()
})

test('a server that stops tells every client why, waits for nobody, and can be started again', async () => {
  const town = await here({ people: ['romeo'] })
  const [bound, known, negotiating] = [await town.login('bound'), await town.client(), await RawClient.connect(town.ports.client)]
  const web = new Framed(town.ports.https)
  await web.login('web')
  const guest = connectTls({ port: town.ports.https, host: '127.0.0.1', rejectUnauthorized: false })
  const operator = connect(join(town.settings.data, 'control.sock'))
  for (const socket of [guest, operator]) socket.on('error', () => {})
  await Promise.all([once(guest, 'secureConnect'), once(operator, 'connect')])
  const started = performance.now()
  const stopped = town[Symbol.asyncDispose]()
  for (const client of [bound, known, negotiating]) assert.match(await client.goes(), /<system-shutdown /)
  assert.match(await web.hears(), /<system-shutdown /)
  await stopped
  assert.ok(performance.now() - started < 1500)
  await assert.rejects(RawClient.connect(town.ports.clientTls), { code: 'ECONNREFUSED' })
})

test('a server that cannot have a port leaves nothing open', async () => {
  await using town = await here({ people: [] })
  const taken = { host: '127.0.0.1', port: town.ports.client }
  const { listen } = town.settings
  const other = here({ people: [], settings: { listen: { ...listen, https: [taken] } } })
  await assert.rejects(other, /cannot listen on 127\.0\.0\.1/)
})

test('newcomers register where that is turned on, so many of one address, and log in at once (XEP-0077)', async () => {
  const users = { ...testSettings().users, localpart: /^[a-z]{2,8}$/, registration: true }
  await using town = await here({ people: ['romeo'], limits: { rates: true }, settings: { users } })
  const client = await RawClient.connect(town.ports.clientTls)
  await client.startTls()
  assert.match(await client.open(), /<register xmlns='http:\/\/jabber\.org\/features\/iq-register'\/>/)
  const ask = (type: string, inside: string): Promise<string> =>
    client.asks(`<iq type='${type}' id='r'><query xmlns='jabber:iq:register'>${inside}</query></iq>`, /<\/iq>|type='result' id='r'\/>/)
  const fill = (username: string, password = 'secret'): Promise<string> =>
    ask('set', `<username>${username}</username><password>${password}</password>`)
  assert.match(
    await ask('get', ''),
    /from='chat\.cam\.ac\.uk' type='result' id='r'><query xmlns='jabber:iq:register'>.*<username\/><password\/>/,
  )
  assert.match(await fill('romeo'), /<error type='cancel'><conflict /)
  assert.match(await fill('no-such-name'), /<not-acceptable /)
  assert.match(await fill('bill', ''), /<not-acceptable /)
  assert.match(await fill('Bill'), /type='result' id='r'\/>$/)
  for (let i = 0; i < 7; i++) await fill('romeo')
  assert.match(await fill('will'), /<resource-constraint /)
  await client.login('bill', 'secret', 'desk')
  await town.server.reload({ ...town.settings, users: { ...users, registration: false } })
  const late = await RawClient.connect(town.ports.clientTls)
  await late.startTls()
  assert.doesNotMatch(await late.open(), /<register/)
  await late.vanishes()
  await client.vanishes()
})
