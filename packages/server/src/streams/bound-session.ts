/** A bound client: its address and what it told us, and the line it is on just now. With XEP-0198 it outlives its line. */
import type { Account, Device } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { StreamCondition } from '@plodge/xmpp/stream/errors.ts'
import type { Session } from '../routing/session.ts'
import type { ArchiveId, Localpart } from '../storage/repositories.ts'
import { Backlog } from './backlog.ts'
import type { Line } from './line.ts'
import type { Management } from './management.ts'
import { whatWaits } from './urgency.ts'

/** Output that waits before catching up pauses. */
const SLOW_BYTES = 262_144

export class BoundSession implements Session {
  readonly jid: Device
  readonly account: Account
  readonly since: number
  readonly client: string | undefined
  presence: Stanza | undefined
  priority = 0
  isInterested = false
  wantsCarbons = false
  readsHistory: boolean | undefined
  wantsBlocklist = false
  /** Undefined while a lost client may still come back. */
  line: Line | undefined
  /** XEP-0198, once enabled. */
  management: Management | undefined
  /** What waits while nobody looks at the client (XEP-0352); undefined while somebody does. */
  #backlog: Backlog | undefined
  /** What is still being done about the client's last stanza, if it takes time; the line it came on may be gone. */
  work: Promise<unknown> | undefined
  /** Called when `end` finds no line to end. */
  readonly #close: (session: BoundSession) => void
  #address: string

  constructor(jid: Device, line: Line, since: number, close: (session: BoundSession) => void, client?: string) {
    this.jid = jid
    this.account = jid.account
    this.line = line
    this.since = since
    this.client = client
    this.#close = close
    this.#address = line.address
  }

  get isLost(): boolean {
    return this.line === undefined
  }

  get localpart(): Localpart {
    return this.jid.local
  }

  get address(): string {
    return this.#address
  }

  get unackedMark(): ArchiveId {
    const { management } = this
    if (!management) return 0
    const waiting = this.#backlog?.lowestMark ?? 0
    const sent = management.lowestMark
    return waiting === 0 || (sent > 0 && sent < waiting) ? sent : waiting
  }

  /** XEP-0352: since when nobody looks, milliseconds since 1970; undefined when somebody does. */
  get inactiveSince(): number | undefined {
    return this.#backlog?.since
  }

  get isBehind(): boolean {
    return (this.line?.queued ?? 0) > SLOW_BYTES || (this.management?.isBehind ?? false)
  }

  send(stanza: Stanza, mark: ArchiveId = 0): void {
    if (this.#backlog) this.#sendLater(this.#backlog, stanza, mark)
    else this.#sendNow(stanza, mark)
  }

  #sendNow(stanza: Stanza, mark: ArchiveId): void {
    const { line, management } = this
    if (line) line.write(stanza.toXml(line.isFramed ? CLIENT : undefined))
    if (!management) return
    const isOver = management.sent(stanza, mark)
    if (isOver) this.end('policy-violation', 'Too many stanzas wait for an acknowledgement')
    else if (line) management.ask(line)
  }

  /** What must not wait takes with it what came before (RFC 6120 §10.1). */
  #sendLater(backlog: Backlog, stanza: Stanza, mark: ArchiveId): void {
    // Without acknowledgements what is in the archive counts as delivered.
    const key = mark > 0 && !this.management ? undefined : whatWaits(stanza)
    if (key !== undefined) backlog.put(key, stanza, mark)
    if (key === undefined || backlog.isFull) for (const { stanza, mark } of backlog.take()) this.#sendNow(stanza, mark)
    if (key === undefined) this.#sendNow(stanza, mark)
  }

  /** XEP-0352: nobody looks at the client; so many stanzas may wait. */
  rest(now: number, most: number): void {
    this.#backlog ??= new Backlog(now, most)
  }

  /** XEP-0352: somebody looks again. */
  wake(): void {
    const waiting = this.#backlog?.take() ?? []
    this.#backlog = undefined
    for (const { stanza, mark } of waiting) this.#sendNow(stanza, mark)
  }

  end(reason: StreamCondition, text: string): void {
    if (this.line) this.line.fail(reason, text)
    else this.#close(this)
  }

  /** The line is gone; what was not sent yet waits with what was not acknowledged. */
  detach(): void {
    this.line = undefined
    this.wake()
  }

  /** The client is back on a new line. */
  attach(line: Line): void {
    this.line = line
    this.#address = line.address
  }
}
