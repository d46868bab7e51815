/** Puts the rows of a batch into the archive. */
import type { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../repositories.ts'
import { markOf } from '../block.ts'
import { A_KEEPS, A_RECEIVED, B_KEEPS, B_RECEIVED, HAS_B, type Rows } from '../protocol.ts'
import type { Names } from './names.ts'
import type { Tail } from './tail.ts'

/** Gives a function that writes the rows of one batch up to (not including) a number; call it with growing numbers. */
export function appender(database: DatabaseSync, names: Names, tail: Tail): (rows: Rows) => (upTo: number) => void {
  const message = database.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)')
  const waiting = database.prepare('INSERT INTO waiting VALUES (?, ?)')

  const side = (owner: number, peer: number, id: number, isReceived: boolean, isKept: boolean): void => {
    if (isKept) tail.add(owner, id, markOf(peer, isReceived))
    else waiting.run(owner, id)
  }

  return ({ count, numbers, text }) => {
    const pieces = text.split('\0')
    if (count !== countRows(numbers, pieces.length)) throw new StorageError('A batch of messages is out of step with its text.')
    let row = 0
    let piece = 0
    const next = (): string => pieces[piece++] ?? ''
    return upTo => {
      for (; row < upTo; row++) {
        const id = numbers[row * 2] ?? 0
        const sides = numbers[row * 2 + 1] ?? 0
        const a = names.makeOwner(next())
        const aPeer = names.makePeer(next())
        const b = (sides & HAS_B) === 0 ? null : names.makeOwner(next())
        const bPeer = b === null ? null : names.makePeer(next())
        tail.rowWritten()
        message.run(id, a, aPeer, b, bPeer, sides & ~HAS_B, next())
        side(a, aPeer, id, (sides & A_RECEIVED) !== 0, (sides & A_KEEPS) !== 0)
        if (b !== null && bPeer !== null) side(b, bPeer, id, (sides & B_RECEIVED) !== 0, (sides & B_KEEPS) !== 0)
      }
    }
  }
}

/** -1 when the pieces of text are not those the numbers speak of: a NUL somewhere would give a message to somebody else. */
function countRows(numbers: readonly number[], pieces: number): number {
  let expected = 1
  for (let at = 1; at < numbers.length; at += 2) expected += ((numbers[at] ?? 0) & HAS_B) === 0 ? 3 : 5
  return expected === pieces ? numbers.length / 2 : -1
}
