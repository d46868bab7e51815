/** The items of nodes in their table, in order of publication. */
import type { DatabaseSync } from 'node:sqlite'
import {
  type ItemPage,
  type ItemQuery,
  type ItemRecord,
  type LastItem,
  LONG_PAYLOAD,
  type NodeChange,
  type NodeOwner,
} from '../../node-records.ts'

type Row = Record<string, unknown>
type Place = (owner: NodeOwner, name: string) => number | undefined

export function nodeItemTable(database: DatabaseSync, place: Place) {
  return { reads: { nodeItems: itemReader(database, place) }, writes: itemWrites(database, place) }
}

const NOTHING: NodeChange = { removed: [], items: 0, bytes: 0, last: undefined }
const COLUMNS = 'id, at, publisher, payload'
export const NEWEST = `SELECT id, at, publisher, CASE WHEN bytes <= ${LONG_PAYLOAD} THEN payload END AS payload
  FROM node_item WHERE node = ? ORDER BY place DESC LIMIT 1`

function itemWrites(database: DatabaseSync, place: Place) {
  const drop = database.prepare('DELETE FROM node_item WHERE node = ? AND id = ?')
  const dropAll = database.prepare('DELETE FROM node_item WHERE node = ? RETURNING id')
  const insert = database.prepare('INSERT INTO node_item (node, id, at, publisher, bytes, payload) VALUES (?, ?, ?, ?, ?, ?)')
  const trim = database.prepare(
    `DELETE FROM node_item WHERE node = ?1 AND place <=
       (SELECT place FROM node_item WHERE node = ?1 ORDER BY place DESC LIMIT 1 OFFSET ?2) RETURNING id`,
  )
  const size = database.prepare('SELECT items, bytes FROM node WHERE id = ?')
  const last = database.prepare(NEWEST)
  const changed = (node: number, removed: readonly string[]): NodeChange => {
    const { items, bytes } = size.get(node) ?? {}
    const newest = last.get(node)
    return { removed, items: Number(items), bytes: Number(bytes), last: newest && lastFrom(newest) }
  }
  const ids = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => String(id))
  return {
    publishItems: (owner: NodeOwner, name: string, items: readonly ItemRecord[], keep: number): NodeChange => {
      const node = place(owner, name)
      if (node === undefined) return NOTHING
      for (const { id, at, publisher, payload } of items) {
        drop.run(node, id)
        insert.run(node, id, at, publisher, Buffer.byteLength(payload), payload)
      }
      return changed(node, keep === Infinity ? [] : ids(trim.all(node, keep)))
    },
    retractItems: (owner: NodeOwner, name: string, some: readonly string[] | undefined): NodeChange => {
      const node = place(owner, name)
      if (node === undefined) return NOTHING
      if (!some) return changed(node, ids(dropAll.all(node)))
      return changed(
        node,
        some.filter(id => Number(drop.run(node, id).changes) > 0),
      )
    },
  }
}

function itemReader(database: DatabaseSync, place: Place): (query: ItemQuery) => ItemPage {
  const byId = database.prepare(`SELECT ${COLUMNS} FROM node_item WHERE node = ? AND id = ? AND at >= ?`)
  const placeOf = database.prepare('SELECT place FROM node_item WHERE node = ? AND id = ?')
  const count = database.prepare('SELECT count(*) AS n FROM node_item WHERE node = ? AND at >= ?')
  const before = database.prepare('SELECT count(*) AS n FROM node_item WHERE node = ? AND at >= ? AND place < ?')
  const range = `SELECT place, ${COLUMNS} FROM node_item WHERE node = ? AND at >= ? AND place > ? AND place < ? ORDER BY place`
  const upward = database.prepare(`${range} LIMIT ? OFFSET ?`)
  const downward = database.prepare(`${range} DESC LIMIT ?`)

  return ({ owner, node: name, ids, after, before: until, isLast = false, skip = 0, since = 0, max: most, mostBytes }) => {
    // SQLite knows no number without end.
    const max = Math.min(most, Number.MAX_SAFE_INTEGER)
    const node = place(owner, name)
    if (node === undefined) return { items: [], count: 0, index: 0, found: after === undefined && until === undefined }
    if (ids) {
      const rows = ids.flatMap(id => byId.all(node, id, since))
      return { items: fitting(rows, mostBytes).map(itemFrom), count: rows.length, index: 0, found: true }
    }
    const low = after === undefined ? 0 : Number(placeOf.get(node, after)?.['place'] ?? -1)
    const high = until === undefined ? Number.MAX_SAFE_INTEGER : Number(placeOf.get(node, until)?.['place'] ?? -1)
    const total = Number(count.get(node, since)?.['n'])
    if (low < 0 || high < 0) return { items: [], count: total, index: 0, found: false }
    const isBackward = isLast || until !== undefined
    const rows = fitting(
      isBackward ? downward.iterate(node, since, low, high, max) : upward.iterate(node, since, low, high, max, skip),
      mostBytes,
    )
    if (isBackward) rows.reverse()
    const index = rows[0] ? Number(before.get(node, since, Number(rows[0]['place']))?.['n']) : 0
    return { items: rows.map(itemFrom), count: total, index, found: true }
  }
}

/** As many as the bytes allow, one at least. */
function fitting(rows: Iterable<Row>, mostBytes: number): Row[] {
  const fit: Row[] = []
  let bytes = 0
  for (const row of rows) {
    bytes += String(row['payload']).length
    if (bytes > mostBytes && fit.length > 0) break
    fit.push(row)
  }
  return fit
}

const itemFrom = (row: Row): ItemRecord => ({
  id: String(row['id']),
  at: Number(row['at']),
  publisher: String(row['publisher']),
  payload: String(row['payload']),
})

export const lastFrom = (row: Row): LastItem => ({
  id: String(row['id']),
  at: Number(row['at']),
  publisher: String(row['publisher']),
  payload: typeof row['payload'] === 'string' ? row['payload'] : undefined,
})
