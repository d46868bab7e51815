/** Tries the negotiation: sequences of steps over real connections against the command that operators run. */
import { readFileSync } from 'node:fs'
import { firstLogin } from '../../../e2e/src/client/first-login.ts'
import { startPlodge } from '../../../e2e/src/target/plodge.ts'
import { type RunningTarget, person } from '../../../e2e/src/target/target.ts'
import { type Seed, keep } from '../corpus.ts'
import { minimise } from '../minimise.ts'
import type { Random } from '../random.ts'
import { type Played, play } from './actor.ts'
import { changed, sequence } from './steps.ts'
import type { Failure } from '../reader/properties.ts'

/** The server is not to wait for us. */
const PLAYERS = 6
const MOST_GROWTH_MB = 250
const MOST_KEPT = 1000
const MOST_TRIES = 60

export interface FoundSequence {
  readonly failure: Failure
  readonly input: readonly string[]
  readonly file: string
}

export class NegotiationFuzz {
  executions = 0
  readonly paths = new Set<string>()
  readonly found: FoundSequence[] = []
  readonly #random: Random
  readonly #target: RunningTarget
  readonly #pool: (readonly string[])[] = []
  readonly #known = new Set<string>()
  readonly #megabytes: number

  private constructor(random: Random, target: RunningTarget) {
    this.#random = random
    this.#target = target
    this.#megabytes = residentMegabytes(target.pid)
  }

  static async start(random: Random): Promise<NegotiationFuzz> {
    const target = await startPlodge({ people: 3 })
    await firstLogin(target, person(target, 0))
    return new NegotiationFuzz(random, target)
  }

  async replay(seeds: readonly Seed[]): Promise<void> {
    for (const { file, text } of seeds) {
      const steps = JSON.parse(text) as string[]
      const { failure } = await this.#play(steps)
      if (failure) this.found.push({ failure, input: steps, file })
      this.#pool.push(steps)
    }
  }

  async run(until: number): Promise<void> {
    const player = async (): Promise<void> => {
      while (Date.now() < until && this.found.length === 0) await this.#step()
    }
    await Promise.all(Array.from({ length: PLAYERS }, player))
  }

  /** Looks at what the whole run did to the server, and stops it. */
  async end(): Promise<void> {
    const grown = residentMegabytes(this.#target.pid) - this.#megabytes
    if (grown > MOST_GROWTH_MB) this.#note({ property: 'grows', detail: `The server grew by ${Math.round(grown)} MB` }, [])
    const mistake = /^.*a stream met a mistake of ours.*$/m.exec(this.#target.log())?.[0]
    if (mistake !== undefined) this.#note({ property: 'logs-a-mistake', detail: mistake }, [])
    await this.#target.stop()
  }

  async #step(): Promise<void> {
    const random = this.#random
    const seed = random.pick(this.#pool)
    const steps = seed && random.oneIn(2) ? changed(random, seed) : sequence(random)
    const { failure, path } = await this.#play(steps)
    if (failure) await this.#report(failure, steps)
    else if (!this.paths.has(path)) this.#pool[this.#pool.length < MOST_KEPT ? this.#pool.length : random.below(MOST_KEPT)] = steps
    this.paths.add(path)
  }

  async #play(steps: readonly string[]): Promise<Played> {
    this.executions += 1
    try {
      return await play(this.#target, steps)
    } catch (error) {
      return { failure: { property: 'dies', detail: String(error) }, path: 'dies' }
    }
  }

  async #report(failure: Failure, steps: readonly string[]): Promise<void> {
    if (this.#known.has(failure.property)) return
    this.#known.add(failure.property)
    const fails = async (smaller: readonly string[]): Promise<boolean> => (await this.#play(smaller)).failure?.property === failure.property
    this.#note(failure, await minimise(steps, MOST_TRIES, fails))
  }

  #note(failure: Failure, input: readonly string[]): void {
    this.found.push({ failure, input, file: keep('negotiation', failure.property, JSON.stringify(input, undefined, 1)) })
  }
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
