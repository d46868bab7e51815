/** Walks an owner's index in either direction: the blocks of the database and the tail that is not in blocks yet. */
import type { DatabaseSync } from 'node:sqlite'
import { decode, peerPlace, type Entries } from '../block.ts'

export interface Walk {
  readonly owner: number
  /** Bounds of the id, both inclusive. */
  readonly low: number
  readonly high: number
  readonly tail: Entries
  /** Blocks without this peer are skipped; `accepts` decides about entries all the same. */
  readonly peer?: number | undefined
  readonly accepts: (mark: number) => boolean
}

/** Set in every character of the set of peers, so that every block passes. */
const ANY = 0x40
/** Beyond this many blocks nobody counts. */
const BLOCKS_TO_COUNT = 100

export class Index {
  readonly #firstBlock
  readonly #lastIndexed
  readonly #forward
  readonly #backward
  readonly #counts

  constructor(database: DatabaseSync) {
    this.#firstBlock = database.prepare('SELECT first FROM block WHERE owner = ? AND first <= ? ORDER BY first DESC LIMIT 1')
    this.#lastIndexed = database.prepare('SELECT last FROM block WHERE owner = ? ORDER BY first DESC LIMIT 1')
    const range =
      'FROM block WHERE owner = ? AND first >= ? AND first <= ? AND last >= ? AND unicode(substr(peers, ?, 1)) & ? ORDER BY first'
    this.#forward = database.prepare(`SELECT first, entries ${range}`)
    this.#backward = database.prepare(`SELECT first, entries ${range} DESC`)
    this.#counts = database.prepare(`SELECT first, last, count ${range} LIMIT ${BLOCKS_TO_COUNT + 1}`)
  }

  forward(walk: Walk, limit: number): number[] {
    const ids: number[] = []
    for (const row of this.#forward.iterate(...this.#range(walk))) {
      if (ids.length >= limit) return ids
      takeForward(decode(Number(row['first']), row['entries'] as Uint8Array), walk, limit, ids)
    }
    takeForward(this.#unindexed(walk), walk, limit, ids)
    return ids
  }

  /** The newest first. */
  backward(walk: Walk, limit: number): number[] {
    const ids: number[] = []
    takeBackward(this.#unindexed(walk), walk, limit, ids)
    if (ids.length >= limit) return ids
    for (const row of this.#backward.iterate(...this.#range(walk))) {
      takeBackward(decode(Number(row['first']), row['entries'] as Uint8Array), walk, limit, ids)
      if (ids.length >= limit) break
    }
    return ids
  }

  /** Undefined when there are too many to count. */
  count(walk: Walk): number | undefined {
    if (walk.peer !== undefined) return this.#countEntries(walk)
    const blocks = this.#counts.all(...this.#range(walk))
    if (blocks.length > BLOCKS_TO_COUNT) return undefined
    let count = countIn(this.#unindexed(walk), walk)
    for (const { first, last, count: all } of blocks) {
      const isInside = Number(first) >= walk.low && Number(last) <= walk.high
      count += isInside ? Number(all) : this.#countOne(walk, Number(first))
    }
    return count
  }

  #countOne(walk: Walk, first: number): number {
    const row = this.#forward.get(walk.owner, first, first, 0, 1, ANY)
    return row === undefined ? 0 : countIn(decode(first, row['entries'] as Uint8Array), walk)
  }

  #countEntries(walk: Walk): number | undefined {
    let count = countIn(this.#unindexed(walk), walk)
    let blocks = 0
    for (const row of this.#forward.iterate(...this.#range(walk))) {
      if (++blocks > BLOCKS_TO_COUNT) return undefined
      count += countIn(decode(Number(row['first']), row['entries'] as Uint8Array), walk)
    }
    return count
  }

  #range({ owner, low, high, peer }: Walk): [number, number, number, number, number, number] {
    const start = Number(this.#firstBlock.get(owner, low)?.['first'] ?? 0)
    const { place, bit } = peer === undefined ? { place: 1, bit: ANY } : peerPlace(peer)
    return [owner, start, Math.min(high, Number.MAX_SAFE_INTEGER), low, place, bit]
  }

  /** The tail without what went into a block since the writer was asked. */
  #unindexed({ owner, tail }: Walk): Entries {
    const last = Number(this.#lastIndexed.get(owner)?.['last'] ?? 0)
    const at = tail.ids.findIndex(id => id > last)
    if (at === 0) return tail
    return at < 0 ? { ids: [], marks: [] } : { ids: tail.ids.slice(at), marks: tail.marks.slice(at) }
  }
}

function takeForward({ ids, marks }: Entries, walk: Walk, limit: number, into: number[]): void {
  for (let at = 0; at < ids.length && into.length < limit; at++) {
    const id = ids[at] ?? 0
    if (id >= walk.low && id <= walk.high && walk.accepts(marks[at] ?? 0)) into.push(id)
  }
}

function takeBackward({ ids, marks }: Entries, walk: Walk, limit: number, into: number[]): void {
  for (let at = ids.length - 1; at >= 0 && into.length < limit; at--) {
    const id = ids[at] ?? 0
    if (id >= walk.low && id <= walk.high && walk.accepts(marks[at] ?? 0)) into.push(id)
  }
}

function countIn({ ids, marks }: Entries, walk: Walk): number {
  let count = 0
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] ?? 0
    if (id >= walk.low && id <= walk.high && walk.accepts(marks[at] ?? 0)) count++
  }
  return count
}
