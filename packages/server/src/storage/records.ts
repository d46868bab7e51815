/** What is kept for the operator: who used which administrative command, and how many people are here. */
import type { Localpart } from './localpart.ts'

export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The localpart, or `plodge` and the name at the machine. */
  readonly who: string
  readonly role: string
  readonly command: string
  /** Whom it was about, as it was asked: addresses or names. */
  readonly about: readonly string[]
}

/** Only ever grows. */
export interface Audit {
  append(entry: AuditEntry): Promise<void>
  /** Newest first, before a time; of one person, as caller or as the one it was about, or of all. */
  list(query: {
    readonly before?: number | undefined
    readonly person?: string | undefined
    readonly limit: number
  }): Promise<readonly AuditEntry[]>
}

/** Days since 1970, in UTC. */
export type Day = number

export interface DayCount {
  readonly day: Day
  /** Distinct people of the day, and of the seven days that end with it. */
  readonly people: number
  readonly week: number
}

/** Who was here is known by name for eight days; after that as numbers. */
export interface Usage {
  /** Those who were here on the day; `logins` with the time in milliseconds since 1970. */
  note(day: Day, present: readonly Localpart[], logins: ReadonlyMap<Localpart, number>): Promise<void>
  lastLogin(owner: Localpart): Promise<number | undefined>
  /** Counts the days before `today` that are not counted yet, and forgets the names of those before the last eight. */
  closeDays(today: Day): Promise<void>
  /** Oldest first; today as far as it is known. */
  counts(since: Day, today: Day): Promise<readonly DayCount[]>
}
