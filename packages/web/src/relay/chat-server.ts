/** The way to the chat server: WebSocket over TLS, both with a certificate. TLS sessions are resumed, so that after a restart thousands come back fast. */
import { readFileSync } from 'node:fs'
import { type ConnectionOptions, type TLSSocket, connect, createSecureContext, rootCertificates } from 'node:tls'
import { WebSocket } from 'ws'
import type { WebTierSettings } from '../settings.ts'

/** More than the chat server says in one stanza. */
const MOST_BYTES = 16_777_216

/** Throws in words when the files cannot be used. */
export function toChatServer({ domain, chat }: Pick<WebTierSettings, 'domain' | 'chat'>): () => WebSocket {
  const { host, port, certificate, key, authorities } = chat
  const secureContext = createSecureContext({
    cert: readFileSync(certificate),
    key: readFileSync(key),
    minVersion: 'TLSv1.2',
    ...(authorities === undefined ? {} : { ca: [...rootCertificates, readFileSync(authorities, 'utf8')] }),
  })
  let session: Buffer | undefined
  const createConnection = (): TLSSocket => {
    const options: ConnectionOptions = {
      host,
      port,
      servername: domain,
      secureContext,
      ALPNProtocols: ['http/1.1'],
      ...(session && { session }),
    }
    const socket = connect(options)
    socket.setNoDelay(true)
    socket.on('session', (ticket: Buffer) => {
      session = ticket
    })
    // A ticket of before the server began anew does no harm; one that breaks something is used no more.
    socket.once('error', () => {
      session = undefined
    })
    return socket
  }
  return () =>
    new WebSocket(`wss://${domain}:${port}/xmpp-websocket`, 'xmpp', {
      createConnection,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      maxPayload: MOST_BYTES,
      handshakeTimeout: 10_000,
    })
}
