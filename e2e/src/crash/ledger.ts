/** What was sent, acknowledged and received: the books against which a crash is judged. */

interface Entry {
  readonly from: string
  readonly to: string
  isAcked: boolean
  isRefused: boolean
  arrived: number
}

export interface Sums {
  readonly sent: number
  readonly acked: number
  /** Acknowledged and not in both archives. */
  readonly lost: number
  /** More than once in one archive, whether acknowledged or not. */
  readonly doubled: number
  /** In one of the two archives only, though not acknowledged: half a commit. */
  readonly halved: number
  /** Acknowledged and never seen by a device of the recipient, live or when it came back. */
  readonly undelivered: number
  /** Refused with an error, and kept all the same. */
  readonly refusedAndKept: number
}

export class Ledger {
  readonly #entries = new Map<string, Entry>()
  /** Archive entries by owner and message id. */
  readonly #kept = new Map<string, number>()

  /** The id to send it under; both are bare addresses. */
  sent(from: string, to: string): string {
    const id = `m${this.#entries.size}`
    this.#entries.set(id, { from, to, isAcked: false, isRefused: false, arrived: 0 })
    return id
  }

  acked(id: string): void {
    const entry = this.#entries.get(id)
    if (entry) entry.isAcked = true
  }

  refused(id: string): void {
    const entry = this.#entries.get(id)
    if (entry) entry.isRefused = true
  }

  arrived(id: string): void {
    const entry = this.#entries.get(id)
    if (entry) entry.arrived += 1
  }

  kept(owner: string, id: string): void {
    const key = `${owner} ${id}`
    this.#kept.set(key, (this.#kept.get(key) ?? 0) + 1)
  }

  forgetArchives(): void {
    this.#kept.clear()
  }

  /** Some that were acknowledged and are missing, to look for in the log. */
  missing(): readonly string[] {
    return [...this.#entries]
      .filter(([id, entry]) => isGood(entry) && (this.#count(entry.from, id) === 0 || this.#count(entry.to, id) === 0))
      .map(([id]) => id)
  }

  get sums(): Sums {
    const sums = { sent: 0, acked: 0, lost: 0, doubled: 0, halved: 0, undelivered: 0, refusedAndKept: 0 }
    for (const [id, entry] of this.#entries) {
      const copies = [this.#count(entry.from, id), this.#count(entry.to, id)]
      const isIncomplete = copies.includes(0)
      sums.sent += 1
      if (copies.some(count => count > 1)) sums.doubled += 1
      if (isIncomplete && copies.some(count => count > 0)) sums.halved += 1
      if (entry.isRefused && copies.some(count => count > 0)) sums.refusedAndKept += 1
      if (!isGood(entry)) continue
      sums.acked += 1
      if (isIncomplete) sums.lost += 1
      if (entry.arrived === 0) sums.undelivered += 1
    }
    return sums
  }

  #count(owner: string, id: string): number {
    return this.#kept.get(`${owner} ${id}`) ?? 0
  }
}

/** XEP-0198 §4 counts what was refused with an error as handled; such a message was not lost. */
const isGood = ({ isAcked, isRefused }: Entry): boolean => isAcked && !isRefused
