/** The client's side of SCRAM (RFC 5802, RFC 7677), with channel binding, written apart from the server's. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-512'
export type Binding = 'tls-exporter' | 'tls-server-end-point' | 'tls-unique'

export interface Scram {
  readonly first: string
  final(serverFirst: string): string
  /** Whether the server has proven itself. */
  isRight(serverFinal: string): boolean
}

export function scram(
  hash: Hash,
  user: string,
  password: string,
  binding?: { readonly kind: Binding; readonly data: Buffer },
  authzid = '',
): Scram {
  const algorithm = hash.replace('-', '').toLowerCase()
  const hmac = (key: Buffer, text: string): Buffer => createHmac(algorithm, key).update(text).digest()
  const gs2 = `${binding ? `p=${binding.kind}` : 'n'},${authzid === '' ? '' : `a=${authzid}`},`
  const bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${randomBytes(18).toString('base64')}`
  let expected = ''
  return {
    first: gs2 + bare,
    final(serverFirst) {
      const { r = '', s = '', i = '0' } = Object.fromEntries(serverFirst.split(',').map(part => [part[0] ?? '', part.slice(2)]))
      const salted = pbkdf2Sync(password, Buffer.from(s, 'base64'), Number(i), createHash(algorithm).digest().length, algorithm)
      const c = Buffer.concat([Buffer.from(gs2), binding?.data ?? Buffer.alloc(0)]).toString('base64')
      const message = `${bare},${serverFirst},c=${c},r=${r}`
      const clientKey = hmac(salted, 'Client Key')
      const signature = hmac(createHash(algorithm).update(clientKey).digest(), message)
      expected = `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`
      return `c=${c},r=${r},p=${Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))).toString('base64')}`
    },
    isRight: serverFinal => serverFinal === expected,
  }
}

/** RFC 9266, RFC 5929 §3 and §4. */
export function bindingOf(socket: TLSSocket, kind: Binding): Buffer {
  if (kind === 'tls-exporter') return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
  if (kind === 'tls-server-end-point') return createHash('sha256').update(socket.getPeerCertificate(true).raw).digest()
  return socket.isSessionReused() ? (socket.getPeerFinished() ?? Buffer.alloc(0)) : (socket.getFinished() ?? Buffer.alloc(0))
}
