/** Encryption for one browser (RFC 8291): whoever passes the message on, the maker of the browser, cannot read it. */
import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'

/** What a browser gives with its subscription. */
export interface Keys {
  /** A point on P-256, uncompressed. */
  readonly p256dh: Buffer
  readonly auth: Buffer
}

export const POINT_BYTES = 65
export const AUTH_BYTES = 16
/** RFC 8188 §2.1. Ours are far shorter than a record. */
const RECORD_BYTES = 4096
/** RFC 8188 §2: the last record. */
const LAST = Buffer.from([2])

interface Chance {
  readonly privateKey: Buffer
  readonly salt: Buffer
}

/** Throws when the browser's key is none. `chance` is for tests alone. */
export function encryptFor({ p256dh, auth }: Keys, text: Buffer, chance?: Chance): Buffer {
  const own = createECDH('prime256v1')
  if (chance) own.setPrivateKey(chance.privateKey)
  else own.generateKeys()
  const point = own.getPublicKey()
  const salt = chance?.salt ?? randomBytes(16)
  // RFC 8291 §3.4.
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, point])
  const material = Buffer.from(hkdfSync('sha256', own.computeSecret(p256dh), auth, info, 32))
  const derived = (what: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${what}\0`, bytes))
  const cipher = createCipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12))
  const body = Buffer.concat([cipher.update(Buffer.concat([text, LAST])), cipher.final(), cipher.getAuthTag()])
  const size = Buffer.alloc(5)
  size.writeUInt32BE(RECORD_BYTES)
  size.writeUInt8(point.length, 4)
  return Buffer.concat([salt, size, point, body])
}
