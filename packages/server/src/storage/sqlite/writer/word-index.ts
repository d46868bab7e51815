/** Puts messages into the index of words, some in each step, in a transaction of its own that also notes how far it came. */
import type { DatabaseSync } from 'node:sqlite'
import { indexedText, type Side } from '../search-words.ts'

/** A few milliseconds of work: nobody who waits for a commit notices. */
const ROWS_A_STEP = 256

export class WordIndex {
  readonly #database: DatabaseSync
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = {
      known: database.prepare("SELECT value FROM setting WHERE name = 'searchable'"),
      note: database.prepare("INSERT OR REPLACE INTO setting VALUES ('searchable', ?)"),
      rows: database.prepare('SELECT id, a, a_peer, b, b_peer, sides, stanza FROM message WHERE id > ? ORDER BY id LIMIT ?'),
      insert: database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)'),
    }
  }

  /** False when everything is in the index. */
  step(): boolean {
    const rows = this.#statements.rows.all(this.#known(), ROWS_A_STEP)
    const last = rows.at(-1)?.['id']
    if (typeof last !== 'number') return false
    this.#inTransaction(() => {
      for (const row of rows) this.#add(row)
      this.#statements.note.run(last)
    })
    return rows.length === ROWS_A_STEP
  }

  /** Switched off, it takes no room. */
  empty(): void {
    if (this.#known() === 0) return
    this.#inTransaction(() => {
      this.#database.exec("INSERT INTO words (words) VALUES ('delete-all')")
      this.#statements.note.run(0)
    })
  }

  #known(): number {
    return Number(this.#statements.known.get()?.['value'] ?? 0)
  }

  #add(row: Record<string, unknown>): void {
    const sides = keptBy(row)
    const text = sides.length > 0 ? indexedText(String(row['stanza']), sides) : undefined
    if (text !== undefined) this.#statements.insert.run(Number(row['id']), text)
  }

  #inTransaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

/** What waits for somebody and is kept by nobody is in no history, and cannot be searched. */
function keptBy({ a, a_peer, b, b_peer, sides }: Record<string, unknown>): Side[] {
  const kept: Side[] = []
  if (a !== null && (Number(sides) & 2) !== 0) kept.push({ owner: Number(a), peer: Number(a_peer) })
  if (b !== null && (Number(sides) & 8) !== 0) kept.push({ owner: Number(b), peer: Number(b_peer) })
  return kept
}
