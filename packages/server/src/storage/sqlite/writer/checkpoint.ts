/** Moves pages from the write-ahead log into the database, between batches: never inside a commit that somebody waits for. */
import type { DatabaseSync } from 'node:sqlite'

/** Pages in the log: 8 MB. */
const ENOUGH = 2000
const COMMITS_BETWEEN_LOOKS = 32
const QUIET_MS = 500

export class Checkpoints {
  readonly #look
  readonly #move
  #commits = 0
  #quiet: NodeJS.Timeout | undefined

  constructor(database: DatabaseSync) {
    this.#look = database.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#move = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /** After the answer for a batch is out. */
  committed(): void {
    if (++this.#commits >= COMMITS_BETWEEN_LOOKS) {
      this.#commits = 0
      const { log, checkpointed } = this.#look.get() ?? {}
      if (Number(log) - Number(checkpointed) >= ENOUGH) this.#move.get()
    }
    if (this.#quiet === undefined) this.#quiet = setTimeout(() => this.#rest(), QUIET_MS)
    else this.#quiet.refresh()
  }

  close(): void {
    clearTimeout(this.#quiet)
  }

  #rest(): void {
    this.#quiet = undefined
    try {
      this.#move.get()
    } catch {
      // The disk is full or broken: the next commit says so, with somebody to tell.
    }
  }
}
