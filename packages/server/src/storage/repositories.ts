/**
 * What lasts, as narrow interfaces. SQLite is the first to stand behind them, PostgreSQL follows; nothing outside `storage/`
 * knows which. Every promise of a write settles only once the transaction that holds the write is on disk.
 */
import type { Clients } from './client-records.ts'
import type { Localpart } from './localpart.ts'
import type { Nodes } from './node-records.ts'
import type { Rooms } from './room-records.ts'
import type { WebSessions } from './web-session-records.ts'
import type { Audit, Usage } from './records.ts'
import type { Phrase } from '../search/words.ts'

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

/** A count that grows with time: microseconds since 1970, never given twice. As text in the protocol: decimal digits. */
export type ArchiveId = number

/** One side's view of a message. The text is stored once though both sides of a local conversation own it. */
export interface ArchiveEntry {
  readonly owner: Localpart
  /** The bare address of the other side. */
  readonly peer: string
  readonly direction: 'sent' | 'received'
  /** False when the owner wants no history of it: it waits for offline delivery only, and history never shows it. */
  readonly kept: boolean
}

/** XEP-0424: a message of a conversation is taken back. */
export interface Retraction {
  /** An account whose history has the conversation, and the bare address of the other side. */
  readonly owner: Localpart
  readonly peer: string
  /** The bare address that the message must be from; the full one of an occupant of a room. */
  readonly author: string
  /** What its author called it: the `id` of the stanza. */
  readonly messageId: string
  /** The retraction, and what its author called that. */
  readonly at: ArchiveId
  readonly called: string
}

/** A message that came with its owner from elsewhere. */
export interface RestoredMessage extends Omit<ArchiveEntry, 'owner'>, Omit<ArchivedMessage, 'peer'> {}

export interface ArchivePageQuery {
  readonly owner: Localpart
  readonly peer?: string | undefined
  /** Milliseconds since 1970, both inclusive (XEP-0313 §4.1.2). */
  readonly start?: number | undefined
  readonly end?: number | undefined
  /** XEP-0313 urn:xmpp:mam:2#extended: exclusive bounds by id, and exact ids. */
  readonly afterId?: ArchiveId | undefined
  readonly beforeId?: ArchiveId | undefined
  readonly ids?: readonly ArchiveId[] | undefined
  /** Only messages that have all of these in their text (XEP-0431), as `storage/words.ts` reads words. At least one. */
  readonly phrases?: readonly Phrase[] | undefined
  /** RSM: the page after or before an id; `before: 'last'` is the last page. */
  readonly after?: ArchiveId | undefined
  readonly before?: ArchiveId | 'last' | undefined
  readonly max: number
  /** Of each message is said with whom it was. */
  readonly tellsPeers?: boolean
}

export interface ArchivedMessage {
  readonly id: ArchiveId
  /** The stanza as XML text that says that it is jabber:client, without our own stanza-id. */
  readonly stanza: string
  /** The bare address of the other side, where that was asked for. */
  readonly peer?: string
}

export interface ArchivePage {
  readonly messages: readonly ArchivedMessage[]
  readonly complete: boolean
  /** How many match the whole query; undefined where counting would be slow. */
  readonly count: number | undefined
  /**
   * False when `after`, `before`, `afterId`, `beforeId` or one of `ids` names an id that the owner's archive does not have:
   * item-not-found (XEP-0313 §4.1, §4.3).
   */
  readonly found: boolean
  /** True when the index is still being made, and the history too long to be read instead: search again later. */
  readonly isNotReady?: boolean
}

export interface Archive {
  /**
   * Gives the id at once and puts the rows into the running batch; it is on disk when `committed()`, called afterwards, settles.
   * One entry for a message with one local side, two when sender and recipient are both ours. A message to oneself is one entry,
   * received. What is `sent` and not `kept` is not stored. Throws StorageError when too much waits already (the disk is full or slow).
   */
  append(stanza: string, entries: readonly ArchiveEntry[]): ArchiveId
  /** Settles when all that was appended before is on disk; one promise a batch, shared. Undefined when nothing is waiting. */
  committed(): Promise<void> | undefined
  page(query: ArchivePageQuery): Promise<ArchivePage>
  /** XEP-0313 §5, metadata: first and last of the owner's archive. */
  bounds(owner: Localpart): Promise<{ readonly first: ArchivedMessage; readonly last: ArchivedMessage } | undefined>
  /** Received messages after the delivery mark, oldest first, for XEP-0160: also those with `kept` false. */
  undelivered(owner: Localpart, after: ArchiveId, limit: number): Promise<readonly ArchivedMessage[]>
  /** Messages by id, whoever they are of, in no order; those that are gone are left out. For what the asker's history had. */
  find(ids: readonly ArchiveId[]): Promise<readonly ArchivedMessage[]>
  /**
   * Puts tombstones (XEP-0424 §5) in the place of the newest message that is meant, and of its corrections, in the histories of both
   * sides. To be called right after the retraction was appended, so that one is not on disk without the other; settles when it is done.
   */
  retract(retraction: Retraction): Promise<void>
  /**
   * Puts another text in the place of a message in the owner's archive: a tombstone. Nothing happens where it is not there. With what was
   * appended just before it is one write.
   */
  rewrite(owner: Localpart, id: ArchiveId, stanza: string): Promise<void>
  /**
   * Puts messages into an owner's archive among those that are there; they keep their ids, or get the next that is free where another
   * message has it. Those that the owner has already are passed over. Gives how many were put; settles when they are on disk.
   */
  restore(owner: Localpart, messages: readonly RestoredMessage[]): Promise<number>
  /** How far everything received has reached some device of the owner; 0 for an owner never seen. */
  deliveryMark(owner: Localpart): Promise<ArchiveId>
  /**
   * Moves marks forward (never back) and forgets unkept entries up to them. Batched with other writes. New ids are higher than every
   * mark, so a mark must be an id that was given.
   */
  setDeliveryMarks(marks: ReadonlyMap<Localpart, ArchiveId>): Promise<void>
  /** Forgets everything before the time, in milliseconds since 1970, or what one owner has of it; returns how many messages went. */
  expire(before: number, owner?: Localpart): Promise<number>
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
