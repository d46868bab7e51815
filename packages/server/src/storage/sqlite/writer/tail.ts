/**
 * The newest entries of the archive, in memory until they go into blocks: by then an owner has several, and one page of the index
 * is written for all of them. Loses nothing: it is read back from `message` at start and after a rollback.
 */
import type { DatabaseSync } from 'node:sqlite'
import { BLOCK_BYTES, BLOCK_ENTRIES, NO_PEERS, encode, markOf, withPeers, type Entries } from '../block.ts'

interface Pending extends Entries {
  /** The first id it had, and how many rows had been written by then. */
  readonly from: number
  readonly since: number
}

const NOTHING: Entries = { ids: [], marks: [] }

export class Tail {
  readonly #statements
  readonly #rowsAtMost: number
  /** In order of `from`, as it never changes and ids only grow. */
  readonly #pending = new Map<number, Pending>()
  readonly #full = new Set<number>()
  #rows = 0
  #isLoaded = false
  /** Everything up to here is in blocks, says the database; the truth may be further. */
  #indexed = 0
  #indexedAtRow = 0

  constructor(database: DatabaseSync, rowsAtMost: number) {
    this.#rowsAtMost = rowsAtMost
    this.#statements = {
      indexed: database.prepare("SELECT value FROM setting WHERE name = 'indexed'"),
      setIndexed: database.prepare("INSERT OR REPLACE INTO setting VALUES ('indexed', ?)"),
      rows: database.prepare('SELECT id, a, a_peer, b, b_peer, sides FROM message WHERE id > ? ORDER BY id'),
      lastBlock: database.prepare('SELECT first, last, count, peers, entries FROM block WHERE owner = ? ORDER BY first DESC LIMIT 1'),
      grow: database.prepare('UPDATE block SET last = ?, count = ?, peers = ?, entries = ? WHERE owner = ? AND first = ?'),
      insert: database.prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?, ?)'),
    }
  }

  /** To be called first in every transaction. */
  load(): void {
    if (this.#isLoaded) return
    this.#indexed = Number(this.#statements.indexed.get()?.['value'] ?? 0)
    for (const { id, a, a_peer, b, b_peer, sides } of this.#statements.rows.iterate(this.#indexed)) {
      this.rowWritten()
      if (a !== null && (Number(sides) & 2) !== 0) this.add(Number(a), Number(id), markOf(Number(a_peer), (Number(sides) & 1) !== 0))
      if (b !== null && (Number(sides) & 8) !== 0) this.add(Number(b), Number(id), markOf(Number(b_peer), (Number(sides) & 4) !== 0))
    }
    this.#isLoaded = true
  }

  /** After a rollback: what is here may not have happened. */
  forget(): void {
    this.#pending.clear()
    this.#full.clear()
    this.#rows = 0
    this.#indexedAtRow = 0
    this.#isLoaded = false
  }

  rowWritten(): void {
    this.#rows++
  }

  add(owner: number, id: number, mark: number): void {
    const pending = this.#pending.get(owner)
    if (pending === undefined) {
      this.#pending.set(owner, { from: id, since: this.#rows, ids: [id], marks: [mark] })
      return
    }
    pending.ids.push(id)
    pending.marks.push(mark)
    if (pending.ids.length === BLOCK_ENTRIES) this.#full.add(owner)
  }

  /** What an owner has that may not be in a block yet, oldest first. Just after a start, some of it may be in one. */
  of(owner: number): Entries {
    return this.#pending.get(owner) ?? NOTHING
  }

  /** To be called last in every transaction: puts into blocks what waited longest. */
  settle(): void {
    for (const owner of this.#full) this.#index(owner)
    this.#full.clear()
    for (const [owner, { since }] of this.#pending) {
      if (since > this.#rows - this.#rowsAtMost) break
      this.#index(owner)
    }
    this.#noteIndexed()
  }

  /** Puts all that an owner has into blocks. */
  flush(owner: number): void {
    this.#index(owner)
    this.#full.delete(owner)
  }

  /** Forgets entries with an id below, of one owner or of all. */
  trim(below: number, owner?: number): void {
    for (const [key, { ids, marks }] of owner === undefined ? this.#pending : [[owner, this.of(owner)] as const]) {
      let gone = 0
      while (gone < ids.length && (ids[gone] ?? 0) < below) gone++
      if (gone === 0) continue
      ids.splice(0, gone)
      marks.splice(0, gone)
      if (ids.length === 0) this.#pending.delete(key)
    }
  }

  #noteIndexed(): void {
    if (this.#rows - this.#indexedAtRow < this.#rowsAtMost / 8) return
    const oldest = this.#pending.values().next().value
    if (oldest === undefined || oldest.from - 1 <= this.#indexed) return
    this.#indexed = oldest.from - 1
    this.#indexedAtRow = this.#rows
    this.#statements.setIndexed.run(this.#indexed)
  }

  #index(owner: number): void {
    const entries = this.#pending.get(owner)
    if (entries === undefined) return
    this.#pending.delete(owner)
    const block = this.#statements.lastBlock.get(owner)
    const last = Number(block?.['last'] ?? 0)
    let at = entries.ids.findIndex(id => id > last)
    if (at < 0) return
    if (block !== undefined) at = this.#grow(owner, block, entries, at)
    while (at < entries.ids.length) {
      const first = entries.ids[at] ?? 0
      const { bytes, next } = encode(entries, at, first)
      this.#statements.insert.run(owner, first, entries.ids[next - 1] ?? 0, next - at, withPeers(NO_PEERS, entries.marks, at, next), bytes)
      at = next
    }
  }

  #grow(owner: number, block: Record<string, unknown>, entries: Entries, at: number): number {
    const before = block['entries'] as Uint8Array
    const count = Number(block['count'])
    const { bytes, next } = encode(entries, at, Number(block['last']), BLOCK_BYTES - before.length, BLOCK_ENTRIES - count)
    if (next === at) return at
    const grown = new Uint8Array(before.length + bytes.length)
    grown.set(before)
    grown.set(bytes, before.length)
    const peers = withPeers(String(block['peers']), entries.marks, at, next)
    const last = entries.ids[next - 1] ?? 0
    this.#statements.grow.run(last, count + next - at, peers, grown, owner, Number(block['first']))
    return next
  }
}
