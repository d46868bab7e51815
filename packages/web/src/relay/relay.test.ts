import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, afterEach, before, describe, test } from 'node:test'
import type { WebSocket } from 'ws'
import { HOST, ORIGIN, type Tier, tier } from '../web.testing.ts'

const MESSAGE = `<message xmlns='jabber:client' to='fanf2@chat.test'><body>Grüße &amp; 🎈</body></message>`

describe('the relay', () => {
  let town: Tier
  before(async () => void (town = await tier()))
  after(() => town[Symbol.asyncDispose]())
  afterEach(() => {
    town.chat.heard = () => {}
    town.chat.login = () => `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`
  })

  async function signedIn(principal = 'spqr2') {
    const browser = town.browser()
    await browser.signsIn(principal)
    return browser
  }
  const nextFrame = async (socket: WebSocket): Promise<string> => {
    const [data] = (await once(socket, 'message')) as [Buffer]
    return data.toString('utf8')
  }
  /** Everything until it closes. */
  async function allOf(socket: WebSocket): Promise<{ readonly frames: readonly string[]; readonly code: number }> {
    const frames: string[] = []
    socket.on('message', (data: Buffer) => void frames.push(data.toString('utf8')))
    const [code] = (await once(socket, 'close')) as [number]
    return { frames, code }
  }
  const refusal = async (socket: WebSocket): Promise<number> => {
    socket.on('error', () => {})
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    socket.terminate()
    return response.statusCode
  }

  test('logs the person in who signed in, with our certificate, and the browser sees nothing of it', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    town.chat.login = authzid => {
      resolve(authzid)
      return `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`
    }
    town.chat.heard = (frame, socket) => socket.send(frame)
    const socket = (await signedIn()).socket()
    await once(socket, 'open')
    socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${HOST}' version='1.0'/>`)
    assert.match(await nextFrame(socket), /^<open .*to=/)
    assert.equal(await promise, `spqr2@${HOST}`)
    assert.equal(town.chat.certificates.at(-1), `CN=${HOST}`)
    socket.terminate()
  })

  test('passes frames as they are, both ways, in order', async () => {
    const heard: string[] = []
    town.chat.heard = (frame, socket) => {
      heard.push(frame)
      socket.send(`<r>${frame}</r>`)
    }
    const socket = (await signedIn()).socket()
    await once(socket, 'open')
    const got: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.on('message', (data: Buffer) => {
      if (got.push(data.toString('utf8')) === 200) resolve()
    })
    const said = Array.from({ length: 200 }, (_, i) => MESSAGE.replace('🎈', `🎈${i}`))
    for (const frame of said) socket.send(frame)
    await promise
    assert.deepEqual(heard, said)
    assert.deepEqual(
      got,
      said.map(frame => `<r>${frame}</r>`),
    )
    socket.terminate()
  })

  for (const [what, headers, status] of [
    ['a page of another site', { Origin: 'https://evil.test' }, 403],
    ['a page of a site whose name begins like ours', { Origin: `${ORIGIN}.evil.test` }, 403],
    ['no page at all', { Origin: '' }, 403],
    ['a browser without a session', { Cookie: '' }, 401],
    ['a browser with a made-up session', { Cookie: `__Host-plodge=${'x'.repeat(43)}` }, 401],
    ['another name of this machine', { Host: 'evil.test' }, 421],
  ] as const)
    test(`is closed to ${what}`, async () => assert.equal(await refusal((await signedIn()).socket(headers)), status))

  test('is closed at any other path, and to any other protocol', async () => {
    const browser = await signedIn()
    assert.equal(await refusal(browser.socket({}, '/xmpp-websocket/')), 404)
    assert.equal(await refusal(browser.socket({}, '/xmpp-websocket', 'soap')), 400)
  })

  async function through(principal = 'spqr2') {
    const browser = await signedIn(principal)
    const socket = browser.socket()
    const heard = Promise.withResolvers<WebSocket>()
    town.chat.heard = (_, chat) => heard.resolve(chat)
    await once(socket, 'open')
    socket.send(MESSAGE)
    return { browser, socket, chat: await heard.promise }
  }

  test('signing out ends the stream on both sides, at once and for good', async () => {
    const { browser, socket, chat } = await through()
    const [all, said] = [allOf(socket), nextFrame(chat)]
    await browser.asks('/sign-out', { method: 'POST', headers: { Origin: ORIGIN } })
    assert.match(await said, /^<close /)
    const { frames, code } = await all
    assert.match(frames[0] ?? '', /not-authorized.*You signed out/)
    assert.match(frames[1] ?? '', /^<close /)
    assert.equal(code, 1000)
  })

  test('a session that was as long as it may be ends the stream in a way that has the page sign in anew', async () => {
    const { browser, socket } = await through()
    const all = allOf(socket)
    town.clock.advance({ minutes: 8 * 60 + 1 })
    await browser.asks('/session')
    assert.match((await all).frames[0] ?? '', /<reset .*sign in again/)
  })

  test('a browser that vanishes leaves a stream that can be resumed: the chat server hears no end', async () => {
    const { socket, chat } = await through()
    const all = allOf(chat)
    socket.terminate()
    assert.deepEqual(await all, { frames: [], code: 1006 })
  })

  test('what the chat server ends, it ends for the browser, with its reason', async () => {
    const { socket, chat } = await through()
    const all = allOf(socket)
    chat.send('<reason/>')
    chat.close(1000)
    assert.deepEqual(await all, { frames: ['<reason/>'], code: 1000 })
  })

  test('somebody whom the chat server does not let in is signed out everywhere', async () => {
    const { browser, socket } = await through()
    const all = allOf(socket)
    town.chat.login = () => `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/></failure>`
    const second = browser.socket()
    const [{ frames }, again] = await Promise.all([all, allOf(second)])
    assert.match(frames[0] ?? '', /not-authorized.*not be here any more/)
    assert.match(again.frames[0] ?? '', /not-authorized/)
    assert.equal(JSON.parse((await browser.asks('/session')).body).address, null)
  })

  test('somebody whom it lets in later stays signed in', async () => {
    const browser = await signedIn()
    town.chat.login = () => `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/></failure>`
    const { frames } = await allOf(browser.socket())
    assert.match(frames[0] ?? '', /resource-constraint/)
    assert.equal(JSON.parse((await browser.asks('/session')).body).address, `spqr2@${HOST}`)
  })

  test('a chat server that does not want our certificate is trouble, and said so', async () => {
    const browser = await signedIn()
    town.chat.login = () => `<oddity xmlns='urn:x'/>`
    const { frames } = await allOf(browser.socket())
    assert.match(frames[0] ?? '', /remote-connection-failed/)
    const health = await fetch(`http://127.0.0.1:${town.metricsPort}/health`)
    assert.deepEqual(
      [health.status, await health.text()],
      [503, 'The chat server cannot be reached, or does not let us in: it says <oddity/>\n'],
    )
  })

  test('a frame that is not text ends the stream', async () => {
    const { socket } = await through()
    const all = allOf(socket)
    socket.send(Buffer.from(MESSAGE), { binary: true })
    assert.match((await all).frames[0] ?? '', /policy-violation/)
  })

  test('a frame that is too large ends the line', async () => {
    const { socket } = await through()
    const all = allOf(socket)
    socket.send('x'.repeat(1_048_577))
    assert.equal((await all).code, 1009)
  })

  test('neither side fills our memory when the other does not read', async () => {
    for (const reader of ['chat', 'browser'] as const) {
      const { socket, chat } = await through()
      const [writes, reads] = reader === 'chat' ? [socket, chat] : [chat, socket]
      reads.pause()
      const most = 400
      let got = 0
      const done = Promise.withResolvers<void>()
      reads.on('message', () => void (++got === most && done.resolve()))
      const frame = 'x'.repeat(100_000)
      const before = process.memoryUsage().external
      for (let i = 0; i < most; i++) writes.send(frame)
      // What the relay does not take stays with the writer.
      await new Promise(resolve => void setTimeout(resolve, 300))
      assert.ok(writes.bufferedAmount > (most * frame.length) / 2, `${reader}: ${writes.bufferedAmount} bytes stay with the writer`)
      assert.ok(process.memoryUsage().external - before < most * frame.length * 2)
      reads.resume()
      await done.promise
      assert.equal(got, most)
      socket.terminate()
    }
  })

  test('a session has so many windows', async () => {
    const browser = await signedIn()
    const sockets = Array.from({ length: 20 }, () => browser.socket())
    await Promise.all(sockets.map(socket => once(socket, 'open')))
    assert.equal(await refusal(browser.socket()), 429)
    for (const socket of sockets) socket.terminate()
  })
})

