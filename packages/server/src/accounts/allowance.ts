/** So many an hour for each person, counted in memory, for so many people. */
import type { Localpart } from '../storage/repositories.ts'

const HOUR_MS = 3_600_000
const MOST_PEOPLE = 10_000

export class Allowance {
  readonly #anHour: number
  readonly #clock: () => number
  /** In order of time. */
  readonly #used = new Map<Localpart, { readonly since: number; count: number }>()

  constructor(anHour: number, clock: () => number) {
    this.#anHour = anHour
    this.#clock = clock
  }

  /** False when there was too much of it in this hour. */
  take(localpart: Localpart): boolean {
    const now = this.#clock()
    const used = this.#used.get(localpart)
    if (used && now - used.since < HOUR_MS) return ++used.count <= this.#anHour
    this.#used.delete(localpart)
    this.#used.set(localpart, { since: now, count: 1 })
    if (this.#used.size > MOST_PEOPLE) this.#used.delete(this.#used.keys().next().value ?? '')
    return true
  }
}
