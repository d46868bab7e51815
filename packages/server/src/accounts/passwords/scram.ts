/** SCRAM verifiers from passwords (RFC 5802 §3, RFC 7677): made, and used to check a password given in PLAIN. For the password threads only. */
import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { SCRAM_HASHES, type ScramMechanism } from '@plodge/xmpp/sasl/mechanisms.ts'
import { deriveVerifier, keysOf, passwordBytes } from '@plodge/xmpp/sasl/verifiers.ts'
import { scramCrypto } from '../../scram-crypto.ts'
import type { Verifier } from '../../storage/repositories.ts'

export type Mechanism = ScramMechanism
export type Salt = Pick<Verifier, 'mechanism' | 'salt' | 'iterations'>

export const MECHANISMS = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const satisfies readonly Mechanism[]
export const ITERATIONS = 10_000
export const SALT_BYTES = 16
const DIGEST_BYTES = { 'SCRAM-SHA-1': 20, 'SCRAM-SHA-256': 32, 'SCRAM-SHA-512': 64 } as const

/** None for a password that SASLprep prohibits: its owner goes on with PLAIN. Where `salts` has none for a mechanism, a new one is made. */
export function deriveVerifiers(password: string, mechanisms: readonly Mechanism[], salts: readonly Salt[] = []): readonly Verifier[] {
  const prepared = passwordBytes(password)
  if (!prepared) return []
  return mechanisms.map(mechanism => {
    const known = salts.find(salt => salt.mechanism === mechanism)
    const salt = known ? Buffer.from(known.salt, 'base64') : randomBytes(SALT_BYTES)
    const iterations = known?.iterations ?? ITERATIONS
    const salted = saltedPassword(mechanism, prepared, salt, iterations)
    return { ...deriveVerifier(scramCrypto(mechanism), mechanism, salted, { salt, iterations }), ...(known && { salt: known.salt }) }
  })
}

/** -1 for none. Those with the same salt cost little more than one. */
export function whichFits(verifiers: readonly Verifier[], password: string): number {
  // What cannot be prepared costs the same as what can.
  const prepared = passwordBytes(password) ?? Buffer.from(password)
  const keys = new Map<string, Uint8Array>()
  const made = ({ mechanism, iterations, salt }: Verifier): Uint8Array => {
    const name = `${mechanism} ${iterations} ${salt}`
    const known = keys.get(name)
    if (known) return known
    const salted = saltedPassword(mechanism, prepared, Buffer.from(salt, 'base64'), iterations)
    const { storedKey } = keysOf(scramCrypto(mechanism), salted)
    keys.set(name, storedKey)
    return storedKey
  }
  return verifiers.map(verifier => areSame(made(verifier), Buffer.from(verifier.storedKey, 'base64'))).indexOf(true)
}

const areSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

const saltedPassword = (mechanism: Mechanism, password: Uint8Array, salt: Uint8Array, iterations: number): Buffer =>
  pbkdf2Sync(password, salt, iterations, DIGEST_BYTES[mechanism], SCRAM_HASHES[mechanism])
