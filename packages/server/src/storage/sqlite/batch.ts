/** A batch of writes that is still being gathered: messages packed tight, other writes between them, reads that must see these. */
import { StorageError, type ArchiveEntry } from '../repositories.ts'
import { A_KEEPS, A_RECEIVED, B_KEEPS, B_RECEIVED, HAS_B, type Answer, type ToWriter } from './protocol.ts'
import { settle, type Asked } from './asked.ts'

interface AskedWrite extends Asked {
  readonly after: number
}

export class Batch {
  /** What waits in here, about, in characters. */
  size = 0
  readonly #numbers: number[] = []
  readonly #writes: AskedWrite[] = []
  readonly #reads: Asked[] = []
  #rows = 0
  #text = ''
  #committed: PromiseWithResolvers<void> | undefined

  get hasRows(): boolean {
    return this.#rows > 0
  }

  get hasWrites(): boolean {
    return this.#writes.length > 0
  }

  get isEmpty(): boolean {
    return this.#rows === 0 && this.#writes.length === 0
  }

  append(id: number, stanza: string, a: ArchiveEntry, b: ArchiveEntry | undefined): void {
    let sides = (a.direction === 'received' ? A_RECEIVED : 0) | (a.kept ? A_KEEPS : 0)
    let text = `${a.owner}\0${a.peer}\0`
    if (b !== undefined) {
      sides |= HAS_B | (b.direction === 'received' ? B_RECEIVED : 0) | (b.kept ? B_KEEPS : 0)
      text += `${b.owner}\0${b.peer}\0`
    }
    this.#numbers.push(id, sides)
    this.#text += `${text}${stanza}\0`
    this.size += text.length + stanza.length
    this.#rows++
  }

  write(name: string, args: readonly unknown[]): Promise<unknown> {
    this.size += 100 + sizeOf(args)
    return new Promise((resolve, reject) => this.#writes.push({ name, args, after: this.#rows, resolve, reject }))
  }

  readAfter(read: Asked): void {
    this.#reads.push(read)
  }

  /** Settles with the batch; the same promise for everyone. */
  committed(): Promise<void> {
    if (this.#committed === undefined) {
      this.#committed = Promise.withResolvers()
      // Whoever forgets to wait must not end the process; `trouble` tells the operator.
      this.#committed.promise.catch(() => undefined)
    }
    return this.#committed.promise
  }

  toMessage(): ToWriter {
    return {
      kind: 'batch',
      rows: { count: this.#rows, numbers: this.#numbers, text: this.#text },
      writes: this.#writes.map(({ name, args, after }) => ({ name, args, after })),
      reads: this.#reads.map(({ name, args }) => ({ name, args })),
    }
  }

  succeed(writes: readonly Answer[]): void {
    this.#committed?.resolve()
    settle(this.#writes, writes)
  }

  answer(reads: readonly Answer[]): void {
    settle(this.#reads, reads)
  }

  fail(error: StorageError): void {
    this.#committed?.reject(error)
    for (const { reject } of this.#writes) reject(error)
  }

  /** When nobody will answer any more. */
  abandon(error: StorageError): void {
    this.fail(error)
    for (const { reject } of this.#reads) reject(error)
  }
}

/** In characters, about; of lists and of what is directly in them. */
function sizeOf(arg: unknown): number {
  if (typeof arg === 'string') return arg.length
  if (Array.isArray(arg)) return arg.reduce((size: number, one: unknown) => size + sizeOf(one), 0)
  if (typeof arg !== 'object' || arg === null) return 100
  return Object.values(arg).reduce((size: number, value: unknown) => size + (typeof value === 'string' ? value.length : 20), 100)
}
