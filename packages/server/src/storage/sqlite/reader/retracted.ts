/** Finds what a retraction (XEP-0424) is about, in the conversation it is in, and what is to stand there instead. */
import type { DatabaseSync } from 'node:sqlite'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { tombstoneOf } from '../../../messages/tombstone.ts'
import type { ArchivedMessage } from '../../repositories.ts'
import { peerOf, type Entries } from '../block.ts'
import type { NotedRetraction } from '../writer/retractions.ts'
import type { Index } from './entries.ts'

/** Messages of the conversation, newest first, among which it is looked for: an old one stays. */
const MOST_READ = 2000

export function retractedFinder(database: DatabaseSync, index: Index) {
  // Only what has the id in it somewhere is taken apart.
  const candidate = database.prepare('SELECT stanza FROM message WHERE id = ? AND instr(stanza, ?) > 0')

  return ({ at, owner, peer, author, messageId, called }: NotedRetraction, tail: Entries): ArchivedMessage[] => {
    const meant = new Set([messageId])
    let needle = plainPart(messageId)
    const signs = { author, by: called, stamp: writeDateTime(Math.floor(at / 1000)) }
    const found: ArchivedMessage[] = []
    const walk = { owner, peer, low: 0, high: at - 1, tail, accepts: (mark: number) => peerOf(mark) === peer }
    for (const id of index.backward(walk, MOST_READ)) {
      const text = candidate.get(id, needle)?.['stanza']
      const tombstone = typeof text === 'string' ? tombstoneOf(text, meant, signs) : undefined
      if (!tombstone) continue
      found.push({ id, stanza: tombstone.text })
      // Older than the original there is nothing of it; and clients that count from one call others the same.
      if (tombstone.replaces === undefined) break
      if (!meant.has(tombstone.replaces)) {
        meant.add(tombstone.replaces)
        needle = ''
      }
    }
    return found
  }
}

/** The longest stretch that is written the same however it is escaped. */
const plainPart = (id: string): string => (id.match(/[\w-]+/g) ?? []).reduce((best, part) => (part.length > best.length ? part : best), '')
