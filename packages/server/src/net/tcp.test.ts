import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { test } from 'node:test'
import { closeAll, listen, tcpServer } from './listener.ts'
import { TcpConnection } from './tcp.ts'
import type { ServerTls } from './tls.ts'

/** Says that a line is secure, and leaves it as it is. */
const noTls = { accept: (socket: Socket) => ({ socket, endPoint: undefined }) } as unknown as ServerTls

/** Our ends, in the order they came. */
const sockets: Socket[] = []

/** Two ends of one line; TLS never begins here. */
async function line() {
  const { promise, resolve } = Promise.withResolvers<TcpConnection>()
  const server = tcpServer(socket => {
    sockets.push(socket)
    resolve(new TcpConnection(socket, noTls))
  })
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 }, () => {})
  const client = connect(port, '127.0.0.1')
  return { client, connection: await promise, close: () => closeAll([server]) }
}

test('a line that was not being read hears all the same that the client closed its side', async () => {
  const { client, connection, close } = await line()
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  connection.handler = { onText: () => {}, onBadInput: () => {}, onEnd: () => {}, onClose: resolve }
  connection.pause()
  client.end('x'.repeat(10_000_000))
  connection.end()
  const started = performance.now()
  client.resume()
  await closed
  // Otherwise it is cut off after three seconds.
  assert.ok(performance.now() - started < 1500)
  await close()
})

test('what is written is there before the line closes, and nothing after', async () => {
  const { client, connection, close } = await line()
  connection.write('goodbye')
  connection.end()
  connection.write('too late')
  client.setEncoding('utf8')
  const [text] = (await once(client, 'data')) as [string]
  assert.equal(text, 'goodbye')
  client.destroy()
  await close()
})

test('a greeting goes in pieces that cut no character, what is much goes at once, and closing leaves nothing behind', async () => {
  for (const [text, end] of [
    [`a${'😀'.repeat(1400)}`, false],
    [`a${'😀'.repeat(1400)}`, true],
    ['x'.repeat(20_000), false],
  ] as const) {
    const { client, connection, close } = await line()
    const written: number[] = []
    connection.startTls()
    const { _write } = Object.getPrototypeOf(client) as { _write: (this: Socket, text: string, ...rest: unknown[]) => void }
    const ours = sockets.at(-1)!
    ours._write = function (text: string, ...rest: unknown[]) {
      written.push(text.length)
      return _write.call(this, text, ...rest)
    }
    connection.write(text)
    if (end) connection.end()
    let heard = ''
    client.setEncoding('utf8')
    for await (const chunk of client) if ((heard += chunk as string).length >= text.length) break
    assert.equal(heard, text)
    assert.deepEqual(written, text.length > 10_000 || end ? [text.length] : [899, 900, 900, 102])
    client.destroy()
    await close()
  }
})
