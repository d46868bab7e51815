/** How slow a transfer may be: it must move every half minute, and be through in a time that its size allows. */
import type { HttpGuest } from '../../net/http-route.ts'

const STALL_MS = 30_000
const LEAST_MS = 120_000
/** A phone at the edge of its network has more. */
const BYTES_PER_SECOND = 4096
/** For what is left to do once everything is here: flushing a large file to a busy disk. */
const AFTERWARDS_MS = 120_000

export class Pace {
  readonly #guest: HttpGuest
  readonly #end: number

  constructor(guest: HttpGuest, size: number) {
    this.#guest = guest
    this.#end = performance.now() + LEAST_MS + (size / BYTES_PER_SECOND) * 1000
    this.moved()
  }

  moved(): void {
    this.#guest.allow(Math.max(0, Math.min(STALL_MS, this.#end - performance.now())))
  }

  over(): void {
    this.#guest.allow(AFTERWARDS_MS)
  }
}
