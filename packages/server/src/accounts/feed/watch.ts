/**
 * Keeps the accounts as the password feed says. The folder is watched, since a feed is renamed into place; a slow look at the file
 * itself makes up for file systems that tell nothing. A new file is taken once it lay still for a moment and was read whole.
 */
import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../routing/host.ts'
import type { FeedCounts } from './changes.ts'
import type { LineRules } from './line.ts'
import type { Feed } from './parse.ts'
import { type FileState, checksumOf, readFeed, stateOf } from './read.ts'

export type FeedOutcome = { readonly kind: 'applied'; readonly counts: FeedCounts } | { readonly kind: 'refused'; readonly why: string }

export interface TakenFile {
  is(checksum: string): Promise<boolean>
  set(checksum: string): Promise<void>
}

export interface FeedWatchOptions {
  readonly file: string
  readonly rules: () => LineRules
  readonly apply: (feed: Feed) => Promise<FeedOutcome>
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Which file was taken last, over restarts: it need not be taken again. */
  readonly taken?: TakenFile | undefined
  readonly pollMillis?: number
  /** How long the file must lie still. */
  readonly stillMillis?: number
}

/** A file that is written all the time is looked at again by the next poll. */
const MOST_TRIES = 20

/** Nobody writes to a file that was last written so long ago. */
const OLD_MS = 10_000
const isOld = async (file: string): Promise<boolean> => Date.now() - (await stat(file)).mtimeMs > OLD_MS

export class FeedWatch {
  readonly #options: FeedWatchOptions & { readonly pollMillis: number; readonly stillMillis: number }
  readonly #stop = new AbortController()
  #watcher: FSWatcher | undefined
  #poll: NodeJS.Timeout | undefined
  /** What was judged last, taken or refused. */
  #judged: FileState | undefined
  #running: Promise<FeedOutcome | undefined> | undefined
  #isDue = false
  #isAgain = false

  constructor(options: FeedWatchOptions) {
    this.#options = { pollMillis: 10_000, stillMillis: 500, ...options }
  }

  /** Settles when the feed as it is now has been judged. */
  async start(): Promise<void> {
    this.#watchFolder()
    this.#poll = setInterval(() => void this.#look(), this.#options.pollMillis)
    this.#poll.unref()
    await this.#look()
  }

  /** Judges the file again though it did not change (SIGHUP); undefined when there is none, or it does not lie still. */
  async reread(): Promise<FeedOutcome | undefined> {
    await this.#running
    this.#judged = undefined
    this.#isAgain = true
    return this.#look()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#watcher?.close()
    clearInterval(this.#poll)
    await this.#running
  }

  #watchFolder(): void {
    const { file, log } = this.#options
    try {
      this.#watcher = watch(dirname(file), { persistent: false }, (_, name) => {
        if (name === null || name === basename(file)) void this.#look()
      })
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {
      log.warn({ file }, 'the folder of the password feed cannot be watched; looking at the file now and then instead')
    }
  }

  /** One look at a time; what happens meanwhile is looked at afterwards. */
  #look(): Promise<FeedOutcome | undefined> {
    this.#isDue = true
    return (this.#running ??= this.#lookWhileDue().finally(() => (this.#running = undefined)))
  }

  async #lookWhileDue(): Promise<FeedOutcome | undefined> {
    let outcome: FeedOutcome | undefined
    for (let tries = 0; this.#isDue && tries < MOST_TRIES && !this.#stop.signal.aborted; tries++) {
      this.#isDue = false
      outcome = (await this.#judge().catch((error: unknown) => this.#failed(error))) ?? outcome
    }
    return outcome
  }

  async #judge(): Promise<FeedOutcome | undefined> {
    const { file, rules, log } = this.#options
    const state = await stateOf(file)
    if (state === this.#judged && state !== undefined) return undefined
    if (state === undefined) {
      if (this.#judged !== 'missing') log.warn({ file }, 'there is no password feed; everybody stays as they are')
      this.#judged = 'missing'
      return undefined
    }
    if (!(await this.#liesStill(state))) return void (this.#isDue = true)
    const checksum = this.#options.taken && (await checksumOf(file))
    // Only at the start: whoever says "again" means it.
    if (checksum !== undefined && this.#judged === undefined && !this.#isAgain && (await this.#options.taken?.is(checksum))) {
      this.#judged = state
      return undefined
    }
    const reading = await readFeed(file, rules())
    if (reading.kind === 'changing') return void (this.#isDue = true)
    this.#judged = state
    const outcome: FeedOutcome = reading.kind === 'feed' ? await this.#options.apply(reading.feed) : { kind: 'refused', why: reading.why }
    if (reading.kind === 'feed' && reading.feed.badLines > 0)
      log.warn(
        { bad: reading.feed.bad.slice(0, 20), badLines: reading.feed.badLines },
        'some lines of the password feed were not understood',
      )
    if (outcome.kind === 'applied' && checksum !== undefined) await this.#options.taken?.set(checksum)
    if (outcome.kind === 'applied') log.info({ ...outcome.counts }, 'password feed taken')
    else log.error({ file }, `password feed refused, everybody stays as they are: ${outcome.why}`)
    return outcome
  }

  async #liesStill(state: FileState): Promise<boolean> {
    if (await isOld(this.#options.file)) return true
    try {
      await pause(this.#options.stillMillis, undefined, { signal: this.#stop.signal })
    } catch {
      return false
    }
    return (await stateOf(this.#options.file)) === state
  }

  /** The store could not take it: the next look tries again. */
  #failed(error: unknown): undefined {
    this.#judged = undefined
    if (!this.#stop.signal.aborted)
      this.#options.log.error(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'the password feed could not be stored; it will be tried again',
      )
    return undefined
  }
}
