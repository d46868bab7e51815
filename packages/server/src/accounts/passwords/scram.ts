/** SCRAM verifiers from passwords (RFC 5802 §3, RFC 7677): made, and used to check a password given in PLAIN. For the password threads only. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Verifier } from '../../storage/repositories.ts'
import { prepare } from './prepare.ts'

export type Mechanism = Verifier['mechanism']

export const MECHANISMS = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const satisfies readonly Mechanism[]
export const ITERATIONS = 10_000
export const SALT_BYTES = 16
export const HASHES = { 'SCRAM-SHA-1': ['sha1', 20], 'SCRAM-SHA-256': ['sha256', 32], 'SCRAM-SHA-512': ['sha512', 64] } as const

/** None for a password that SASLprep prohibits: its owner goes on with PLAIN. */
export function deriveVerifiers(password: string, mechanisms: readonly Mechanism[]): readonly Verifier[] {
  const prepared = prepare(password)
  if (prepared === undefined) return []
  return mechanisms.map(mechanism => {
    const salt = randomBytes(SALT_BYTES)
    const { storedKey, serverKey } = keysOf(mechanism, prepared, salt, ITERATIONS)
    return {
      mechanism,
      iterations: ITERATIONS,
      salt: salt.toString('base64'),
      storedKey: storedKey.toString('base64'),
      serverKey: serverKey.toString('base64'),
    }
  })
}

export function fitsVerifier({ mechanism, iterations, salt, storedKey }: Verifier, password: string): boolean {
  // What cannot be prepared costs the same as what can.
  const made = keysOf(mechanism, prepare(password) ?? password, Buffer.from(salt, 'base64'), iterations)
  const stored = Buffer.from(storedKey, 'base64')
  return made.storedKey.length === stored.length && timingSafeEqual(made.storedKey, stored)
}

function keysOf(
  mechanism: Mechanism,
  password: string,
  salt: Buffer,
  iterations: number,
): { readonly storedKey: Buffer; readonly serverKey: Buffer } {
  const [hash, size] = HASHES[mechanism]
  const salted = pbkdf2Sync(password, salt, iterations, size, hash)
  const clientKey = createHmac(hash, salted).update('Client Key').digest()
  return { storedKey: createHash(hash).update(clientKey).digest(), serverKey: createHmac(hash, salted).update('Server Key').digest() }
}
