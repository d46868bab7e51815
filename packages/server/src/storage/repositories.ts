/**
 * What lasts, as narrow interfaces. SQLite is the first to stand behind them, PostgreSQL follows; nothing outside `storage/`
 * knows which. Every promise of a write settles only once the transaction that holds the write is on disk.
 */
import type { Archive } from './archive-records.ts'
import type { Clients } from './client-records.ts'
import type { Localpart } from './localpart.ts'
import type { Nodes } from './node-records.ts'
import type { Rooms } from './room-records.ts'
import type { WebSessions } from './web-session-records.ts'
import type { Audit, Usage } from './records.ts'

export type {
  ArchiveId,
  ArchiveEntry,
  Retraction,
  RestoredMessage,
  ArchivePageQuery,
  ArchivedMessage,
  ArchivePage,
  Archive,
} from './archive-records.ts'
export type { ClientRecord, Clients, ClientWay, FastToken } from './client-records.ts'
export type { WebSessionRecord, WebSessions } from './web-session-records.ts'
export type {
  ItemPage,
  ItemQuery,
  ItemRecord,
  LastItem,
  NodeChange,
  NodeHead,
  NodeOwner,
  NodeRecord,
  Nodes,
  NodeSize,
  OwnSubscription,
  SubscriptionRecord,
} from './node-records.ts'
export type { Localpart } from './localpart.ts'
export type { RoomChange, RoomHead, RoomMark, RoomOfPerson, RoomPage } from './room-records.ts'
export type { RoomPerson, RoomQuery, RoomRecord, Rooms, RoomSubject } from './room-records.ts'
export type { Audit, AuditEntry, Day, DayCount, Usage } from './records.ts'

/** How a password is proven without knowing it (RFC 5802 §3). Keys and salt are base64. */
export interface Verifier {
  readonly mechanism: 'SCRAM-SHA-1' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly iterations: number
  readonly salt: string
  readonly storedKey: string
  readonly serverKey: string
}

/** A password that was made here for one device of an account. How it is proven; the password itself is known nowhere. */
export interface AppPassword {
  readonly id: string
  /** What it is for, in the words of whoever made it. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** One for each mechanism. */
  readonly verifiers: readonly Verifier[]
}

/** Who exists. `feed` accounts come and go with the password feed, `local` ones were added by an operator. */
export interface AccountRecord {
  readonly localpart: Localpart
  readonly source: 'local' | 'feed'
  readonly name: string | undefined
  /** When the account was made and locked, milliseconds since 1970. */
  readonly createdAt: number
  readonly lockedAt: number | undefined
  /** The hash of the feed line (crypt, {SSHA}, …), for PLAIN; undefined for an account that has verifiers only. */
  readonly hash: string | undefined
  /** Verifiers made at the first PLAIN log-in, or given by the feed; dropped by whoever changes `hash`. */
  readonly verifiers: readonly Verifier[]
  /** Undefined is none. */
  readonly appPasswords?: readonly AppPassword[] | undefined
}

export interface Accounts {
  find(localpart: Localpart): Promise<AccountRecord | undefined>
  /** In order of localpart, at most `limit`, after `after`. */
  list(after: Localpart | undefined, limit: number): Promise<readonly AccountRecord[]>
  count(): Promise<number>
  put(account: AccountRecord): Promise<void>
  /** All in one transaction: a feed takes effect whole or not at all. */
  replace(changes: { readonly put: readonly AccountRecord[]; readonly remove: readonly Localpart[] }): Promise<void>
  /** Removes the account and everything it owns: roster, documents, archive entries. Out of reach when it settles, erased soon after. */
  remove(localpart: Localpart): Promise<void>
}

export type Subscription = 'none' | 'to' | 'from' | 'both'

