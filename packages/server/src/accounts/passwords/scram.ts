/** SCRAM verifiers from passwords (RFC 5802 §3, RFC 7677): made, and used to check a password given in PLAIN. For the password threads only. */
import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { SCRAM_HASHES, type ScramMechanism } from '@plodge/xmpp/sasl/mechanisms.ts'
import { deriveVerifier, keysOf, passwordBytes } from '@plodge/xmpp/sasl/verifiers.ts'
import { scramCrypto } from '../../scram-crypto.ts'
import type { Verifier } from '../../storage/repositories.ts'

export type Mechanism = ScramMechanism

export const MECHANISMS = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const satisfies readonly Mechanism[]
export const ITERATIONS = 10_000
export const SALT_BYTES = 16
const DIGEST_BYTES = { 'SCRAM-SHA-1': 20, 'SCRAM-SHA-256': 32, 'SCRAM-SHA-512': 64 } as const

/** None for a password that SASLprep prohibits: its owner goes on with PLAIN. */
export function deriveVerifiers(password: string, mechanisms: readonly Mechanism[]): readonly Verifier[] {
  const prepared = passwordBytes(password)
  if (!prepared) return []
  return mechanisms.map(mechanism => {
    const salt = randomBytes(SALT_BYTES)
    const salted = saltedPassword(mechanism, prepared, salt, ITERATIONS)
    return deriveVerifier(scramCrypto(mechanism), mechanism, salted, { salt, iterations: ITERATIONS })
  })
}

export function fitsVerifier({ mechanism, iterations, salt, storedKey }: Verifier, password: string): boolean {
  // What cannot be prepared costs the same as what can.
  const prepared = passwordBytes(password) ?? Buffer.from(password)
  const salted = saltedPassword(mechanism, prepared, Buffer.from(salt, 'base64'), iterations)
  const made = keysOf(scramCrypto(mechanism), salted).storedKey
  const stored = Buffer.from(storedKey, 'base64')
  return made.length === stored.length && timingSafeEqual(made, stored)
}

const saltedPassword = (mechanism: Mechanism, password: Uint8Array, salt: Uint8Array, iterations: number): Buffer =>
  pbkdf2Sync(password, salt, iterations, DIGEST_BYTES[mechanism], SCRAM_HASHES[mechanism])
