/**
 * When messages go into the index of words: a second after they came, unless very many come just then. Nobody has to wait for it, as a
 * search reads what is not in the index yet, so that it can be left for a quieter moment, up to a bound.
 */
import type { WordIndex } from './word-index.ts'

const LAG_MS = 1000
/** Messages in a second that are many: their senders go first. */
const MANY = 500
/** More than this many are put off no longer. */
const MOST_BEHIND = 1_000_000
/** Between two steps, so that commits have the thread at least half the time. */
const PAUSE_MS = 5
const AFTER_TROUBLE_MS = 60_000

export class Indexing {
  readonly #index: WordIndex
  readonly #stepped: () => void
  #timer: NodeJS.Timeout | undefined
  #fresh = 0
  /** Infinite at start: nobody has counted. */
  #behind = Infinity
  #isClosed = false

  /** `stepped` is called after every transaction. */
  constructor(index: WordIndex, stepped: () => void) {
    this.#index = index
    this.#stepped = stepped
    this.#later(LAG_MS, () => this.#look())
  }

  committed(rows: number): void {
    this.#fresh += rows
    this.#behind += rows
    if (rows > 0 && this.#timer === undefined) this.#later(LAG_MS, () => this.#look())
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #look(): void {
    const isBusy = this.#fresh > MANY && this.#behind <= MOST_BEHIND
    this.#fresh = 0
    if (isBusy) this.#later(LAG_MS, () => this.#look())
    else this.#step()
  }

  #step(): void {
    try {
      const isMore = this.#index.step()
      if (!isMore) this.#behind = 0
      this.#stepped()
      if (isMore) this.#later(PAUSE_MS, () => this.#step())
    } catch {
      // The disk is full or broken: who writes messages is told. The index goes on from where it was.
      this.#later(AFTER_TROUBLE_MS, () => this.#step())
    }
  }

  #later(ms: number, run: () => void): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      run()
    }, ms)
  }
}
