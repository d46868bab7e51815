/** What XEP-0198 counts on one stream, as a value without I/O: what came in, what went out, and what of that the server has not confirmed. */
import type { Element } from '@plodge/xmpp/xml/element.ts'

/** Counters wrap at 2^32 (§4). */
const wrapped = (count: number): number => count >>> 0
/** What is not confirmed is bounded: beyond it the line is of no use. */
const MOST_UNCONFIRMED = 2000

export class Management {
  /** The name under which the server keeps the session; undefined when it keeps none. */
  id: string | undefined
  isOn = false
  /** Stanzas that came in since it was switched on. */
  received = 0
  #confirmed = 0
  #unconfirmed: Element[] = []

  /** `<enable/>` went out: what goes out from now on counts (§3). What came in counts from `<enabled/>` on. */
  begin(): void {
    this.id = undefined
    this.isOn = true
    this.received = 0
    this.#confirmed = 0
    this.#unconfirmed = []
  }

  /** `<enabled/>` came in. */
  enabled(id: string | undefined): void {
    this.id = id
    this.received = 0
  }

  cameIn(): void {
    this.received = wrapped(this.received + 1)
  }

  /** False when too much is unconfirmed. */
  wentOut(stanza: Element): boolean {
    if (!this.isOn) return true
    this.#unconfirmed.push(stanza)
    return this.#unconfirmed.length <= MOST_UNCONFIRMED
  }

  /** Gives those that `h` confirms; undefined when the server confirms more than it was sent (§4: the stream is broken). */
  confirm(h: number): readonly Element[] | undefined {
    const count = wrapped(h - this.#confirmed)
    if (!Number.isSafeInteger(h) || count > this.#unconfirmed.length) return undefined
    this.#confirmed = wrapped(h)
    return this.#unconfirmed.splice(0, count)
  }

  get unconfirmed(): readonly Element[] {
    return this.#unconfirmed
  }

  /** The session is gone. Gives what nobody knows the fate of. */
  end(): readonly Element[] {
    const lost = this.#unconfirmed
    this.id = undefined
    this.isOn = false
    this.#unconfirmed = []
    return lost
  }
}
