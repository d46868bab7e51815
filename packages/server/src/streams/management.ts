/** XEP-0198 for one session: what was sent and is not acknowledged, what was received, and when to ask. Version 1.6.2. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import type { ArchiveId } from '../storage/repositories.ts'
import type { Line } from './line.ts'
import { type Remnant, markOf, shrink, sizeOf } from './remnant.ts'

export const SM = 'urn:xmpp:sm:3'
const WRAP = 2 ** 32
/** An acknowledgement is asked for after so many stanzas, or with the first after so long. */
const ASK_AFTER = 10
const ASK_EVERY_MS = 5000
/** With messages of the archive earlier: a client that is gone soon after one should not be sent it once more. */
const ASK_FOR_MESSAGES_EVERY_MS = 1000

export class Management {
  /** The client may come back to it by this name; undefined when it did not ask for that. */
  readonly resumeId: string | undefined
  readonly #most: number
  readonly #mostBytes: number
  #received: number
  #sent: number
  #acked: number
  #queue: Remnant[] = []
  /** Where the queue begins: a shift for each acknowledged stanza would move the rest. */
  #head = 0
  #bytes = 0
  /** Undefined when it has to be looked for. */
  #lowest: ArchiveId | undefined = 0
  #sinceAsked = 0
  #hasNewMessage = false
  #isAsking = false
  #askedAt = 0
  /** When the line was lost, milliseconds since 1970. */
  lostAt = 0

  /** `most` and `mostBytes` may wait. `from` is where counting begins: at nothing, but for tests of what comes after 2^32 stanzas. */
  constructor(resumeId: string | undefined, most: number, mostBytes: number, from = 0) {
    this.resumeId = resumeId
    this.#most = most
    this.#mostBytes = mostBytes
    this.#received = this.#sent = this.#acked = from
  }

  /** How many stanzas of the client were handled: the h of <a/> and <resumed/>. */
  get received(): number {
    return this.#received
  }

  /** How many stanzas the client was sent, since the session began. */
  get sentCount(): number {
    return this.#sent
  }

  get waiting(): number {
    return this.#queue.length - this.#head
  }

  /** What waits takes so much memory, about. */
  get bytes(): number {
    return this.#bytes
  }

  get isBehind(): boolean {
    return this.waiting * 2 > this.#most
  }

  /** Of what waits; 0 when nothing of it is in an archive. Late messages may have lower marks than live ones before them. */
  get lowestMark(): ArchiveId {
    return (this.#lowest ??= this.#findLowest())
  }

  #findLowest(): ArchiveId {
    let lowest = Infinity
    for (let i = this.#head; i < this.#queue.length; i++) {
      const mark = markOf(this.#queue[i] ?? 0)
      if (mark > 0 && mark < lowest) lowest = mark
    }
    return lowest === Infinity ? 0 : lowest
  }

  /** Counts a stanza of the client. */
  count(): void {
    this.#received = (this.#received + 1) % WRAP
  }

  /** Remembers a stanza until the client has it; true when too many wait. */
  sent(stanza: Stanza, mark: ArchiveId): boolean {
    const remnant = { stanza, mark }
    this.#queue.push(remnant)
    this.#bytes += sizeOf(remnant)
    if (mark > 0 && this.#lowest !== undefined && (this.#lowest === 0 || mark < this.#lowest)) this.#lowest = mark
    this.#sent = (this.#sent + 1) % WRAP
    this.#sinceAsked += 1
    if (mark > 0) this.#hasNewMessage = true
    return this.isOver(0, 0)
  }

  /**
   * Asks for an acknowledgement when enough was sent, or some time has passed: together with a stanza, so that it costs no packet of its
   * own, and not for all clients at once.
   */
  ask(line: Line, isForced = false): void {
    if (this.#isAsking || this.waiting === 0) return
    const now = Date.now()
    const every = this.#hasNewMessage ? ASK_FOR_MESSAGES_EVERY_MS : ASK_EVERY_MS
    if (!isForced && this.#sinceAsked < ASK_AFTER && now - this.#askedAt < every) return
    this.#isAsking = true
    this.#askedAt = now
    this.#sinceAsked = 0
    this.#hasNewMessage = false
    line.write(`<r xmlns='${SM}'/>`)
  }

  /** XEP-0198 §4: the client has all up to h. False when h is more than was sent. */
  acknowledge(h: number): boolean {
    const count = (h - this.#acked + WRAP) % WRAP
    if (count > this.waiting) return false
    this.#isAsking = false
    this.#acked = h
    for (let i = 0; i < count; i++) this.#bytes -= sizeOf(this.#queue[this.#head++] ?? 0)
    if (count > 0) this.#lowest = undefined
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    } else if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    return true
  }

  /** Whether with so much more too much waits. */
  isOver(count: number, bytes: number): boolean {
    return this.waiting + count > this.#most || this.#bytes + bytes > this.#mostBytes
  }

  get unacked(): readonly Remnant[] {
    return this.#head === 0 ? this.#queue : this.#queue.slice(this.#head)
  }

  /** Keeps of each stanza only what is needed to find it again. */
  shrink(owner: Account): void {
    this.#queue = this.unacked.map(remnant => shrink(remnant, owner))
    this.#head = 0
    this.#bytes = this.#queue.reduce((sum: number, remnant) => sum + sizeOf(remnant), 0)
  }

  /** XEP-0198 §5: all that the client does not have is to be sent once more. Gives it; what is sent now is counted from what was acknowledged. */
  restart(): readonly Remnant[] {
    const { unacked } = this
    this.#queue = []
    this.#head = 0
    this.#bytes = 0
    this.#lowest = 0
    this.#sent = this.#acked
    this.#isAsking = false
    return unacked
  }
}

/** The h of an <a/> or <resume/>; undefined when it is no count. */
export function readH(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const h = Number(text)
  return h < WRAP ? h : undefined
}

/** XEP-0198 §4. */
export function tooHigh(h: number, { sentCount }: Management): StreamError {
  return new StreamError(
    'undefined-condition',
    'More stanzas were acknowledged than sent',
    `<handled-count-too-high xmlns='${SM}' h='${h}' send-count='${sentCount}'/>`,
  )
}
