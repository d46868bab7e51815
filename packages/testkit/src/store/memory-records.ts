/** The audit record and who was here, as long as the test lasts. */
import type { Audit, AuditEntry, Day, DayCount, Localpart, Usage } from '@plodge/server/storage/repositories.ts'

export class MemoryAudit implements Audit {
  readonly #entries: AuditEntry[] = []

  async append(entry: AuditEntry): Promise<void> {
    this.#entries.unshift(entry)
  }

  async list({ before = Infinity, person, limit }: Parameters<Audit['list']>[0]): Promise<readonly AuditEntry[]> {
    const isMeant = ({ at, who, about }: AuditEntry): boolean =>
      at < before && (person === undefined || who === person || about.some(name => name === person || name.startsWith(`${person}@`)))
    return this.#entries.filter(isMeant).slice(0, limit)
  }
}

/** Keeps the names of all days. */
export class MemoryUsage implements Usage {
  readonly #days = new Map<Day, Set<Localpart>>()
  readonly #logins = new Map<Localpart, number>()

  async note(day: Day, present: readonly Localpart[], logins: ReadonlyMap<Localpart, number>): Promise<void> {
    this.#days.set(day, new Set([...(this.#days.get(day) ?? []), ...present]))
    for (const [localpart, at] of logins) this.#logins.set(localpart, at)
  }

  async lastLogin(owner: Localpart): Promise<number | undefined> {
    return this.#logins.get(owner)
  }

  async closeDays(): Promise<void> {}

  async counts(since: Day, today: Day): Promise<readonly DayCount[]> {
    const distinct = (from: Day, to: Day): number =>
      new Set(Array.from(this.#days).flatMap(([day, people]) => (day >= from && day <= to ? Array.from(people) : []))).size
    const days = [...this.#days.keys()].filter(day => day >= since && day < today).sort((one, other) => one - other)
    return [...days, today].map(day => ({ day, people: distinct(day, day), week: distinct(day - 6, day) }))
  }

  forget(owner: Localpart): void {
    for (const people of this.#days.values()) people.delete(owner)
    this.#logins.delete(owner)
  }
}
