/** The main thread's side of the reading thread, which starts with the first question. */
import { StorageError } from '../repositories.ts'
import { settle, type Asked } from './asked.ts'
import type { FromReader, ToReader } from './protocol.ts'
import { startThread, type Thread } from './thread.ts'

export class HistoryReader {
  readonly #file: string
  readonly #posted: (readonly Asked[])[] = []
  #thread: Thread<ToReader> | undefined
  #reads: Asked[] = []
  #isClosed = false

  constructor(file: string) {
    this.#file = file
  }

  read(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new StorageError('The store is closed.'))
    return new Promise((resolve, reject) => {
      if (this.#reads.length === 0) setImmediate(() => this.#post())
      this.#reads.push({ name, args, resolve, reject })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#post()
    this.#thread?.post({ kind: 'close' })
    await this.#thread?.ended
  }

  #post(): void {
    const reads = this.#reads
    if (reads.length === 0) return
    this.#reads = []
    this.#thread ??= this.#start()
    this.#posted.push(reads)
    this.#thread.post({ kind: 'reads', reads: reads.map(({ name, args }) => ({ name, args })) })
  }

  #start(): Thread<ToReader> {
    return startThread<ToReader, FromReader>({
      file: new URL('reader/worker.ts', import.meta.url),
      name: 'history',
      data: this.#file,
      hear: ({ reads }) => settle(this.#posted.shift() ?? [], reads),
      died: error => this.#abandon(error),
    })
  }

  /** The next question starts another thread. */
  #abandon(error: StorageError): void {
    this.#thread = undefined
    for (const reads of this.#posted.splice(0)) for (const { reject } of reads) reject(error)
  }
}