/** RFC 6121 §2.1.2. `pendingIn` is the presence stanza of an unanswered request, kept as XML text (§3.1.3), or undefined. */
export interface RosterRow {
  readonly contact: string
  readonly name: string | undefined
  readonly groups: readonly string[]
  readonly subscription: Subscription
  readonly ask: boolean
  readonly approved: boolean
  /** False for somebody who only asked: kept here, but no roster item (RFC 6121 §3.1.3). */
  readonly listed: boolean
  readonly pendingIn: string | undefined
}

export interface RosterSnapshot {
  readonly version: number
  readonly rows: readonly RosterRow[]
}

export interface Rosters {
  load(owner: Localpart): Promise<RosterSnapshot>
  /**
   * What changed after a version, for RFC 6121 §2.6; undefined when that is no longer known, or was never reached. Removed contacts
   * come by address. Rows that are not `listed` come too: a contact may have left the list and still ask.
   */
  since(
    owner: Localpart,
    version: number,
  ): Promise<{ readonly changed: readonly RosterRow[]; readonly removed: readonly string[] } | undefined>
  /** `version` is the new version of the roster, counted by the caller, one more than the last. */
  put(owner: Localpart, row: RosterRow, version: number): Promise<void>
  remove(owner: Localpart, contact: string, version: number): Promise<void>
}

/** Small texts by owner, kind and name: private XML, vCards, block lists, archive preferences, last activity. */
export interface Documents {
  get(owner: Localpart, kind: string, name: string): Promise<string | undefined>
  list(owner: Localpart, kind: string): Promise<ReadonlyMap<string, string>>
  /** Undefined removes it. */
  set(owner: Localpart, kind: string, name: string, text: string | undefined): Promise<void>
}

/** A file that somebody uploaded (XEP-0363). Its bytes lie in a file named for their hash, once however many uploads have them. */
export interface UploadRecord {
  readonly id: string
  readonly owner: Localpart
  readonly name: string
  readonly type: string
  readonly size: number
  /** SHA-256 in hexadecimal digits. */
  readonly hash: string
  /** Milliseconds since 1970; undefined is for ever. */
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

export interface UploadUsage {
  readonly files: number
  readonly bytes: number
}

export interface Uploads {
  find(id: string): Promise<UploadRecord | undefined>
  /** Newest first, at most `limit`, before that one. */
  list(owner: Localpart, before: UploadRecord | undefined, limit: number): Promise<readonly UploadRecord[]>
  usage(owner: Localpart): Promise<UploadUsage>
  /** Of everybody. */
  total(): Promise<UploadUsage>
  /** Nothing is stored when the id is taken, or when the owner would have more than `most` then. */
  put(record: UploadRecord, most: UploadUsage): Promise<'stored' | 'taken' | 'full'>
  /** False when there is none. */
  remove(id: string): Promise<boolean>
  /** All uploads of these bytes, whoever made them; gives how many. */
  removeContent(hash: string): Promise<number>
  /** Removes at most `limit` of those that expired by then; gives how many. */
  expire(by: number, limit: number): Promise<number>
  /** Which of these hashes some upload has. */
  used(hashes: readonly string[]): Promise<readonly string[]>
  /** Hashes that lost an upload, by removal, expiry, or with their owner: their files may have to go. */
  loose(limit: number): Promise<readonly string[]>
  /** Its file was looked after. */
  settle(hash: string): Promise<void>
}

export interface Store {
  readonly accounts: Accounts
  readonly clients: Clients
  readonly webSessions: WebSessions
  readonly rosters: Rosters
  readonly archive: Archive
  readonly documents: Documents
  readonly nodes: Nodes
  readonly rooms: Rooms
  readonly audit: Audit
  readonly usage: Usage
  readonly uploads: Uploads
  /** A consistent copy of everything, made while running, to a file that must not exist yet. */
  backup(file: string): Promise<void>
  /** Why writes fail just now (disk full, …), in words for the operator; undefined while they succeed. */
  readonly trouble: string | undefined
  /** Commits everything that waits, then closes. */
  close(): Promise<void>
}

/** A write that could not be put on disk. The message says why, for the operator; never for a client. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}
