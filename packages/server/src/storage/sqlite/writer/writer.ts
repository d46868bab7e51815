/** Runs batches: one transaction each, all or nothing where the disk is at fault, without the one bad call where a call is. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { explain, isTheDisk } from '../failure.ts'
import type { Answer, Call, Rows, WriteCall } from '../protocol.ts'
import { appender } from './append.ts'
import { calls } from './calls.ts'
import { Names } from './names.ts'
import { Tail } from './tail.ts'

export type Outcome = { readonly kind: 'committed'; readonly writes: readonly Answer[] } | { readonly kind: 'failed'; readonly why: string }

type Callable = Readonly<Record<string, ((...args: never[]) => unknown) | undefined>>

export class Writer {
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #names: Names
  readonly #tail: Tail
  readonly #append: ReturnType<typeof appender>
  readonly #reads: Callable
  readonly #writes: Callable

  constructor(database: DatabaseSync, tailRows: number) {
    this.#database = database
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
    this.#names = new Names(database)
    this.#tail = new Tail(database, tailRows)
    this.#append = appender(database, this.#names, this.#tail)
    const { reads, writes } = calls(database, this.#names, this.#tail)
    this.#reads = reads
    this.#writes = writes
  }

  /** The highest id ever given, as far as the database can tell: new ones must be higher, also after the clock went back. */
  lastId(): number {
    const highest = this.#database.prepare(`SELECT max(
      (SELECT coalesce(max(id), 0) FROM message),
      (SELECT coalesce(max(mark), 0) FROM owner),
      coalesce((SELECT value FROM setting WHERE name = 'last_id'), 0)) AS id`)
    return Number(highest.get()?.['id'])
  }

  write(rows: Rows, writes: readonly WriteCall[]): Outcome {
    try {
      return this.#transaction(rows, writes, call => ({ value: invoke(this.#writes, call) }))
    } catch (error) {
      this.#undo()
      if (writes.length === 0 || isTheDisk(error)) return { kind: 'failed', why: explain(error) }
    }
    // Perhaps one call is to blame: again, each behind a savepoint, so that the others need not suffer.
    try {
      return this.#transaction(rows, writes, call => this.#guarded(call))
    } catch (error) {
      this.#undo()
      return { kind: 'failed', why: explain(error) }
    }
  }

  read(reads: readonly Call[]): Answer[] {
    return reads.map(call => {
      try {
        return { value: invoke(this.#reads, call) }
      } catch (error) {
        return { error: explain(error) }
      }
    })
  }

  #transaction(rows: Rows, writes: readonly WriteCall[], run: (call: WriteCall) => Answer): Outcome {
    this.#begin.run()
    this.#tail.load()
    const appendUpTo = rows.count === 0 ? undefined : this.#append(rows)
    const answers: Answer[] = []
    for (const call of writes) {
      appendUpTo?.(call.after)
      answers.push(run(call))
    }
    appendUpTo?.(rows.count)
    this.#tail.settle()
    this.#commit.run()
    return { kind: 'committed', writes: answers }
  }

  #guarded(call: WriteCall): Answer {
    this.#database.exec('SAVEPOINT one')
    try {
      const value = invoke(this.#writes, call)
      this.#database.exec('RELEASE one')
      return { value }
    } catch (error) {
      if (isTheDisk(error) || !this.#database.isTransaction) throw error
      this.#database.exec('ROLLBACK TO one; RELEASE one')
      this.#names.forget()
      return { error: explain(error) }
    }
  }

  /** Some errors end the transaction by themselves (https://sqlite.org/lang_transaction.html). */
  #undo(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    } finally {
      this.#names.forget()
      this.#tail.forget()
    }
  }
}

function invoke(table: Callable, { name, args }: Call): unknown {
  const call = table[name]
  if (call === undefined) throw new TypeError(`The storage thread has no ${name}`)
  return call(...(args as never[]))
}
