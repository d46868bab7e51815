/** What the writer can be asked: reads outside a transaction, writes inside the transaction of a batch. */
import type { DatabaseSync } from 'node:sqlite'
import type { AccountRecord, Localpart, RosterRow } from '../../repositories.ts'
import type { Entries } from '../block.ts'
import { accountTable } from './accounts.ts'
import { clientTable } from './clients.ts'
import { documentTable } from './documents.ts'
import { forgetting } from './forget.ts'
import type { Names } from './names.ts'
import { nodeTables } from './nodes.ts'
import { recordTables } from './records.ts'
import { roomTables } from './rooms.ts'
import { rosterTable } from './rosters.ts'
import { restoring } from './restoring.ts'
import { retractionTable, type NotedRetraction } from './retractions.ts'
import type { Tail } from './tail.ts'
import { uploadTable } from './uploads.ts'
import { webSessionTable } from './web-sessions.ts'

/** Where an owner's history stands: what the reader needs to know beside the database. */
export interface Standing {
  readonly owner: number
  /** The number of the peer asked for: undefined when never heard of. */
  readonly peer: number | undefined
  readonly tail: Entries
}

export type ReadCalls = ReturnType<typeof calls>['reads']
export type WriteCalls = ReturnType<typeof calls>['writes']

export function calls(database: DatabaseSync, names: Names, tail: Tail) {
  const accounts = accountTable(database)
  const clients = clientTable(database, names)
  const webSessions = webSessionTable(database, names)
  const rosters = rosterTable(database)
  const documents = documentTable(database)
  const nodes = nodeTables(database, names)
  const rooms = roomTables(database)
  const records = recordTables(database)
  const uploads = uploadTable(database, names)
  const retractions = retractionTable(database, names)
  const forget = forgetting(database, names, tail)
  const mark = database.prepare('SELECT mark FROM owner WHERE localpart = ?')
  const rewrite = database.prepare('UPDATE message SET stanza = ? WHERE id = ? AND (a = ? OR b = ?)')
  const probe = database.prepare("INSERT OR REPLACE INTO setting VALUES ('probe', ?)")
  const removeAccount = accountRemover(database, names, accounts.remove)

  const reads = {
    ...clients.reads,
    ...webSessions.reads,
    ...nodes.reads,
    ...rooms.reads,
    ...records.reads,
    findAccount: accounts.find,
    listAccounts: accounts.list,
    countAccounts: accounts.count,
    loadRoster: (localpart: Localpart) => rosters.load(names.owner(localpart)),
    rosterSince: (localpart: Localpart, version: number) => rosters.since(names.owner(localpart), version),
    getDocument: (localpart: Localpart, kind: string, name: string) => {
      const owner = names.owner(localpart)
      return owner === undefined ? undefined : documents.get(owner, kind, name)
    },
    listDocuments: (localpart: Localpart, kind: string): ReadonlyMap<string, string> => {
      const owner = names.owner(localpart)
      return owner === undefined ? new Map() : documents.list(owner, kind)
    },
    findUpload: uploads.find,
    listUploads: uploads.list,
    uploadUsage: uploads.usage,
    uploadTotal: uploads.total,
    usedContents: uploads.used,
    looseContents: uploads.loose,
    deliveryMark: (localpart: Localpart): number => Number(mark.get(localpart)?.['mark'] ?? 0),
    nextRetraction: (): { readonly retraction: NotedRetraction; readonly tail: Entries } | undefined => {
      const retraction = retractions.next()
      if (retraction === undefined) return undefined
      tail.load()
      const { ids, marks } = tail.of(retraction.owner)
      return { retraction, tail: { ids, marks } }
    },
    standing: (localpart: Localpart, peer: string | undefined): Standing | undefined => {
      tail.load()
      const owner = names.owner(localpart)
      if (owner === undefined) return undefined
      const { ids, marks } = tail.of(owner)
      return { owner, peer: peer === undefined ? undefined : names.peer(peer), tail: { ids, marks } }
    },
  }

  const writes = {
    ...clients.writes,
    ...webSessions.writes,
    ...nodes.writes,
    ...rooms.writes,
    removeRoom: (name: string, history: string): void => {
      rooms.writes.dropRoom(name)
      removeAccount(history)
    },
    ...records.writes,
    putAccount: accounts.put,
    replaceAccounts: (put: readonly AccountRecord[], remove: readonly Localpart[]): void => {
      for (const localpart of remove) removeAccount(localpart)
      for (const account of put) accounts.put(account)
    },
    removeAccount,
    putRosterRow: (localpart: Localpart, row: RosterRow, version: number): void => rosters.put(names.makeOwner(localpart), row, version),
    removeRosterRow: (localpart: Localpart, contact: string, version: number): void =>
      rosters.remove(names.makeOwner(localpart), contact, version),
    setDocument: (localpart: Localpart, kind: string, name: string, text: string | undefined): void => {
      const owner = names.makeOwner(localpart)
      if (text === undefined) documents.remove(owner, kind, name)
      else documents.set(owner, kind, name, text)
    },
    putUpload: uploads.put,
    removeUpload: uploads.remove,
    removeContent: uploads.removeContent,
    expireUploads: uploads.expire,
    settleContent: uploads.settle,
    noteRetraction: retractions.note,
    carryOutRetraction: retractions.carryOut,
    rewriteMessage: (owner: Localpart, id: number, stanza: string): void => {
      const number = names.owner(owner) ?? null
      rewrite.run(stanza, id, number, number)
    },
    restoreMessages: restoring(database, names, tail),
    raiseMarks: forget.raiseMarks,
    expire: forget.expire,
    expireOf: forget.expireOf,
    purge: forget.purge,
    /** Writes for no other reason than to see whether writing works again. */
    probe: (at: number): void => void probe.run(at),
  }

  return { reads, writes }
}

/** At once nobody can reach what the account owned, whoever takes the name next; `purge` clears it away later. */
function accountRemover(database: DatabaseSync, names: Names, remove: (localpart: Localpart) => void): (localpart: Localpart) => void {
  const leave = database.prepare('UPDATE owner SET localpart = NULL WHERE id = ?')
  const drops = ['roster', 'roster_removal', 'document', 'upload', 'client', 'fast_token', 'web_session', 'node', 'retraction'].map(table =>
    database.prepare(`DELETE FROM ${table} WHERE owner = ?`),
  )
  const byName = ['usage_day', 'last_login'].map(table => database.prepare(`DELETE FROM ${table} WHERE localpart = ?`))
  return localpart => {
    remove(localpart)
    for (const drop of byName) drop.run(localpart)
    const owner = names.owner(localpart)
    if (owner === undefined) return
    for (const drop of drops) drop.run(owner)
    leave.run(owner)
    names.forget()
  }
}
