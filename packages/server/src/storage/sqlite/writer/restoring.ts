/**
 * Puts messages of another time into one owner's history: what came with the account from elsewhere, or from a copy that was made here. They
 * go among what is there, in order of id; what is there already stays as it is.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Localpart, RestoredMessage } from '../../repositories.ts'
import { decode, encode, type Entries, markOf, NO_PEERS, withPeers } from '../block.ts'
import { indexedText, type Side } from '../search-words.ts'
import type { Names } from './names.ts'
import type { Tail } from './tail.ts'

interface Placed {
  readonly id: number
  readonly mark: number
}

/** `last` is the highest id that may be given. Gives how many messages are new in the owner's archive. */
export type Restore = (owner: Localpart, messages: readonly RestoredMessage[], last: number) => number

export function restoring(database: DatabaseSync, names: Names, tail: Tail): Restore {
  const place = placer(database)
  const waiting = database.prepare('INSERT OR IGNORE INTO waiting VALUES (?, ?)')
  const merge = merger(database)
  return (localpart, messages, last) => {
    const owner = names.makeOwner(localpart)
    // From here on the index of this owner is all in blocks.
    tail.flush(owner)
    const placed: Placed[] = []
    let restored = 0
    for (const message of messages) {
      const peer = names.makePeer(message.peer)
      const id = place(owner, peer, message, last)
      if (id === undefined) continue
      restored += 1
      if (message.kept) placed.push({ id, mark: markOf(peer, message.direction === 'received') })
      else waiting.run(owner, id)
    }
    if (placed.length > 0) merge(owner, placed)
    return restored
  }
}

/** Gives the id that the message has now; undefined when the owner has it already. */
function placer(database: DatabaseSync): (owner: number, peer: number, message: RestoredMessage, last: number) => number | undefined {
  const find = database.prepare('SELECT a, a_peer, b, b_peer, sides, stanza FROM message WHERE id = ?')
  const insert = database.prepare('INSERT INTO message VALUES (?, ?, ?, NULL, NULL, ?, ?)')
  const takeA = database.prepare('UPDATE message SET a = ?, a_peer = ?, sides = ? WHERE id = ?')
  const takeB = database.prepare('UPDATE message SET b = ?, b_peer = ?, sides = ? WHERE id = ?')
  const searchable = database.prepare("SELECT value FROM setting WHERE name = 'searchable'")
  const dropWords = database.prepare('DELETE FROM words WHERE rowid = ?')
  const putWords = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')

  const index = (id: number, stanza: string, sides: readonly Side[]): void => {
    // What is newer than the index is put in by itself.
    if (id > Number(searchable.get()?.['value'] ?? 0)) return
    dropWords.run(id)
    const text = sides.length > 0 ? indexedText(stanza, sides) : undefined
    if (text !== undefined) putWords.run(id, text)
  }

  return (owner, peer, { id: wanted, direction, kept, stanza }, last) => {
    const bits = (direction === 'received' ? 1 : 0) | (kept ? 2 : 0)
    const own: readonly Side[] = kept ? [{ owner, peer }] : []
    let id = Math.min(wanted, last)
    for (let step = 1; ;) {
      const row = find.get(id)
      if (row === undefined) {
        insert.run(id, owner, peer, bits, stanza)
        index(id, stanza, own)
        return id
      }
      if (row['stanza'] === stanza) {
        if (row['a'] === owner || row['b'] === owner) return undefined
        const sides = Number(row['sides'])
        // The same message, of which the other side is here: it is kept once.
        if (row['a'] === null || row['b'] === null) {
          const isA = row['a'] === null
          if (isA) takeA.run(owner, peer, (sides & 12) | bits, id)
          else takeB.run(owner, peer, (sides & 3) | (bits << 2), id)
          index(id, stanza, [...own, ...otherSide(row, isA, sides)])
          return id
        }
      }
      // Somebody else's message of the same microsecond.
      if (id >= last) step = -1
      id += step
    }
  }
}

function otherSide(row: Record<string, unknown>, isA: boolean, sides: number): readonly Side[] {
  const [owner, peer, keeps] = isA ? [row['b'], row['b_peer'], sides & 8] : [row['a'], row['a_peer'], sides & 2]
  return owner !== null && keeps !== 0 ? [{ owner: Number(owner), peer: Number(peer) }] : []
}

/** Writes anew the blocks among which the entries fall, and the one before them, which may have room. */
function merger(database: DatabaseSync): (owner: number, placed: readonly Placed[]) => void {
  const before = database.prepare('SELECT first FROM block WHERE owner = ? AND first <= ? ORDER BY first DESC LIMIT 1')
  const blocks = database.prepare('SELECT first, entries FROM block WHERE owner = ? AND first >= ? AND first <= ? ORDER BY first')
  const drop = database.prepare('DELETE FROM block WHERE owner = ? AND first >= ? AND first <= ?')
  const insert = database.prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?, ?)')
  return (owner, placed) => {
    const low = placed.reduce((least, { id }) => Math.min(least, id), Infinity)
    const high = placed.reduce((most, { id }) => Math.max(most, id), 0)
    const from = Number(before.get(owner, low)?.['first'] ?? low)
    const all = new Map<number, number>()
    for (const { first, entries } of blocks.all(owner, from, high)) {
      const { ids, marks } = decode(Number(first), entries as Uint8Array)
      for (const [at, id] of ids.entries()) all.set(id, marks[at] ?? 0)
    }
    for (const { id, mark } of placed) all.set(id, mark)
    drop.run(owner, from, high)
    const ids = [...all.keys()].sort((one, other) => one - other)
    const merged: Entries = { ids, marks: ids.map(id => all.get(id) ?? 0) }
    for (let at = 0; at < ids.length;) {
      const first = ids[at] ?? 0
      const { bytes, next } = encode(merged, at, first)
      insert.run(owner, first, ids[next - 1] ?? 0, next - at, withPeers(NO_PEERS, merged.marks, at, next), bytes)
      at = next
    }
  }
}
