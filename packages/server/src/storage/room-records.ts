/** Rooms (XEP-0045) and the people who have something to do with them: as a repository. What was said is in the archive. */

export interface RoomHead {
  /** The local part of its address. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** For people; may be empty. */
  readonly title: string
  /** Whether it is listed for everybody. */
  readonly isPublic: boolean
  /** As JSON, for whoever wrote it. */
  readonly settings: string
  /** The state that its affiliations are in (XEP-0463). */
  readonly version: string
}

export interface RoomPerson {
  /** A bare address. */
  readonly person: string
  /** `none` where there is only a nickname. */
  readonly affiliation: string
  /** That nobody else may have (XEP-0045 §7.10). */
  readonly nick: string | undefined
}

/** Of an affiliation (XEP-0463). */
export interface RoomChange {
  /** Of the state that it led to. */
  readonly version: string
  /** A bare address. */
  readonly person: string
  /** The affiliation that they had before. */
  readonly before: string
}

/** Up to where somebody has read (XEP-0333). */
export interface RoomMark {
  /** What the archive of the room calls the message. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** As it was said. */
export interface RoomSubject {
  readonly stanza: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface RoomRecord extends RoomHead {
  readonly people: readonly RoomPerson[]
  /** Oldest first. */
  readonly changes: readonly RoomChange[]
  readonly marks: readonly (RoomMark & { readonly person: string })[]
  readonly subject: RoomSubject | undefined
}

export interface RoomQuery {
  /** Who sees, besides public rooms, those they have an affiliation with that is no ban; undefined sees all. */
  readonly person: string | undefined
  /** In order of name: the page after or before one; `last` is the last page. */
  readonly after?: string | undefined
  readonly before?: string | undefined
  readonly isLast?: boolean | undefined
  readonly skip?: number | undefined
  readonly max: number
}

export interface RoomPage {
  readonly rooms: readonly RoomHead[]
  readonly count: number
  /** How many are before the first. */
  readonly index: number
}

export interface RoomOfPerson {
  readonly name: string
  readonly affiliation: string
}

export interface Rooms {
  load(name: string): Promise<RoomRecord | undefined>
  list(query: RoomQuery): Promise<RoomPage>
  /** Where somebody has an affiliation. */
  of(person: string): Promise<readonly RoomOfPerson[]>
  /**
   * Makes or changes it, and of its people those who are given: with affiliation `none` and no nickname they go. Changes are added, and
   * the newest are kept.
   */
  put(head: RoomHead, people: readonly RoomPerson[], changes: readonly RoomChange[], mostChanges: number): Promise<void>
  /** Nothing happens when there is no such room. */
  setSubject(name: string, subject: RoomSubject): Promise<void>
  /** Marks only move forward. Nothing happens when there is no such room. */
  setMark(name: string, person: string, mark: RoomMark): Promise<void>
  /** With the history and the documents that are kept under that name. Out of reach when it settles, erased soon after. */
  remove(name: string, history: string): Promise<void>
  /** Somebody is no more: rooms where they were something have another version, and no changes that tell of them. */
  forget(person: string): Promise<void>
}
