/** The list of retractions (XEP-0424) that are to be carried out, and carrying them out. */
import type { DatabaseSync } from 'node:sqlite'
import type { Retraction } from '../../repositories.ts'
import type { Names } from './names.ts'

/** As the reader is asked to look for what it is about. */
export interface NotedRetraction extends Pick<Retraction, 'at' | 'author' | 'messageId' | 'called'> {
  readonly owner: number
  readonly peer: number
}

export function retractionTable(database: DatabaseSync, names: Names) {
  const next = database.prepare('SELECT at, owner, peer, author, message_id, called FROM retraction ORDER BY at LIMIT 1')
  const insert = database.prepare('INSERT INTO retraction VALUES (?, ?, ?, ?, ?, ?)')
  const drop = database.prepare('DELETE FROM retraction WHERE at = ?')
  const rewrite = database.prepare('UPDATE message SET stanza = ? WHERE id = ?')

  return {
    next: (): NotedRetraction | undefined => {
      const row = next.get()
      if (row === undefined) return undefined
      const { at, owner, peer, author, message_id: messageId, called } = row
      return {
        at: Number(at),
        owner: Number(owner),
        peer: Number(peer),
        author: String(author),
        messageId: String(messageId),
        called: String(called),
      }
    },
    note: ({ at, owner, peer, author, messageId, called }: Retraction): void => {
      insert.run(at, names.makeOwner(owner), names.makePeer(peer), author, messageId, called)
    },
    carryOut: (at: number, tombstones: readonly { readonly id: number; readonly stanza: string }[]): void => {
      for (const { id, stanza } of tombstones) rewrite.run(stanza, id)
      drop.run(at)
    },
  }
}
