/**
 * Decides when pages move from the write-ahead log into the database. Another thread moves the bulk while commits go on; what was
 * committed meanwhile is little, and moving it here, between two batches, lets the next commit start the log anew.
 */
import { once } from 'node:events'
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'

/** Pages in the log, 2 MB: moved often, they never hold up the disk for long. */
const ENOUGH = 500
/** Few enough to be moved between two batches. */
const LITTLE = 150
/** When the other thread cannot keep up, commits have to wait for it: 128 MB. */
const TOO_MUCH = 32_000
const COMMITS_BETWEEN_LOOKS = 16
const QUIET_MS = 500

export class Checkpoints {
  readonly #file: string
  readonly #look
  readonly #move
  #commits = 0
  #quiet: NodeJS.Timeout | undefined
  #mover: Worker | undefined
  #isMoving = false
  #before = 0

  constructor(database: DatabaseSync, file: string) {
    this.#file = file
    this.#look = database.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#move = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /** After the answer for a batch is out. */
  committed(): void {
    if (++this.#commits >= COMMITS_BETWEEN_LOOKS) this.#attempt(() => this.#consider())
    if (this.#quiet === undefined) this.#quiet = setTimeout(() => this.#rest(), QUIET_MS)
    else this.#quiet.refresh()
  }

  async close(): Promise<void> {
    clearTimeout(this.#quiet)
    if (this.#mover === undefined) return
    this.#mover.postMessage('close')
    await once(this.#mover, 'exit')
  }

  #consider(): void {
    this.#commits = 0
    const waiting = this.#waiting()
    if (waiting >= TOO_MUCH) this.#move.get()
    else if (waiting >= ENOUGH && !this.#isMoving) this.#moveElsewhere()
  }

  #waiting(): number {
    const { log, checkpointed } = this.#look.get() ?? {}
    return Number(log) - Number(checkpointed)
  }

  #moveElsewhere(): void {
    this.#isMoving = true
    this.#before = this.#waiting()
    this.#mover ??= this.#startMover()
    this.#mover.postMessage('move')
  }

  #startMover(): Worker {
    const mover = new Worker(new URL('checkpoint-worker.ts', import.meta.url), {
      name: 'checkpoints',
      workerData: this.#file,
      execArgv: [],
    })
    mover.on('message', () => this.#attempt(() => this.#moved()))
    mover.on('error', () => {
      this.#mover = undefined
      this.#isMoving = false
    })
    return mover
  }

  #moved(): void {
    this.#isMoving = false
    const waiting = this.#waiting()
    if (waiting <= LITTLE) this.#move.get()
    // A long read (a backup) holds pages in the log: then there is no point in trying again at once.
    else if (waiting < this.#before / 2) this.#moveElsewhere()
  }

  #rest(): void {
    this.#quiet = undefined
    if (!this.#isMoving) this.#attempt(() => this.#move.get())
  }

  /** The disk may be full or broken: the next commit says so, and to somebody who waits for it. */
  #attempt(run: () => void): void {
    try {
      run()
    } catch {
      this.#commits = 0
    }
  }
}
