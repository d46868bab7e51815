/** Our side of TLS: the certificate, read again without dropping a connection, and the channel bindings that SCRAM-PLUS needs. */
import { X509Certificate, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket, createSecureContext } from 'node:tls'
import type { Settings } from '../settings.ts'
import type { ChannelBinding } from './connection.ts'

/** A connection keeps what it began with: after a reload, its channel binding is still that of the old certificate. */
export interface Secured {
  readonly socket: TLSSocket
  /** RFC 5929 §4; undefined for a certificate for which it is not defined. */
  readonly endPoint: Buffer | undefined
}

/** Whether clients are asked for a certificate; which is for others to judge. */
export interface ClientCertificates {
  /** PEM of the authorities whose certificates are of use: software that has one of another leaves its owner alone. Empty asks all the same. */
  readonly authorities: string
}

interface Loaded {
  /** With keys of its own for session tickets: no ticket outlives its certificate. */
  readonly context: SecureContext
  readonly endPoint: Buffer | undefined
  readonly asks: boolean
}

export class ServerTls {
  #loaded: Loaded

  /** Throws with the name of the file when one cannot be read or does not fit the other. */
  constructor(settings: Settings['tls'], asks?: ClientCertificates) {
    this.#loaded = load(settings, asks)
  }

  /** Certificates from the files again; new connections use them. Keeps the old ones when it throws. */
  reload(settings: Settings['tls'], asks?: ClientCertificates): void {
    this.#loaded = load(settings, asks)
  }

  /** Begins a handshake on a connection. XEP-0368 §4: a client that names protocols must name this one. */
  accept(plain: Socket, protocol: 'xmpp-client' | 'http/1.1'): Secured {
    const { context, endPoint, asks } = this.#loaded
    const socket = new TLSSocket(plain, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: [protocol],
      requestCert: asks,
      // Who shows none, or one that is good for nothing, may still have a password.
      rejectUnauthorized: false,
    })
    // RFC 7590 §3.5, and tls-unique would be another one afterwards.
    socket.disableRenegotiation()
    // Without a tls.Server nobody else hears of a record that is not TLS; Node then neither reads on nor closes.
    socket.on('_tlsError', () => socket.destroy())
    return { socket, endPoint }
  }
}

/** Also of a resumed TLS session: its ticket holds what was proven when it began. */
export const certificateOf = (socket: TLSSocket): Buffer | undefined => socket.getPeerX509Certificate()?.raw

/** By what the connection could give, without computing it; the surest first (XEP-0440). */
export function bindingsOf({ socket, endPoint }: Secured): readonly ChannelBinding[] {
  const both: readonly ChannelBinding[] =
    socket.getProtocol() === 'TLSv1.3' ? ['tls-exporter', 'tls-server-end-point'] : ['tls-server-end-point', 'tls-unique']
  return endPoint ? both : both.filter(kind => kind !== 'tls-server-end-point')
}

/** Undefined when the connection has none of that kind. */
export function bindingOf({ socket, endPoint }: Secured, kind: ChannelBinding): Buffer | undefined {
  if (socket.destroyed) return undefined
  switch (kind) {
    case 'tls-exporter':
      // RFC 9266 §2. On TLS 1.2 it is only safe with the extended master secret, of which Node cannot tell.
      return socket.getProtocol() === 'TLSv1.3' ? socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)) : undefined
    case 'tls-server-end-point':
      return endPoint
    case 'tls-unique':
      // RFC 5929 §3: the first Finished of the handshake: the client's, or ours when a session was resumed. Gone with TLS 1.3.
      if (socket.getProtocol() === 'TLSv1.3') return undefined
      return socket.isSessionReused() ? socket.getFinished() : socket.getPeerFinished()
  }
}

function load({ certificate, key, minimum }: Settings['tls'], asks: ClientCertificates | undefined): Loaded {
  const cert = readPem(certificate)
  const keyText = readPem(key)
  try {
    const endPoint = endPointOf(new X509Certificate(cert))
    const context = createSecureContext({
      cert,
      key: keyText,
      minVersion: minimum,
      honorCipherOrder: true,
      // The names of these are sent along with the question. Without any, browsers would ask people which of all their certificates to show.
      ...(asks && { ca: asks.authorities === '' ? cert : asks.authorities }),
      // Without it OpenSSL refuses to resume a session that may have a certificate.
      sessionIdContext: 'plodge',
    })
    return { context, endPoint, asks: asks !== undefined }
  } catch (error) {
    throw new Error(`${certificate} and ${key} cannot be used together: ${error instanceof Error ? error.message : 'unknown'}`, {
      cause: error,
    })
  }
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file} cannot be read; it is named in [tls]`, { cause: error })
  }
}

/** RFC 5929 §4.1: the certificate's hash by its own signature's hash function, SHA-256 for the two old ones; undefined where that names none. */
export function endPointOf({ signatureAlgorithm, raw }: Pick<X509Certificate, 'signatureAlgorithm' | 'raw'>): Buffer | undefined {
  const hash = /md5|sha(?:1|224|256|384|512)(?!\d)/i.exec(signatureAlgorithm ?? '')?.[0].toLowerCase()
  if (hash === undefined) return undefined
  return createHash(hash === 'md5' || hash === 'sha1' ? 'sha256' : hash)
    .update(raw)
    .digest()
}
