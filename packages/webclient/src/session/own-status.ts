/**
 * How one is, for others: it stands in presence, which every client shows, place and end in its text. It is remembered on this device, and taken back when
 * it ends (XEP-0080 and XEP-0108 say such things in nodes; hardly a client shows those).
 */
import type { Availability } from '../model/presence.ts'
import type { Desk } from './desk.ts'
import type { People } from './people.ts'

export interface OwnStatus {
  readonly availability: Exclude<Availability, 'unknown' | 'offline'>
  /** What one does: “Supervisions”. */
  readonly what: string
  readonly where: string
  /** When all of it ends, in milliseconds; undefined when it does not. */
  readonly until: number | undefined
  /** All of it in one line, as one's own language says it. */
  readonly text: string
}

export const NO_STATUS: OwnStatus = { availability: 'available', what: '', where: '', until: undefined, text: '' }

/** `setTimeout` counts in 31 bits. */
const LONGEST_WAIT = 2_147_483_647

export class Status {
  readonly #desk: Desk
  readonly #people: People
  readonly #told: () => void
  #now: OwnStatus
  #end: ReturnType<typeof setTimeout> | undefined

  /** `told` says it to rooms too. */
  constructor(desk: Desk, people: People, told: () => void) {
    this.#told = told
    this.#desk = desk
    this.#people = people
    this.#now = this.#remembered()
    people.say(this.#now.availability, this.#now.text)
    this.#watch()
  }

  get now(): OwnStatus {
    return this.#now
  }

  say(status: OwnStatus): void {
    this.#now = status
    this.#people.say(status.availability, status.text)
    this.#told()
    this.#remember()
    this.#watch()
  }

  close(): void {
    clearTimeout(this.#end)
  }

  #watch(): void {
    clearTimeout(this.#end)
    const { until } = this.#now
    if (until === undefined) return
    const left = until - Date.now()
    if (left <= 0) this.say(NO_STATUS)
    else this.#end = setTimeout(() => this.#watch(), Math.min(left, LONGEST_WAIT))
  }

  get #kept(): string {
    return `status ${this.#desk.own}`
  }

  #remembered(): OwnStatus {
    try {
      const kept: unknown = JSON.parse(globalThis.localStorage?.getItem(this.#kept) ?? 'null')
      return statusIn(kept) ?? NO_STATUS
    } catch {
      return NO_STATUS
    }
  }

  #remember(): void {
    try {
      if (this.#now.text === '' && this.#now.availability === 'available') globalThis.localStorage?.removeItem(this.#kept)
      else globalThis.localStorage?.setItem(this.#kept, JSON.stringify(this.#now))
    } catch {
      // Storage may be full or forbidden; then it lasts as long as the page.
    }
  }
}

/** An older page may have written it. One that has ended is none. */
export function statusIn(kept: unknown, now = Date.now()): OwnStatus | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined
  const { availability, what, where, until, text } = kept as Readonly<Record<string, unknown>>
  const isKnown = availability === 'available' || availability === 'away' || availability === 'busy'
  if (!isKnown || typeof what !== 'string' || typeof where !== 'string' || typeof text !== 'string') return undefined
  if (typeof until === 'number' && until <= now) return undefined
  return { availability, what, where, text, until: typeof until === 'number' ? until : undefined }
}
