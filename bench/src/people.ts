/** Who uses the servers under test: the same 5,000 people, one password, and 20 mutual contacts each, on every server. */

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

export const domain = 'bench.example'
export const population = 5000
const password = 'correct horse battery'
export const iterations = 4096

/** One salt for all, so that the load generator derives keys once; a server does the same work whatever the salt is. */
export const salt = Buffer.from('a bench wants salt', 'latin1')

const contactsEachSide = 10

/** `u0000` … `u4999`: within the localpart rule `^[a-z][a-z0-9]{1,7}$`. */
export function nameOf(index: number): string {
  return `u${String(index).padStart(4, '0')}`
}

export const people: readonly string[] = Array.from({ length: population }, (_, index) => nameOf(index))

/**
 * The 20 contacts of a person: the ten nearest of the other parity on each side of a ring. So 2k and 2k+1, who chat, know each
 * other, and when all of one parity are online everybody of the other parity finds all 20 contacts online.
 */
export function contactsOf(index: number): readonly number[] {
  const distances = Array.from({ length: contactsEachSide }, (_, step) => 2 * step + 1)
  return distances.flatMap(distance => [(index + distance) % population, (index - distance + population) % population])
}

/** RFC 5802 §3 with SHA-1: what a server keeps in place of the password. */
export interface ScramKeys {
  readonly storedKey: Buffer
  readonly serverKey: Buffer
  /** Never on a server: the client's own. */
  readonly clientKey: Buffer
}

export const keys: ScramKeys = deriveKeys()

function deriveKeys(): ScramKeys {
  const salted = pbkdf2Sync(password, salt, iterations, 20, 'sha1')
  const clientKey = createHmac('sha1', salted).update('Client Key').digest()
  return {
    clientKey,
    storedKey: createHash('sha1').update(clientKey).digest(),
    serverKey: createHmac('sha1', salted).update('Server Key').digest(),
  }
}
