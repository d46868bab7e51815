/** What leaves the archive: delivered messages nobody keeps, old ones, and those of removed accounts. In chunks, so that commits go on. */
import type { DatabaseSync } from 'node:sqlite'
import { decode, encode, NO_PEERS, withPeers, type Entries } from '../block.ts'
import type { Names } from './names.ts'
import type { Tail } from './tail.ts'

const ROWS_A_CHUNK = 500
const OWNERS_A_CHUNK = 100
const BLOCKS_A_CHUNK = 100

export interface ExpireStep {
  /** Go on after this owner's blocks; undefined when blocks are done and it is the messages' turn. */
  readonly owner: number | undefined
  readonly removed: number
  readonly isDone: boolean
}

export function forgetting(database: DatabaseSync, names: Names, tail: Tail) {
  const forgetSide = sideForgetter(database)
  const waitingUpTo = database.prepare('SELECT id FROM waiting WHERE owner = ? AND id <= ? LIMIT ?')
  const dropWaitingUpTo = database.prepare('DELETE FROM waiting WHERE owner = ? AND id <= ?')
  const dropWaiting = database.prepare('DELETE FROM waiting WHERE id < ?')
  const raiseMark = database.prepare('UPDATE owner SET mark = ?2 WHERE id = ?1 AND mark < ?2')
  const chunkEnd = database.prepare('SELECT max(id) AS id, count(*) AS n FROM (SELECT id FROM message WHERE id < ? ORDER BY id LIMIT ?)')
  const dropMessages = database.prepare('DELETE FROM message WHERE id <= ?')
  const noteLastId = database.prepare(
    `INSERT INTO setting SELECT 'last_id', max(id) FROM message WHERE true HAVING max(id) IS NOT NULL
     ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`,
  )
  const gone = database.prepare('SELECT id FROM owner WHERE localpart IS NULL LIMIT 1')
  const cut = blockCutter(database)
  const trimBlocks = blockTrimmer(database, cut)
  const forgetOf = ownerForgetter(database, { tail, forgetSide, cut })
  const purge = purger(database, tail, forgetSide)

  return {
    /** Moves marks forward; what was received up to them and is not kept goes. */
    raiseMarks: (marks: ReadonlyMap<string, number>): void => {
      for (const [localpart, mark] of marks) {
        const owner = names.makeOwner(localpart)
        if (raiseMark.run(owner, mark).changes === 0) continue
        for (const row of waitingUpTo.all(owner, mark, -1)) forgetSide(owner, Number(row['id']))
        dropWaitingUpTo.run(owner, mark)
      }
    },
    /** One step of forgetting everything with an id below: first out of the blocks, owner by owner, then the messages. */
    expire: (below: number, after: number | undefined): ExpireStep => {
      noteLastId.run()
      tail.trim(below)
      if (after === 0) dropWaiting.run(below)
      if (after !== undefined) return { owner: trimBlocks(below, after), removed: 0, isDone: false }
      const { id, n } = chunkEnd.get(below, ROWS_A_CHUNK) ?? {}
      if (typeof id === 'number') dropMessages.run(id)
      return { owner: undefined, removed: Number(n), isDone: Number(n) < ROWS_A_CHUNK }
    },
    /** One step of forgetting what one owner has with an id below; others keep their sides of it. */
    expireOf: (localpart: string, below: number): Omit<ExpireStep, 'owner'> => {
      const owner = names.owner(localpart)
      if (owner === undefined) return { removed: 0, isDone: true }
      noteLastId.run()
      return forgetOf(owner, below)
    },
    /** One step of clearing away what removed accounts owned; false when there is nothing left. */
    purge: (): boolean => {
      const owner = gone.get()?.['id']
      if (typeof owner !== 'number') return false
      noteLastId.run()
      purge(owner)
      return true
    },
  }
}

/** Takes one side off a message; the message goes with its last side. */
function sideForgetter(database: DatabaseSync): (owner: number, id: number) => void {
  const sides = database.prepare('SELECT a, b FROM message WHERE id = ?')
  const drop = database.prepare('DELETE FROM message WHERE id = ?')
  const dropA = database.prepare('UPDATE message SET a = NULL, a_peer = NULL WHERE id = ?')
  const dropB = database.prepare('UPDATE message SET b = NULL, b_peer = NULL WHERE id = ?')
  return (owner, id) => {
    const row = sides.get(id)
    if (row === undefined || (row['a'] !== owner && row['b'] !== owner)) return
    const isA = row['a'] === owner
    const other = isA ? row['b'] : row['a']
    if (other === null) drop.run(id)
    else if (isA) dropA.run(id)
    else dropB.run(id)
  }
}

