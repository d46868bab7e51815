/** Our side of TLS: the certificate, read again without dropping a connection, and the channel bindings that SCRAM-PLUS needs. */
import { X509Certificate, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type SecureContext, type TLSSocket, type TLSSocketOptions, createSecureContext } from 'node:tls'
import type { Settings } from '../settings.ts'
import type { ChannelBinding } from './connection.ts'

export class ServerTls {
  #context: SecureContext
  #endPoint: Buffer
  #pem: { readonly cert: string; readonly key: string }

  /** Throws with the name of the file when one cannot be read or does not fit the other. */
  constructor(settings: Settings['tls']) {
    const loaded = load(settings)
    this.#context = loaded.context
    this.#endPoint = loaded.endPoint
    this.#pem = loaded.pem
  }

  /** Certificates from the files again; new connections use them. Keeps the old ones when it throws. */
  reload(settings: Settings['tls']): void {
    const loaded = load(settings)
    this.#context = loaded.context
    this.#endPoint = loaded.endPoint
    this.#pem = loaded.pem
  }

  /** For a server that makes its own sockets (HTTPS). */
  get pem(): { readonly cert: string; readonly key: string } {
    return this.#pem
  }

  get socketOptions(): TLSSocketOptions {
    // XEP-0368 §4: a client that names protocols must name ours.
    return { isServer: true, secureContext: this.#context, ALPNProtocols: ['xmpp-client'] }
  }

  channelBinding(socket: TLSSocket, kind: ChannelBinding): Buffer | undefined {
    switch (kind) {
      case 'tls-exporter':
        // RFC 9266 §2. On TLS 1.2 it is only safe with the extended master secret, of which Node cannot tell.
        return socket.getProtocol() === 'TLSv1.3' ? socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)) : undefined
      case 'tls-server-end-point':
        return this.#endPoint
      case 'tls-unique':
        // RFC 5929 §3: the first Finished of the handshake: the client's, or ours when a session was resumed. Gone with TLS 1.3.
        if (socket.getProtocol() === 'TLSv1.3') return undefined
        return socket.isSessionReused() ? socket.getFinished() : socket.getPeerFinished()
    }
  }
}

function load({ certificate, key, minimum }: Settings['tls']): {
  readonly context: SecureContext
  readonly endPoint: Buffer
  readonly pem: { readonly cert: string; readonly key: string }
} {
  const cert = readPem(certificate)
  const keyText = readPem(key)
  const x509 = new X509Certificate(cert)
  try {
    return {
      context: createSecureContext({ cert, key: keyText, minVersion: minimum, honorCipherOrder: true }),
      endPoint: endPointOf(x509),
      pem: { cert, key: keyText },
    }
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

/** RFC 5929 §4.1: the certificate's hash by its own signature's hash function, SHA-256 for older ones. */
function endPointOf(certificate: X509Certificate): Buffer {
  const signature = (certificate.signatureAlgorithm ?? '').toLowerCase()
  const hash = ['sha384', 'sha512'].find(name => signature.includes(name)) ?? 'sha256'
  return createHash(hash).update(certificate.raw).digest()
}
