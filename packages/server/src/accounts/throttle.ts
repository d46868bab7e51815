/**
 * How fast passwords may be guessed. Every attempt takes a token from three buckets (its address's, the person's, and that of both
 * together) and a right password puts them back. Where somebody logged in before, their own bucket is not asked: who guesses at a
 * person from elsewhere slows everybody elsewhere, but not the person at their usual place.
 */
import { networkOf } from './network.ts'

export interface ThrottleOptions {
  /** Wrong passwords a minute, for a person; Infinity turns it all off. */
  readonly perMinute: () => number
  /** Milliseconds. */
  readonly clock: () => number
  /** Buckets of each kind, and usual places, that are remembered. */
  readonly most?: number
}

export type Attempt =
  /** To be waited for before the password is looked at. */
  { readonly kind: 'go'; readonly wait: number } | { readonly kind: 'refused' }

/** A longer wait is refused instead, so that few can be waiting. */
const LONGEST_WAIT = 10_000
/** Many people share an address: a hall of residence, a library. */
const PEOPLE_BEHIND_AN_ADDRESS = 10
const MINUTE = 60_000

export class Throttle {
  readonly #perMinute: () => number
  readonly #clock: () => number
  readonly #most: number
  readonly #addresses: Buckets
  readonly #people: Buckets
  readonly #pairs: Buckets
  /** In order of the last right password. */
  readonly #usual = new Set<string>()

  constructor({ perMinute, clock, most = 50_000 }: ThrottleOptions) {
    this.#perMinute = perMinute
    this.#clock = clock
    this.#most = most
    this.#addresses = new Buckets(most)
    this.#people = new Buckets(most)
    this.#pairs = new Buckets(most)
  }

  /** One attempt begins: counted as wrong until `succeeded`. */
  attempt(person: string, address: string): Attempt {
    const perMinute = this.#perMinute()
    if (perMinute === Infinity) return { kind: 'go', wait: 0 }
    const now = this.#clock()
    const asked = this.#asked(person, address, perMinute)
    const wait = Math.max(...asked.map(([buckets, key, rate]) => buckets.wait(key, rate, now)))
    if (wait > LONGEST_WAIT) return { kind: 'refused' }
    for (const [buckets, key, rate] of asked) buckets.take(key, rate, now, 1)
    return { kind: 'go', wait }
  }

  /** The attempt was no guess: it could not be judged. */
  forgive(person: string, address: string): void {
    const perMinute = this.#perMinute()
    if (perMinute === Infinity) return
    const now = this.#clock()
    for (const [buckets, key, rate] of this.#asked(person, address, perMinute)) buckets.take(key, rate, now, -1)
  }

  /** The password was right. */
  succeeded(person: string, address: string): void {
    this.forgive(person, address)
    const pair = pairOf(person, address)
    this.#usual.delete(pair)
    this.#usual.add(pair)
    if (this.#usual.size > this.#most) this.#usual.delete(this.#usual.values().next().value ?? '')
  }

  #asked(person: string, address: string, perMinute: number): readonly (readonly [Buckets, string, number])[] {
    const pair = pairOf(person, address)
    const asked = [
      [this.#addresses, networkOf(address), perMinute * PEOPLE_BEHIND_AN_ADDRESS],
      [this.#pairs, pair, perMinute],
    ] as const
    return this.#usual.has(pair) ? asked : [...asked, [this.#people, person, perMinute]]
  }
}

const pairOf = (person: string, address: string): string => `${person} ${networkOf(address)}`

interface Bucket {
  tokens: number
  at: number
}

/** Token buckets that hold a minute's worth and fill in a minute. A full one need not be remembered. */
class Buckets {
  readonly #most: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(most: number) {
    this.#most = most
  }

  /** Milliseconds until there is a token. */
  wait(key: string, perMinute: number, now: number): number {
    return Math.max(0, ((1 - this.#level(key, perMinute, now)) * MINUTE) / perMinute)
  }

  /** May go below nothing: that is a token of the future, waited for. Taking less than nothing gives back. */
  take(key: string, perMinute: number, now: number, count: number): void {
    const tokens = this.#level(key, perMinute, now) - count
    this.#buckets.delete(key)
    if (tokens >= perMinute) return
    this.#buckets.set(key, { tokens, at: now })
    if (this.#buckets.size > this.#most) this.#buckets.delete(this.#buckets.keys().next().value ?? '')
  }

  #level(key: string, perMinute: number, now: number): number {
    const bucket = this.#buckets.get(key)
    return bucket ? Math.min(perMinute, bucket.tokens + ((now - bucket.at) * perMinute) / MINUTE) : perMinute
  }
}
