/** MD5 crypt: `$1$` of old Unix password files, and `$apr1$`, the same with another magic word, of htpasswd -m. */
import { hash } from 'node:crypto'
import { crypt64 } from './crypt64.ts'

const ROUNDS = 1000
const ORDER = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, 11] as const

/** The text after the last `$`. */
export function md5Crypt(magic: '1' | 'apr1', saltText: string, password: Buffer): string {
  const salt = Buffer.from(saltText)
  const md5 = (...parts: readonly Buffer[]): Buffer => hash('md5', Buffer.concat(parts), 'buffer')

  const inner = md5(password, salt, password)
  const start = [password, Buffer.from(`$${magic}$`), salt]
  for (let left = password.length; left > 0; left -= 16) start.push(inner.subarray(0, Math.min(left, 16)))
  // The first definition meant the digest here; what everybody computes is a zero byte or the password's first one.
  for (let bits = password.length; bits > 0; bits >>>= 1) start.push((bits & 1) === 1 ? Buffer.alloc(1) : password.subarray(0, 1))

  let digest = md5(...start)
  for (let round = 0; round < ROUNDS; round++) {
    const isOdd = round % 2 === 1
    const parts = [isOdd ? password : digest]
    if (round % 3 !== 0) parts.push(salt)
    if (round % 7 !== 0) parts.push(password)
    parts.push(isOdd ? digest : password)
    digest = md5(...parts)
  }
  // Five groups of three bytes whose last reads (4, 10, 5), and byte 11 alone.
  return crypt64(digest, ORDER)
}
