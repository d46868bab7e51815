/** Whether a password fits what is stored. Costs milliseconds of CPU: for the password threads only. */
import { argon2Sync, createHash, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { hashSync } from 'bcryptjs'
import { loadLibcrypt } from './libcrypt.ts'
import { md5Crypt } from './md5-crypt.ts'
import { shaCrypt } from './sha-crypt.ts'
import type { PasswordHash } from './stored.ts'

/** `unsupported` means that this machine cannot tell: libcrypt is missing. */
export type Verdict = 'right' | 'wrong' | 'unsupported'

export async function checkPassword(hash: PasswordHash, password: string): Promise<Verdict> {
  // crypt(3) stops at a NUL, so one more password would fit; RFC 4616 §2 has none.
  if (password.includes('\0')) return 'wrong'
  if (hash.kind !== 'libcrypt') return isRight(hash, Buffer.from(password)) ? 'right' : 'wrong'
  const crypt = await loadLibcrypt()
  if (!crypt) return 'unsupported'
  return areSame(crypt(password, hash.text) ?? '*', hash.text) ? 'right' : 'wrong'
}

function isRight(hash: Exclude<PasswordHash, { kind: 'libcrypt' }>, password: Buffer): boolean {
  switch (hash.kind) {
    case 'md5-crypt':
      return areSame(md5Crypt(hash.magic, hash.salt, password), hash.digest)
    case 'sha-crypt':
      return areSame(shaCrypt(hash, password), hash.digest)
    case 'bcrypt':
      // The first 29 characters are the form, the cost and the salt. Like every bcrypt it reads 72 bytes of the password.
      return areSame(hashSync(password.toString(), hash.text.slice(0, 29)), hash.text)
    case 'digest':
      return timingSafeEqual(createHash(hash.algorithm).update(password).update(hash.salt).digest(), hash.digest)
    case 'pbkdf2':
      return timingSafeEqual(pbkdf2Sync(password, hash.salt, hash.iterations, hash.digest.length, 'sha1'), hash.digest)
    case 'argon2': {
      const { algorithm, memory, passes, parallelism, salt: nonce, digest } = hash
      return timingSafeEqual(
        argon2Sync(algorithm, { message: password, nonce, memory, passes, parallelism, tagLength: digest.length }),
        digest,
      )
    }
  }
}

/** Lengths are public: the form gives them. */
function areSame(made: string, stored: string): boolean {
  const [a, b] = [Buffer.from(made), Buffer.from(stored)]
  return a.length === b.length && timingSafeEqual(a, b)
}
