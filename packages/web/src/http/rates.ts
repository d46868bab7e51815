/** How often somebody may do something: a bucket that fills, one for each network. Bounded: who was quiet is forgotten. */

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

interface Bucket {
  left: number
  at: number
}

const MOST = 20_000

export class Rates {
  readonly #rate: Rate
  readonly #clock: () => number
  // Two generations: when the young is full it becomes the old one.
  #young = new Map<string, Bucket>()
  #old = new Map<string, Bucket>()

  constructor(rate: Rate, clock: () => number) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Whether it may, now; counts when it may. */
  take(who: string): boolean {
    const { perSecond, burst } = this.#rate
    const now = this.#clock()
    const bucket = this.#young.get(who) ?? this.#old.get(who) ?? { left: burst, at: now }
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    if (this.#young.size >= MOST && !this.#young.has(who)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(who, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}
