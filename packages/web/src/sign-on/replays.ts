/** Answers of a sign-on server that were used: each is good once. Bounded in time, by when it would be too old anyway, and in number. */

const MOST = 100_000

export class Replays {
  /** Until when each is kept, the oldest first: all are kept equally long. */
  readonly #used = new Map<string, number>()
  readonly #most: number

  constructor(most = MOST) {
    this.#most = most
  }

  /** Whether this is its first use. When there is no room to remember it, it is not used at all. */
  use(name: string, until: number, now: number): 'first' | 'again' | 'no room' {
    for (const [old, end] of this.#used) {
      if (end >= now) break
      this.#used.delete(old)
    }
    if (this.#used.has(name)) return 'again'
    if (this.#used.size >= this.#most) return 'no room'
    this.#used.set(name, until)
    return 'first'
  }

  get size(): number {
    return this.#used.size
  }
}
