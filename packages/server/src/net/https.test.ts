import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { TLSSocket, connect } from 'node:tls'
import { type Here, here } from '../streams/server.testing.ts'
import { Guest } from './http-guest.ts'

const META = 'GET /.well-known/host-meta HTTP/1.1\r\nHost: x\r\n\r\n'

describe('the HTTPS listener', () => {
  let town: Here
  before(async () => void (town = await here({ people: [] })))
  after(() => town[Symbol.asyncDispose]())

  /** Everything that comes until `last` did, or the end. */
  async function says(text: string, last: RegExp): Promise<string> {
    const socket = connect({ port: town.ports.https, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    socket.on('error', () => {})
    socket.setEncoding('utf8')
    socket.write(text)
    let heard = ''
    for await (const chunk of socket) {
      heard += chunk as string
      if (last.test(heard)) break
    }
    socket.destroy()
    return heard
  }

  test('a connection takes one request after another', async () => {
    const heard = await says(META + META.replace('host-meta', 'host-meta.json'), /"links".*\}/)
    assert.equal(heard.match(/HTTP\/1\.1 200 OK/g)?.length, 2)
    assert.match(heard, /Connection: keep-alive\r\nKeep-Alive: timeout=20/)
  })

  test('who asks for too much ahead is cut off', async () => {
    const heard = await says(META.repeat(200), /never/)
    assert.ok((heard.match(/200 OK/g)?.length ?? 0) < 200)
  })

  for (const [what, request, status] of [
    ['an unknown path', 'GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['a method that is not for it', META.replace('GET', 'DELETE'), 405],
    ['a body where none belongs', META.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\nhello'), 413],
    ['a header that is too large', META.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), 431],
    ['what is not HTTP', 'hello\r\n\r\n', 400],
  ] as const) {
    test(`${what} is answered by ${status}`, async () => {
      assert.match(await says(request, /\r\n\r\n/), new RegExp(`^HTTP/1\\.1 ${status} `))
    })
  }
})

test('a guest who does not come to the point is cut off, however much it says', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const plain = new Socket()
  const guest = new Guest(plain, new TLSSocket(plain), () => {})
  t.mock.timers.tick(9999)
  assert.ok(guest.begins())
  guest.allow(60_000)
  t.mock.timers.tick(59_999)
  assert.ok(!plain.destroyed)
  guest.ends()
  t.mock.timers.tick(29_999)
  assert.ok(!plain.destroyed)
  t.mock.timers.tick(1)
  assert.ok(plain.destroyed)
  t.mock.timers.reset()
  await once(plain, 'close')
})
