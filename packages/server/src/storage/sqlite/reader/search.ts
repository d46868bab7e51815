/**
 * Full-text search in one person's history: through the index of words as far as that goes, and by reading what is newer. Every hit is
 * looked up in the archive before it is believed.
 */
import type { DatabaseSync } from 'node:sqlite'
import { searchableText } from '../../../search/searchable.ts'
import { hasPhrases, type Phrase, wordsOf } from '../../../search/words.ts'
import { matchOf } from '../search-words.ts'
import type { Index, Walk } from './entries.ts'

/** What is not in the index yet is read, up to so many messages. */
const MOST_READ = 10_000
/** More hits than this nobody counts. */
const MOST_COUNTED = 250

/** There is too much yet to be put into the index: after an upgrade, while the history of years is read. */
export class NotIndexedYet extends Error {}

interface Parts {
  readonly phrases: readonly Phrase[]
  readonly isIn: (walk: Walk, id: number) => boolean
}

export function searcher(database: DatabaseSync, index: Index) {
  const known = database.prepare("SELECT value FROM setting WHERE name = 'searchable'")
  const text = database.prepare('SELECT stanza FROM message WHERE id = ?')
  const hits = 'SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid'
  const upward = database.prepare(hits)
  const downward = database.prepare(`${hits} DESC`)

  const isHit = (id: number, phrases: readonly Phrase[]): boolean => {
    const stanza = text.get(id)?.['stanza']
    return typeof stanza === 'string' && hasPhrases(wordsOf(searchableText(stanza)), phrases)
  }

  const indexed = (statement: typeof upward, walk: Walk, limit: number, { phrases, isIn }: Parts): number[] => {
    const ids: number[] = []
    const high = Math.min(walk.high, Number(known.get()?.['value'] ?? 0))
    if (limit <= 0 || walk.low > high) return ids
    for (const { rowid } of statement.iterate(matchOf(walk.owner, walk.peer, phrases), walk.low, high)) {
      if (isIn(walk, Number(rowid))) ids.push(Number(rowid))
      if (ids.length >= limit) break
    }
    return ids
  }

  /** Oldest first. */
  const unindexed = (walk: Walk, { phrases }: Parts): number[] => {
    const low = Math.max(walk.low, Number(known.get()?.['value'] ?? 0) + 1)
    if (low > walk.high) return []
    const ids = index.forward({ ...walk, low }, MOST_READ + 1)
    if (ids.length > MOST_READ) throw new NotIndexedYet()
    return ids.filter(id => isHit(id, phrases))
  }

  return {
    isHit,
    /** To be walked like the index of the archive. */
    source: (parts: Parts) => ({
      forward(walk: Walk, limit: number): number[] {
        const ids = indexed(upward, walk, limit, parts)
        return ids.length < limit ? [...ids, ...unindexed(walk, parts)].slice(0, limit) : ids
      },
      backward(walk: Walk, limit: number): number[] {
        const newest = unindexed(walk, parts).toReversed().slice(0, limit)
        return [...newest, ...indexed(downward, walk, limit - newest.length, parts)]
      },
      count(walk: Walk): number | undefined {
        const count = indexed(upward, walk, MOST_COUNTED + 1, parts).length
        return count > MOST_COUNTED ? undefined : count + unindexed(walk, parts).length
      },
    }),
  }
}
