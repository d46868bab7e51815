/** What is asked of the store for each account again and again, in memory while it is used. Bounded; one process owns what it reads. */
import type { Now } from '../routing/now.ts'
import type { Localpart } from './localpart.ts'

export class Remembered<T extends object> {
  readonly #read: (owner: Localpart) => Promise<T>
  readonly #most: number
  /** Two halves: when the younger is full it becomes the older, and what nobody asked for since is forgotten. */
  #younger = new Map<Localpart, T>()
  #older = new Map<Localpart, T>()
  readonly #reading = new Map<Localpart, Promise<T>>()

  constructor(read: (owner: Localpart) => Promise<T>, { most = 50_000 } = {}) {
    this.#read = read
    this.#most = most
  }

  of(owner: Localpart): Now<T> {
    return this.#younger.get(owner) ?? this.#fromOlder(owner) ?? this.#reading.get(owner) ?? this.#load(owner)
  }

  /** What is known now wins over what is still being read. */
  set(owner: Localpart, value: T): void {
    this.#reading.delete(owner)
    if (this.#younger.size * 2 >= this.#most) {
      this.#older = this.#younger
      this.#younger = new Map()
    }
    this.#younger.set(owner, value)
  }

  /** The next one who asks reads it anew. */
  forget(owner: Localpart): void {
    this.#reading.delete(owner)
    this.#younger.delete(owner)
    this.#older.delete(owner)
  }

  #fromOlder(owner: Localpart): T | undefined {
    const value = this.#older.get(owner)
    if (value) this.set(owner, value)
    return value
  }

  async #load(owner: Localpart): Promise<T> {
    const reading = this.#read(owner)
    this.#reading.set(owner, reading)
    try {
      const value = await reading
      if (this.#reading.get(owner) === reading) this.set(owner, value)
      return this.#younger.get(owner) ?? value
    } finally {
      if (this.#reading.get(owner) === reading) this.#reading.delete(owner)
    }
  }
}
