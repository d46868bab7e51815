/**
 * How many different people are here a day and a week: the service's main figure. Who logs in, and who is still here when a day begins, is
 * gathered and written every few seconds.
 */
import type { Host } from '../../routing/host.ts'
import type { Day, DayCount, Localpart, Usage } from '../../storage/repositories.ts'
import type { Presences } from './needs.ts'

const DAY_MS = 86_400_000
const WRITE_EVERY_MS = 5000

export class UsageRecord implements Presences {
  readonly #usage: Usage
  readonly #clock: () => number
  /** Not written yet. */
  #logins = new Map<Localpart, number>()
  #day: Day = 0
  /** Undefined while no server runs. */
  #host: Host | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(usage: Usage, clock: () => number) {
    this.#usage = usage
    this.#clock = clock
  }

  attach(host: Host): void {
    this.#host = host
    host.life.bound.push(({ localpart }) => void this.#logins.set(localpart, this.#clock()))
    host.life.resumed.push(({ localpart }) => void this.#logins.set(localpart, this.#clock()))
    const write = (): void => {
      if (this.#logins.size > 0 || this.#today !== this.#day) host.background(this.#write(), 'noting who was here')
    }
    this.#timer = setInterval(write, WRITE_EVERY_MS)
    this.#timer.unref()
    write()
  }

  async lastLogin(owner: Localpart): Promise<number | undefined> {
    return this.#logins.get(owner) ?? this.#usage.lastLogin(owner)
  }

  async counts(days: number): Promise<readonly DayCount[]> {
    await this.#write()
    return this.#usage.counts(this.#today - days + 1, this.#today)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#write()
  }

  get #today(): Day {
    return Math.floor(this.#clock() / DAY_MS)
  }

  async #write(): Promise<void> {
    const logins = this.#logins
    const today = this.#today
    const isNewDay = this.#host !== undefined && today !== this.#day
    // Those who have been here since yesterday are here today as well.
    const present = isNewDay ? Array.from(this.#host?.sessions.all() ?? [], ({ localpart }) => localpart) : []
    if (isNewDay) this.#day = today
    if (logins.size > 0 || present.length > 0) {
      this.#logins = new Map()
      await this.#usage.note(today, [...new Set([...logins.keys(), ...present])], logins)
    }
    if (isNewDay) await this.#usage.closeDays(today)
  }
}
