/** History as the reader can be asked for it: pages, bounds, what is undelivered. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ArchivedMessage, ArchivePage, ArchivePageQuery } from '../../repositories.ts'
import { isReceived } from '../block.ts'
import type { Standing } from '../writer/calls.ts'
import { Index } from './entries.ts'
import { pager } from './page.ts'
import { retractedFinder } from './retracted.ts'

/** How many messages may have gone just now before there seems to be none. */
const SPARE = 20

export type HistoryCalls = ReturnType<typeof historyCalls>

export function historyCalls(database: DatabaseSync) {
  const index = new Index(database)
  const text = database.prepare('SELECT stanza FROM message WHERE id = ?')
  const waiting = database.prepare('SELECT id FROM waiting WHERE owner = ? AND id > ? ORDER BY id LIMIT ?')
  const fetch = (ids: readonly number[]): ArchivedMessage[] => messages(text, ids)
  const page = pager(database, index, fetch)

  return {
    page: (query: ArchivePageQuery, standing: Standing | undefined): ArchivePage => page(query, standing),
    bounds(standing: Standing): { first: ArchivedMessage; last: ArchivedMessage } | undefined {
      const whole = { owner: standing.owner, low: 0, high: Infinity, tail: standing.tail, accepts: () => true }
      const [first] = fetch(index.forward(whole, SPARE))
      const [last] = fetch(index.backward(whole, SPARE))
      return first === undefined || last === undefined ? undefined : { first, last }
    },
    find: (ids: readonly number[]): ArchivedMessage[] => fetch(ids),
    retracted: retractedFinder(database, index),
    undelivered({ owner, tail }: Standing, after: number, limit: number): ArchivedMessage[] {
      const kept = index.forward({ owner, low: after + 1, high: Infinity, tail, accepts: isReceived }, limit)
      const unkept = waiting.all(owner, after, limit).map(row => Number(row['id']))
      return fetch([...kept, ...unkept].sort((a, b) => a - b).slice(0, limit))
    },
  }
}

/** Messages by id. One that is gone in the meantime is left out. */
function messages(text: StatementSync, ids: readonly number[]): ArchivedMessage[] {
  const found: ArchivedMessage[] = []
  for (const id of ids) {
    const stanza = text.get(id)?.['stanza']
    if (typeof stanza === 'string') found.push({ id, stanza })
  }
  return found
}
