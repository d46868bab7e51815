/**
 * Gathers writes into batches and hands them to the writer, one at a time. A batch begins when the writer is free and some
 * milliseconds have passed since the last one began; after quiet, at the end of the turn. Under load batches grow, not their number.
 */
import { StorageError, type ArchiveEntry } from '../repositories.ts'
import { settle, type Asked } from './asked.ts'
import { Batch } from './batch.ts'
import type { FromWriter, ToWriter } from './protocol.ts'

export interface GroupCommitOptions {
  readonly intervalMs: number
  /** Characters, about, that may wait in memory while the disk is slow or full; more is refused. */
  readonly waitingAtMost: number
  readonly post: (message: ToWriter) => void
}

/** While writing fails, how often it is tried. */
const RETRY_MS = 250

type Timer = { readonly cancel: () => void }

export class GroupCommit {
  readonly #options: GroupCommitOptions
  #running = new Batch()
  #posted: Batch | undefined
  #began = -Infinity
  #timer: Timer | undefined
  #trouble: string | undefined
  #closed: StorageError | undefined
  #idle: (() => void) | undefined
  /** Reads of this turn, and those the writer has: one array a message, in order. */
  #reads: Asked[] = []
  readonly #postedReads: (readonly Asked[])[] = []

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  get trouble(): string | undefined {
    return this.#trouble
  }

  append(id: number, stanza: string, a: ArchiveEntry, b: ArchiveEntry | undefined): void {
    this.#admit(stanza.length)
    this.#running.append(id, stanza, a, b)
    this.#schedule()
  }

  write(name: string, args: readonly unknown[]): Promise<unknown> {
    try {
      this.#admit(0)
    } catch (error) {
      return Promise.reject(error)
    }
    const promise = this.#running.write(name, args)
    this.#schedule()
    return promise
  }

  /** Sees every write before it. `seesRows`: messages too, so it waits for those that are gathered. */
  read(name: string, args: readonly unknown[], seesRows = false): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      const read: Asked = { name, args, resolve, reject }
      if (this.#running.hasWrites || (seesRows && this.#running.hasRows)) {
        this.#running.readAfter(read)
        return
      }
      if (this.#reads.length === 0) setImmediate(() => this.#postReads())
      this.#reads.push(read)
    })
  }

  committed(): Promise<void> | undefined {
    if (this.#running.hasRows) return this.#running.committed()
    return this.#posted?.hasRows === true ? this.#posted.committed() : undefined
  }

  /** To be given everything the writer says after `ready`. */
  hear(message: FromWriter): void {
    switch (message.kind) {
      case 'committed': {
        const batch = this.#takePosted()
        this.#trouble = undefined
        batch?.succeed(message.writes)
        batch?.answer(message.reads)
        break
      }
      case 'failed': {
        const batch = this.#takePosted()
        this.#trouble = message.why
        batch?.fail(new StorageError(`Nothing can be stored: ${message.why}`))
        batch?.answer(message.reads)
        break
      }
      case 'answers':
        settle(this.#postedReads.shift() ?? [], message.reads)
        break
      case 'ready':
      case 'refused':
    }
    this.#proceed()
  }

  /** The writer is gone and nothing will be answered. */
  abandon(error: StorageError): void {
    this.#closed ??= error
    this.#trouble = error.message
    this.#timer?.cancel()
    this.#posted?.abandon(error)
    this.#running.abandon(error)
    for (const reads of [...this.#postedReads, this.#reads]) for (const { reject } of reads) reject(error)
    this.#postedReads.length = 0
    this.#reads = []
    this.#posted = undefined
    this.#running = new Batch()
    this.#idle?.()
  }

  /** Takes nothing more; settles when all that waited has been answered. */
  async close(): Promise<void> {
    if (this.#closed !== undefined) return
    this.#closed = new StorageError('The store is closed.')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#idle = resolve
    this.#timer?.cancel()
    this.#timer = undefined
    this.#proceed()
    await promise
  }

  #admit(size: number): void {
    if (this.#closed !== undefined) throw this.#closed
    if (this.#running.size + size > this.#options.waitingAtMost) {
      throw new StorageError(`Too much waits to be stored: ${this.#trouble ?? 'the disk does not keep up'}.`)
    }
  }

  #takePosted(): Batch | undefined {
    const batch = this.#posted
    this.#posted = undefined
    return batch
  }

  #proceed(): void {
    if (this.#posted !== undefined) return
    if (!this.#running.isEmpty) this.#schedule()
    else if (this.#trouble !== undefined && this.#closed === undefined) this.#probe()
    else if (this.#idle !== undefined && this.#postedReads.length === 0 && this.#reads.length === 0) this.#idle()
  }

  #schedule(): void {
    if (this.#posted !== undefined || this.#timer !== undefined) return
    const interval = this.#trouble === undefined ? this.#options.intervalMs : RETRY_MS
    const wait = this.#closed === undefined ? this.#began + interval - performance.now() : 0
    this.#timer = wait <= 0 ? immediately(() => this.#post()) : later(() => this.#post(), wait)
  }

  #post(): void {
    this.#timer = undefined
    this.#began = performance.now()
    const batch = this.#running
    this.#running = new Batch()
    this.#posted = batch
    this.#options.post(batch.toMessage())
  }

  #postReads(): void {
    const reads = this.#reads
    if (reads.length === 0) return
    this.#reads = []
    this.#postedReads.push(reads)
    this.#options.post({ kind: 'reads', reads: reads.map(({ name, args }) => ({ name, args })) })
  }

  /** Whoever sees `trouble` may refuse to write, so that nobody would notice its end. */
  #probe(): void {
    this.#running.write('probe', [Date.now()]).catch(() => undefined)
    this.#schedule()
  }
}

function immediately(run: () => void): Timer {
  const handle = setImmediate(run)
  return { cancel: () => clearImmediate(handle) }
}

function later(run: () => void, ms: number): Timer {
  const handle = setTimeout(run, ms)
  return { cancel: () => clearTimeout(handle) }
}
