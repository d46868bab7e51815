/** What waits for a client that nobody looks at (XEP-0352), in order; of some things only the newest. */
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Unacked } from '../routing/session.ts'
import type { ArchiveId } from '../storage/repositories.ts'
import { WAITS } from './urgency.ts'

const MOST_CHARACTERS = 262_144

export class Backlog {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly #most: number
  /** By what a newer one replaces, or by a number. */
  #waiting = new Map<string | number, Unacked>()
  #put = 0
  #characters = 0

  constructor(since: number, most: number) {
    this.since = since
    this.#most = most
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#most || this.#characters > MOST_CHARACTERS
  }

  /** Of what waits; 0 when nothing of it is in an archive. */
  get lowestMark(): ArchiveId {
    let lowest = 0
    for (const { mark } of this.#waiting.values()) if (mark > 0 && (lowest === 0 || mark < lowest)) lowest = mark
    return lowest
  }

  put(key: string, stanza: Stanza, mark: ArchiveId): void {
    const name = key === WAITS ? (this.#put += 1) : key
    const before = this.#waiting.get(name)
    // A newer one goes to the end: what its sender said in between comes first.
    if (before) this.#waiting.delete(name)
    this.#characters += stanza.payload.length - (before?.stanza.payload.length ?? 0)
    this.#waiting.set(name, { stanza, mark })
  }

  /** All of it, oldest first. */
  take(): readonly Unacked[] {
    const waiting = [...this.#waiting.values()]
    this.#waiting = new Map()
    this.#characters = 0
    return waiting
  }
}
