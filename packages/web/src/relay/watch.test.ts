/** Which browser is which at the chat server, and how each is ended from elsewhere: the tier's side of it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ForBrowser } from '@plodge/xmpp/web-tier/words.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { WebSocket } from 'ws'
import { type Browser, HOST, ORIGIN, type Tier, tier } from '../web.testing.ts'

const SUCCESS = `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`
const ended = (id: string, of = 'spqr2'): string => `<ended xmlns='urn:plodge:web-tier:0' of='${of}' id='${id}'/>`
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe('a browser at the chat server', () => {
  let town: Tier
  /** What the tier says on its own stream, and that stream. */
  let said: string[]
  let line: PromiseWithResolvers<WebSocket>
  let heard: () => void
  beforeEach(async () => {
    said = []
    heard = () => {}
    line = Promise.withResolvers()
    town = await tier(undefined, chat => {
      chat.watched = (frame, socket) => {
        said.push(frame)
        line.resolve(socket)
        heard()
      }
    })
  })
  afterEach(() => town[Symbol.asyncDispose]())

  const says = async (wanted: RegExp): Promise<string> => {
    for (;;) {
      const found = said.find(frame => wanted.test(frame))
      if (found !== undefined) return found
      await new Promise<void>(resolve => (heard = resolve))
    }
  }
  /** A window of it, through; and what was said of the browser. */
  async function opens(browser: Browser, headers: object = {}) {
    const { promise, resolve } = Promise.withResolvers<string>()
    town.chat.login = (_, words) => {
      resolve(words)
      return SUCCESS
    }
    const socket = browser.socket({ 'User-Agent': FIREFOX, ...headers })
    const frames: string[] = []
    socket.on('message', (data: Buffer) => void frames.push(data.toString('utf8')))
    const closed = once(socket, 'close')
    await once(socket, 'open')
    return { socket, frames, closed, words: ForBrowser.read(parse(await promise)) }
  }
  const arrives = async (principal = 'spqr2') => {
    const browser = town.browser()
    await browser.signsIn(principal)
    return { browser, ...(await opens(browser)) }
  }
  const addressOf = async (browser: Browser): Promise<string | null> => JSON.parse((await browser.asks('/session')).body).address

  test('is told with its name, its address and its end, the same for all its windows, and others for others', async () => {
    const one = await arrives()
    const { id, ...words } = one.words
    assert.deepEqual(words, { address: '127.0.0.1', name: 'Firefox on Linux', idle: 1800, until: town.clock.now() + 8 * 3_600_000 })
    assert.match(id, /^[0-9a-f]{20}$/)
    assert.equal((await opens(one.browser)).words.id, id)
    assert.notEqual((await arrives()).words.id, id)
    assert.ok(![...one.browser.cookies.values()].some(word => word.includes(id)))
  })

  test('that its person ended elsewhere is out at once, with a line or without, and no other is', async () => {
    const [one, away, other] = [await arrives(), await arrives(), await arrives()]
    away.socket.close()
    await away.closed
    const tierLine = await line.promise
    for (const { words } of [one, away]) {
      tierLine.send(ended(words.id))
      await says(new RegExp(`<noted .*of='spqr2' id='${words.id}'`))
    }
    await one.closed
    assert.match(one.frames.join(''), /<not-authorized .*signed out from another device/)
    for (const { browser } of [one, away]) {
      assert.equal(await addressOf(browser), null)
      const socket = browser.socket()
      socket.on('error', () => {})
      const [, { statusCode }] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
      assert.equal(statusCode, 401)
    }
    assert.equal(await addressOf(other.browser), `spqr2@${HOST}`)
    assert.deepEqual([other.frames, said.filter(frame => frame.startsWith('<ended'))], [[], []])
    other.socket.terminate()
  })

  test('of another tier is not ours to note', async () => {
    const one = await arrives()
    const tierLine = await line.promise
    tierLine.send(ended('0'.repeat(20)))
    tierLine.send(ended(one.words.id, 'fanf2'))
    tierLine.send('<nonsense/>')
    tierLine.send(ended(one.words.id))
    await says(/<noted/)
    assert.deepEqual(
      said.filter(frame => !frame.startsWith('<watch')).map(frame => /<(\w+).* id='(\w+)'/.exec(frame)?.slice(1)),
      [['noted', one.words.id]],
    )
  })

  test('that the chat server refuses as ended is out, and no other of the same person', async () => {
    const [one, other] = [await arrives(), await arrives()]
    town.chat.login = () => `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><credentials-expired/></failure>`
    const again = one.browser.socket()
    await Promise.all([once(again, 'close'), one.closed])
    assert.match(one.frames.join(''), /<not-authorized /)
    assert.deepEqual([await addressOf(one.browser), await addressOf(other.browser)], [null, `spqr2@${HOST}`])
    assert.deepEqual(other.frames, [])
    other.socket.terminate()
  })

  test('that signs out or is over is told of, until the chat server has noted it', async () => {
    const [out, late] = [await arrives(), await arrives('fanf2')]
    for (const { socket, closed } of [out, late]) {
      socket.close()
      await closed
    }
    await line.promise
    await out.browser.asks('/sign-out', { method: 'POST', headers: { Origin: ORIGIN } })
    const first = await says(new RegExp(`<ended .*of='spqr2' id='${out.words.id}'`))
    const tierLine = await line.promise
    tierLine.send(first.replace('ended', 'noted'))
    town.clock.advance({ minutes: 31 })
    assert.equal(await addressOf(late.browser), null)
    await says(new RegExp(`<ended .*of='fanf2' id='${late.words.id}'`))
    said.length = 0
    tierLine.terminate()
    await says(new RegExp(`of='fanf2' id='${late.words.id}'`))
    assert.deepEqual(
      said.map(frame => frame.slice(0, 6)),
      ['<watch', '<ended'],
    )
  })
})
