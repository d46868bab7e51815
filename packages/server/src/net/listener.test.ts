import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { closeAll, closer, listen, tcpServer } from './listener.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }

test('a connection that cannot be accepted, as when files run out, is told of and ends nothing', async () => {
  const server = tcpServer(() => {})
  const heard: string[] = []
  await listen(server, LOOPBACK, error => heard.push(error.message))
  server.emit('error', new Error('accept EMFILE'))
  assert.deepEqual(heard, ['accept EMFILE'])
  await closeAll([server])
})

test('a server is closed though somebody stays', async () => {
  const server = tcpServer(() => {})
  const close = closer(server, 0)
  const { port } = await listen(server, LOOPBACK, () => {})
  const guest = connect(port, '127.0.0.1')
  guest.on('error', () => {})
  await once(server, 'connection')
  await Promise.all([close(), once(guest, 'close')])
})
