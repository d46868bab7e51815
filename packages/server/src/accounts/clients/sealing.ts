/**
 * Secrets that have to be known again, as they lie in the database: sealed with a key that is not there, so that a copy of the database
 * lets nobody in. Each is bound to whose it is, and worth nothing in another row.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Of the first form. What was written before there was any has no such mark, and is sealed when it is written again. */
const MARK = 's1.'

export interface Seal {
  /** `whose` names the row. */
  seal(secret: string, whose: string): string
  /** Undefined when another key sealed it, for another row, or it is damaged. */
  open(sealed: string, whose: string): string | undefined
}

/** `key` has 32 bytes. */
export const sealWith = (key: Buffer): Seal => ({
  seal(secret, whose) {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(whose))
    return MARK + Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  },
  open(sealed, whose) {
    if (!sealed.startsWith(MARK)) return sealed
    const bytes = Buffer.from(sealed.slice(MARK.length), 'base64url')
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(whose)).setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString()
    } catch {
      return undefined
    }
  },
})
