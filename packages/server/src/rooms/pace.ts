/** When people of a room spoke (XEP-0500), and how much is said in it (XEP-0502). */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'

const HOUR_MS = 3_600_000
/** XEP-0502 §5: what is older does not count. */
const HOURS = 24
/** Those who spoke are looked through once there are so many. */
const MANY = 1000

/** When people of a room spoke, and how many messages each hour had, since it was read into memory. */
export class Pace {
  /** Of those who may still have to wait. */
  readonly #spokeAt = new Map<BareJid, number>()
  readonly #since: number
  /** Messages of the running hour, and of the ones before it, the newest first. */
  #hours: number[] = [0]
  #hour: number

  constructor(now: number) {
    this.#since = now
    this.#hour = Math.floor(now / HOUR_MS)
  }

  spokeAt(person: BareJid): number | undefined {
    return this.#spokeAt.get(person)
  }

  spoke(person: BareJid | undefined, slowSeconds: number, now: number): void {
    this.#turn(now)
    this.#hours[0] = (this.#hours[0] ?? 0) + 1
    if (slowSeconds === 0 || person === undefined) return this.#spokeAt.clear()
    this.#spokeAt.set(person, now)
    if (this.#spokeAt.size < MANY) return
    for (const [one, at] of this.#spokeAt) if (at + slowSeconds * 1000 <= now) this.#spokeAt.delete(one)
  }

  /** Messages an hour (XEP-0502 §3), of whole hours; undefined before there is one. */
  perHour(now: number): number | undefined {
    this.#turn(now)
    const known = Math.min(Math.floor((now - this.#since) / HOUR_MS), HOURS)
    if (known === 0) return undefined
    return this.#hours.slice(1, known + 1).reduce((sum, count) => sum + count, 0) / known
  }

  #turn(now: number): void {
    const hour = Math.floor(now / HOUR_MS)
    const passed = Math.min(hour - this.#hour, HOURS + 1)
    if (passed <= 0) return
    this.#hours = [...Array<number>(passed).fill(0), ...this.#hours].slice(0, HOURS + 1)
    this.#hour = hour
  }
}
