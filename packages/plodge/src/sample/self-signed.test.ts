import assert from 'node:assert/strict'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { selfSigned } from './self-signed.ts'

test('a self-made certificate says what it was asked to say, and is signed by its own key', () => {
  const now = Date.UTC(2026, 10, 23, 12)
  const { certificate, key } = selfSigned(['chat.example', '127.0.0.1', '::1', '2001:db8::c:1'], 825, now)
  const x509 = new X509Certificate(certificate)
  assert.equal(x509.subject, 'CN=chat.example')
  assert.equal(x509.subjectAltName, 'DNS:chat.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:C:1')
  assert.equal(x509.validFromDate.getTime(), now - 3_600_000)
  assert.equal(x509.validToDate.getTime(), now + 825 * 86_400_000)
  assert.equal(x509.ca, false)
  assert.deepEqual(x509.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.ok(x509.verify(x509.publicKey))
  assert.ok(x509.checkPrivateKey(createPrivateKey(key)))
})

test('a certificate that outlives 2049 writes the year in full', () => {
  const { certificate } = selfSigned(['localhost'], 1, Date.UTC(2050, 5, 1))
  assert.equal(new X509Certificate(certificate).validToDate.toISOString(), '2050-06-02T00:00:00.000Z')
})

test('a client that trusts the certificate talks to a server that has it', async () => {
  const { certificate, key } = selfSigned(['localhost', '127.0.0.1'], 1)
  const server = createServer({ cert: certificate, key }, socket => socket.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: certificate })
  const [data] = (await once(client, 'data')) as [Buffer]
  assert.equal(data.toString(), 'hello')
  client.destroy()
  server.close()
})
