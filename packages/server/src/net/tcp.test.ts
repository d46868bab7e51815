import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { closeAll, listen, tcpServer } from './listener.ts'
import { TcpConnection } from './tcp.ts'
import type { ServerTls } from './tls.ts'

/** Two ends of one line; TLS never begins here. */
async function line() {
  const { promise, resolve } = Promise.withResolvers<TcpConnection>()
  const server = tcpServer(socket => resolve(new TcpConnection(socket, {} as ServerTls)))
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
