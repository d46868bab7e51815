/** SHA-crypt, `$5$` and `$6$` (U. Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.4). */
import { hash } from 'node:crypto'
import { crypt64 } from './crypt64.ts'

/** The order of the digest's bytes in the text (step 22). */
const ORDER_256 = [...groups(10, [0, 10, 20], ([a, b, c]) => [c, a, b]), 31, 30]
const ORDER_512 = [...groups(21, [0, 21, 42], ([a, b, c]) => [b, c, a]), 63]

type Group = readonly [number, number, number]

export interface ShaCrypt {
  readonly algorithm: 'sha256' | 'sha512'
  readonly salt: string
  readonly rounds: number
}

/** The text after the last `$`. */
export function shaCrypt({ algorithm, salt: saltText, rounds }: ShaCrypt, password: Buffer): string {
  const sha = (data: Buffer): Buffer => hash(algorithm, data, 'buffer')
  const size = algorithm === 'sha256' ? 32 : 64
  const salt = Buffer.from(saltText)
  const b = sha(Buffer.concat([password, salt, password]))
  const start = [password, salt, repeat(b, password.length)]
  for (let bits = password.length; bits > 0; bits >>>= 1) start.push((bits & 1) === 1 ? b : password)
  const a = sha(Buffer.concat(start))

  // Steps 13 to 20: P stands for the password, S for the salt, as long as those.
  const p = repeat(sha(repeat(password, password.length * password.length)), password.length)
  const s = repeat(sha(repeat(salt, salt.length * (16 + (a[0] ?? 0)))), salt.length)
  return crypt64(stretch(sha, a, p, s, rounds, size), algorithm === 'sha256' ? ORDER_256 : ORDER_512)
}

/** Step 21. What a round hashes depends on its number by 2, 3 and 7 only: eight inputs are laid out once, and each takes the last digest in its gap. */
function stretch(sha: (data: Buffer) => Buffer, a: Buffer, p: Buffer, s: Buffer, rounds: number, size: number): Buffer {
  const inputs = Array.from({ length: 8 }, (_, kind) => {
    const gap = Buffer.alloc(size)
    const isOdd = (kind & 1) !== 0
    const parts = [isOdd ? p : gap, (kind & 2) === 0 ? Buffer.alloc(0) : s, (kind & 4) === 0 ? Buffer.alloc(0) : p, isOdd ? gap : p]
    const input = Buffer.concat(parts)
    return { input, at: isOdd ? input.length - size : 0 }
  })
  let digest = a
  for (let round = 0; round < rounds; round++) {
    const kind = (round & 1) | (round % 3 === 0 ? 0 : 2) | (round % 7 === 0 ? 0 : 4)
    const { input, at } = inputs[kind] as (typeof inputs)[number]
    input.set(digest, at)
    digest = sha(input)
  }
  return digest
}

/** `length` bytes of the block said again and again. */
function repeat(block: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, block)
}

/** Groups of three byte numbers, each the one before, turned, and one further. */
function groups(count: number, first: Group, turn: (group: Group) => Group): number[] {
  const all: number[] = []
  for (let group = first, i = 0; i < count; i++) {
    all.push(...group)
    const [a, b, c] = turn(group)
    group = [a + 1, b + 1, c + 1]
  }
  return all
}