type Cut = (owner: number, first: number, below: number) => void

/** Leaves of a block that begins there what has an id that is not below. */
function blockCutter(database: DatabaseSync): Cut {
  const entries = database.prepare('SELECT entries FROM block WHERE owner = ? AND first = ?')
  const insert = database.prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?, ?)')
  const drop = database.prepare('DELETE FROM block WHERE owner = ? AND first = ?')
  return (owner, first, below) => {
    const { ids, marks } = decode(first, entries.get(owner, first)?.['entries'] as Uint8Array)
    drop.run(owner, first)
    const at = ids.findIndex(id => id >= below)
    const left: Entries = { ids: ids.slice(at), marks: marks.slice(at) }
    const start = left.ids[0] ?? 0
    const { bytes, next } = encode(left, 0, start)
    insert.run(owner, start, left.ids[next - 1] ?? 0, next, withPeers(NO_PEERS, left.marks, 0, next), bytes)
  }
}

/** One block of an owner a step, and with the last step what is in no block yet. */
function ownerForgetter(
  database: DatabaseSync,
  { tail, forgetSide, cut }: { readonly tail: Tail; readonly forgetSide: (owner: number, id: number) => void; readonly cut: Cut },
): (owner: number, below: number) => Omit<ExpireStep, 'owner'> {
  const block = database.prepare('SELECT first, last, entries FROM block WHERE owner = ? AND first < ? ORDER BY first LIMIT 1')
  const dropBlock = database.prepare('DELETE FROM block WHERE owner = ? AND first = ?')
  return (owner, below) => {
    const row = block.get(owner, below)
    const first = Number(row?.['first'])
    const ids = row === undefined ? tail.of(owner).ids : decode(first, row['entries'] as Uint8Array).ids
    const old = ids.filter(id => id < below)
    for (const id of old) forgetSide(owner, id)
    if (row === undefined) tail.trim(below, owner)
    else if (Number(row['last']) < below) dropBlock.run(owner, first)
    else cut(owner, first, below)
    return { removed: old.length, isDone: row === undefined }
  }
}

/** Cuts the blocks of the next few owners; gives the last it is done with, or undefined when there are no more owners. */
function blockTrimmer(database: DatabaseSync, cut: Cut): (below: number, after: number) => number | undefined {
  const nextOwner = database.prepare('SELECT owner, first FROM block WHERE owner > ? ORDER BY owner, first LIMIT 1')
  const old = database.prepare('SELECT first, last FROM block WHERE owner = ? AND first < ? ORDER BY first LIMIT ?')
  const drop = database.prepare('DELETE FROM block WHERE owner = ? AND first = ?')

  /** False when there are more. */
  const trimOwner = (owner: number, below: number): boolean => {
    const blocks = old.all(owner, below, BLOCKS_A_CHUNK)
    for (const { first, last } of blocks) {
      if (Number(last) < below) drop.run(owner, first ?? null)
      else cut(owner, Number(first), below)
    }
    return blocks.length < BLOCKS_A_CHUNK
  }

  return (below, after) => {
    for (let seen = 0; seen < OWNERS_A_CHUNK; seen++) {
      const row = nextOwner.get(after)
      if (row === undefined) return undefined
      const owner = Number(row['owner'])
      if (Number(row['first']) < below && !trimOwner(owner, below)) return after
      after = owner
    }
    return after
  }
}

function purger(database: DatabaseSync, tail: Tail, forgetSide: (owner: number, id: number) => void): (owner: number) => void {
  const block = database.prepare('SELECT first, entries FROM block WHERE owner = ? ORDER BY first LIMIT 1')
  const dropBlock = database.prepare('DELETE FROM block WHERE owner = ? AND first = ?')
  const waiting = database.prepare('SELECT id FROM waiting WHERE owner = ? ORDER BY id LIMIT ?')
  const dropWaiting = database.prepare('DELETE FROM waiting WHERE owner = ? AND id = ?')
  const dropOwner = database.prepare('DELETE FROM owner WHERE id = ?')

  return owner => {
    const row = block.get(owner)
    if (row !== undefined) {
      for (const id of decode(Number(row['first']), row['entries'] as Uint8Array).ids) forgetSide(owner, id)
      dropBlock.run(owner, Number(row['first']))
      return
    }
    for (const id of tail.of(owner).ids) forgetSide(owner, id)
    tail.trim(Infinity, owner)
    const unkept = waiting.all(owner, BLOCKS_A_CHUNK)
    for (const { id } of unkept) {
      forgetSide(owner, Number(id))
      dropWaiting.run(owner, Number(id))
    }
    if (unkept.length < BLOCKS_A_CHUNK) dropOwner.run(owner)
  }
}
