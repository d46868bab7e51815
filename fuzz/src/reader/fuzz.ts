/** Tries the stream reader: grown and mutated inputs, every property, whatever is new kept for further changes. */
import { type Seed, keep } from '../corpus.ts'
import { minimise } from '../minimise.ts'
import type { Random } from '../random.ts'
import { document, frame } from './grammar.ts'
import { chunked, mutate } from './mutate.ts'
import { type Checked, type Failure, check } from './properties.ts'
import { FRAMED, GENEROUS, type Setting, TIGHT } from './run.ts'

const MOST_KEPT = 4000
const MOST_FAILURES = 20
const MOST_TRIES = 3000
const SETTINGS: readonly [Setting, ...Setting[]] = [GENEROUS, GENEROUS, GENEROUS, TIGHT, FRAMED]

export interface Found {
  readonly failure: Failure
  readonly input: string
  readonly file: string
}

export class ReaderFuzz {
  executions = 0
  readonly paths = new Set<string>()
  readonly found: Found[] = []
  readonly #random: Random
  readonly #pool: string[] = []
  readonly #known = new Set<string>()

  constructor(random: Random) {
    this.#random = random
  }

  get isOver(): boolean {
    return this.found.length >= MOST_FAILURES
  }

  /** Every committed seed under every setting. */
  replay(seeds: readonly Seed[]): void {
    for (const { text, file } of seeds) {
      for (const setting of [GENEROUS, TIGHT, FRAMED]) {
        const { failure } = this.#check(text, setting, Array.from(text))
        if (failure) this.found.push({ failure, input: text, file })
      }
      this.#pool.push(text)
    }
  }

  /** One input; returns it when the reader takes it in a stream, for other judges. */
  async step(): Promise<string> {
    const random = this.#random
    const setting = random.pick(SETTINGS)
    const isFresh = this.#pool.length < 20 || random.oneIn(3)
    const fresh = isFresh ? (setting.framed ? frame(random) : document(random)) : (random.pick(this.#pool) ?? '')
    const input = isFresh && random.oneIn(2) ? fresh : mutate(random, fresh, random.pick(this.#pool) ?? '')
    const { failure, path } = this.#check(input, setting, chunked(random, input))
    if (failure) await this.#report(failure, input, setting)
    else if (!this.paths.has(path)) this.#pool[this.#pool.length < MOST_KEPT ? this.#pool.length : random.below(MOST_KEPT)] = input
    this.paths.add(path)
    return input
  }

  #check(input: string, setting: Setting, chunks: readonly string[]): Checked {
    this.executions += 1
    return check(input, setting, chunks)
  }

  /** One report a property and reason: the same mistake is found a thousand times. */
  async #report(failure: Failure, input: string, setting: Setting): Promise<void> {
    const reason = failure.property
    if (this.#known.has(reason)) return
    this.#known.add(reason)
    const fails = (smaller: string): boolean => check(smaller, setting, Array.from(smaller)).failure?.property === failure.property
    const smallest = fails(input) ? await minimise(input, MOST_TRIES, fails) : input
    const detail = check(smallest, setting, Array.from(smallest)).failure ?? failure
    if (this.found.some(({ input }) => input === smallest)) return
    this.found.push({ failure: detail, input: smallest, file: keep('reader', failure.property, smallest) })
  }
}