test('when the tier stops, browsers hear that it goes away, and the chat server no end', async () => {
  await using town = await tier()
  const browser = town.browser()
  await browser.signsIn()
  const heard = Promise.withResolvers<WebSocket>()
  town.chat.heard = (_, chat) => heard.resolve(chat)
  const socket = browser.socket()
  await once(socket, 'open')
  socket.send(MESSAGE)
  const chat = await heard.promise
  const frames: unknown[] = []
  chat.on('message', frame => void frames.push(frame))
  const [[code]] = (await Promise.all([once(socket, 'close'), once(chat, 'close'), town.stop()])) as [[number], unknown, unknown]
  assert.deepEqual([code, frames], [1001, []])
})

for (const [what, changed] of [
  ['is not there', { port: 1 }],
  ['cannot be found', { host: 'nowhere.invalid' }],
] as const)
  test(`while the chat server ${what}, browsers are told so and may try again`, async () => {
    const chat = { host: '127.0.0.1', port: 1, authorities: undefined, ...changed }
    await using town = await tier(files => ({ chat: { ...files, ...chat } }))
    const browser = town.browser()
    await browser.signsIn()
    for (let i = 0; i < 3; i++) {
      const socket = browser.socket()
      const frames: string[] = []
      socket.on('message', (data: Buffer) => void frames.push(data.toString('utf8')))
      await once(socket, 'open')
      // It waits a while, for it might be a restart.
      town.clock.advance({ seconds: 8 })
      await once(socket, 'close')
      assert.match(frames[0] ?? '', /remote-connection-failed/)
    }
    assert.match((await browser.asks('/session')).body, /"spqr2@/)
    assert.equal((await fetch(`http://127.0.0.1:${town.metricsPort}/health`)).status, 503)
  })
