/** The line that a feed may end with, so that half a feed is never taken for a whole one: `# sha256 <hex> generation <number>`. */
import { type Hash, createHash } from 'node:crypto'

export interface Trailer {
  readonly sha256: string
  readonly generation: number
}

export const looksLikeTrailer = (line: Buffer): boolean => line.subarray(0, 9).toString('latin1') === '# sha256 '

export function parseTrailer(text: string): Trailer | undefined {
  const found = /^# sha256 ([0-9a-f]{64}) generation (\d{1,15})$/i.exec(text.trimEnd())
  return found ? { sha256: (found[1] ?? '').toLowerCase(), generation: Number(found[2]) } : undefined
}

/** Sums up a feed as it goes by. The trailer's sum is over every byte before the line it stands on. */
export class Checksum {
  readonly #hash: Hash = createHash('sha256')

  add(bytes: Buffer): void {
    this.#hash.update(bytes)
  }

  soFar(): string {
    return this.#hash.copy().digest('hex')
  }
}
