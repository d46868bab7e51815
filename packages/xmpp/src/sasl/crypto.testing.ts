/** Hash functions for the tests: what a server hands in. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { SCRAM_HASHES, type ScramMechanism } from './mechanisms.ts'
import type { ScramCrypto } from './scram.ts'

const SIZES = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-512': 64 }

export interface NodeCrypto extends ScramCrypto {
  pbkdf2(password: Uint8Array, salt: Uint8Array, iterations: number): Uint8Array
}

export function nodeCrypto(mechanism: ScramMechanism): NodeCrypto {
  const hash = SCRAM_HASHES[mechanism]
  return {
    hash: data => createHash(hash).update(data).digest(),
    hmac: (key, data) => createHmac(hash, key).update(data).digest(),
    pbkdf2: (password, salt, iterations) => pbkdf2Sync(password, salt, iterations, SIZES[hash], hash),
  }
}
