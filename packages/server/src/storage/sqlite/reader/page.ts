/** One page of history (XEP-0313 with XEP-0059). */
import type { DatabaseSync } from 'node:sqlite'
import type { ArchivedMessage, ArchivePage, ArchivePageQuery } from '../../repositories.ts'
import { peerOf } from '../block.ts'
import type { Standing } from '../writer/calls.ts'
import type { Index, Walk } from './entries.ts'
import { NotIndexedYet, searcher } from './search.ts'

const NONE: ArchivePage = { messages: [], complete: true, count: 0, found: true }
const NOT_FOUND: ArchivePage = { messages: [], complete: false, count: undefined, found: false }
const NOT_READY: ArchivePage = { ...NOT_FOUND, found: true, isNotReady: true }

export function pager(database: DatabaseSync, index: Index, fetch: (ids: readonly number[]) => ArchivedMessage[]) {
  const peerKeptBy = sideOf(database)
  const peerName = namesOfPeers(database)
  const search = searcher(database, index)

  const sourceOf = ({ ids, phrases }: ArchivePageQuery): Source => {
    const isIn = ({ owner, peer }: Walk, id: number): boolean => {
      const found = peerKeptBy(owner, id)
      return found !== undefined && (peer === undefined || found === peer)
    }
    if (ids !== undefined) return listed(ids, (walk, id) => isIn(walk, id) && (!phrases || search.isHit(id, phrases)))
    return phrases ? search.source({ phrases, isIn }) : index
  }

  return (query: ArchivePageQuery, standing: Standing | undefined): ArchivePage => {
    const named = namedIds(query)
    if (standing === undefined) return named.length > 0 ? NOT_FOUND : NONE
    const { owner, peer, tail } = standing
    const peers = named.map(id => peerKeptBy(owner, id))
    if (peers.includes(undefined)) return NOT_FOUND
    if (query.peer !== undefined && peer === undefined) return NONE

    const filter: Walk = {
      owner,
      tail,
      peer,
      low: Math.max(query.start === undefined ? 0 : Math.ceil(query.start) * 1000, (query.afterId ?? -1) + 1),
      high: Math.min(query.end === undefined ? Infinity : Math.floor(query.end) * 1000 + 999, (query.beforeId ?? Infinity) - 1),
      accepts: peer === undefined ? () => true : mark => peerOf(mark) === peer,
    }
    try {
      const source = sourceOf(query)
      const { ids, isComplete } = take(source, filter, query)
      const messages = query.tellsPeers ? fetch(ids).map(({ id, stanza }) => ({ id, stanza, peer: peerName(owner, id) })) : fetch(ids)
      return { messages, complete: isComplete, count: source.count(filter), found: true }
    } catch (error) {
      if (error instanceof NotIndexedYet) return NOT_READY
      throw error
    }
  }
}

/** XEP-0313 §4.1 and §4.3: each of these must be in the archive, or the answer is item-not-found. */
function namedIds({ ids, afterId, beforeId, after, before }: ArchivePageQuery): number[] {
  return [...(ids ?? []), afterId, beforeId, after, before].filter(id => typeof id === 'number')
}

/** The peer's number of a message the owner keeps; undefined when it is not in the owner's history. */
function sideOf(database: DatabaseSync): (owner: number, id: number) => number | undefined {
  const message = database.prepare('SELECT a, a_peer, b, b_peer, sides FROM message WHERE id = ?')
  return (owner, id) => {
    const row = message.get(id)
    if (row === undefined) return undefined
    const sides = Number(row['sides'])
    if (row['a'] === owner && (sides & 2) !== 0) return Number(row['a_peer'])
    return row['b'] === owner && (sides & 8) !== 0 ? Number(row['b_peer']) : undefined
  }
}

function namesOfPeers(database: DatabaseSync): (owner: number, id: number) => string {
  const name = database.prepare(
    'SELECT address FROM message JOIN peer ON peer.id = CASE a WHEN ? THEN a_peer ELSE b_peer END WHERE message.id = ?',
  )
  return (owner, id) => String(name.get(owner, id)?.['address'] ?? '')
}

interface Source {
  forward(walk: Walk, limit: number): number[]
  backward(walk: Walk, limit: number): number[]
  count(walk: Walk): number | undefined
}

/** One more than asked for tells whether the page is the last. */
function take(source: Source, filter: Walk, { after, before, max }: ArchivePageQuery): { ids: number[]; isComplete: boolean } {
  const low = Math.max(filter.low, (after ?? -1) + 1)
  if (before === undefined) {
    const ids = source.forward({ ...filter, low }, max + 1)
    return { ids: ids.slice(0, max), isComplete: ids.length <= max }
  }
  const high = before === 'last' ? filter.high : Math.min(filter.high, before - 1)
  const ids = source.backward({ ...filter, low, high }, max + 1)
  return { ids: ids.slice(0, max).toReversed(), isComplete: ids.length <= max }
}

/** The ids a client named, walked like the index. */
function listed(named: readonly number[], accepts: (walk: Walk, id: number) => boolean): Source {
  const ids = [...new Set(named)].sort((a, b) => a - b)
  const within = (walk: Walk): number[] => ids.filter(id => id >= walk.low && id <= walk.high && accepts(walk, id))
  return {
    forward: (walk, limit) => within(walk).slice(0, limit),
    backward: (walk, limit) => within(walk).toReversed().slice(0, limit),
    count: walk => within(walk).length,
  }
}
