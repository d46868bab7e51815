/** A bucket that fills by the second: how fast one client may go. Over it, reading waits; nothing is cut off. */

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

export class Bucket {
  #level: number
  #at: number

  constructor({ burst }: Rate, now: number) {
    this.#level = burst
    this.#at = now
  }

  /** Takes an amount; gives the milliseconds to wait until the debt is paid, 0 when there is none. `now` in milliseconds. */
  take(amount: number, { perSecond, burst }: Rate, now: number): number {
    this.#level = Math.min(burst, this.#level + ((now - this.#at) * perSecond) / 1000) - amount
    this.#at = now
    return this.#level >= 0 ? 0 : (-this.#level / perSecond) * 1000
  }
}
