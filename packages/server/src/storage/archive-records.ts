/** Messages that were said, and their history: as a repository. */
import type { Phrase } from '../search/words.ts'
import type { Localpart } from './localpart.ts'

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
