/** A bound client: its address and what it told us, and the line it is on just now. With XEP-0198 it outlives its line. */
import type { Account, Device } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { StreamCondition } from '@plodge/xmpp/stream/errors.ts'
import { type Now, isPending } from '../routing/now.ts'
import type { HistoryRead, Session, Unacked } from '../routing/session.ts'
import type { ArchiveId, Localpart } from '../storage/repositories.ts'
import { Backlog } from './backlog.ts'
import type { Line } from './line.ts'
import type { Management } from './management.ts'
import { shrink, toUnacked } from './remnant.ts'
import { type Recall, replay } from './replay.ts'
import { WAITS, whatWaits } from './urgency.ts'

/** Output that waits before catching up pauses. */
const SLOW_BYTES = 262_144

export interface ProvenBy {
  readonly client: string | undefined
  readonly appPassword: string | undefined
  readonly address?: string | undefined
}

export class BoundSession implements Session {
  readonly jid: Device
  readonly account: Account
  readonly since: number
  /** Of the log-in that the session is on by. */
  client: string | undefined
  appPassword: string | undefined
  presence: Stanza | undefined
  priority = 0
  isInterested = false
  wantsCarbons = false
  readsHistory: HistoryRead | undefined
  wantsBlocklist = false
  /** Undefined while a lost client may still come back. */
  line: Line | undefined
  /** XEP-0198, once enabled. */
  management: Management | undefined
  /** What waits while nobody looks at the client (XEP-0352) or it is away; undefined while somebody does. */
  #backlog: Backlog | undefined
  /** Of what waits only the place in the archive is kept, where it is there. */
  #isShrunk = false
  isMobile = false
  /** What is still being done about the client's last stanza, if it takes time; the line it came on may be gone. */
  work: Promise<unknown> | undefined
  /** Called when `end` finds no line to end. */
  readonly #close: (session: BoundSession) => void
  #address: string

  constructor(jid: Device, line: Line, since: number, close: (session: BoundSession) => void, known?: ProvenBy) {
    this.jid = jid
    this.account = jid.account
    this.line = line
    this.since = since
    this.client = known?.client
    this.appPassword = known?.appPassword
    this.#close = close
    this.#address = known?.address ?? line.address
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
    if (isOver && this.#isTooMuch(management)) this.end('policy-violation', 'Too many stanzas wait for an acknowledgement')
    else if (line) management.ask(line)
  }

  #sendLater(backlog: Backlog, stanza: Stanza, mark: ArchiveId): void {
    const { line, management } = this
    // Without acknowledgements what is in the archive counts as delivered.
    const key = mark > 0 && !management ? undefined : whatWaits(stanza)
    if (!line || backlog.isReplaying) {
      backlog.put(key ?? WAITS, this.#isShrunk ? shrink({ stanza, mark }, this.account) : { stanza, mark })
      if (management?.isOver(backlog.size, backlog.bytes) && this.#isTooMuch(management))
        this.end('policy-violation', 'Too many stanzas wait for a client that is away')
      return
    }
    // XEP-0352: what must not wait takes with it what came before (RFC 6120 §10.1).
    if (key !== undefined) backlog.put(key, { stanza, mark })
    if (key === undefined || backlog.isFull) this.#flush(backlog)
    if (key === undefined) this.#sendNow(stanza, mark)
  }

  #isTooMuch(management: Management): boolean {
    if (!this.#isShrunk) this.shrink()
    return management.isOver(this.#backlog?.size ?? 0, this.#backlog?.bytes ?? 0)
  }

  /** Of what is here as it is. */
  #flush(backlog: Backlog): void {
    for (const [name, remnant] of backlog.first(backlog.size)) {
      backlog.remove(name)
      if (typeof remnant === 'object' && 'stanza' in remnant) this.#sendNow(remnant.stanza, remnant.mark)
    }
  }

  /** XEP-0352: nobody looks at the client; so many stanzas may wait. */
  rest(now: number, most: number): void {
    const backlog = (this.#backlog ??= new Backlog())
    backlog.since ??= now
    backlog.most = most
  }

  /** XEP-0352: somebody looks again. */
  wake(): void {
    const backlog = this.#backlog
    if (!backlog) return
    backlog.since = undefined
    if (backlog.isReplaying || !this.line) return
    this.#backlog = undefined
    this.#flush(backlog)
  }

  /** Everything that the client has not acknowledged or was not sent yet. */
  get unacked(): readonly Unacked[] {
    return this.management ? [...this.management.unacked, ...(this.#backlog?.values() ?? [])].map(toUnacked) : []
  }

  /** How many stanzas wait for the client. */
  get waitingCount(): number {
    return (this.management?.waiting ?? 0) + (this.#backlog?.size ?? 0)
  }

  /** What they take in memory, about. */
  get waitingBytes(): number {
    return (this.management?.bytes ?? 0) + (this.#backlog?.bytes ?? 0)
  }

  /** Forgets the text of what the archive has; for clients that are away for long. */
  shrink(): void {
    this.#isShrunk = true
    this.management?.shrink(this.account)
    this.#backlog?.change(remnant => shrink(remnant, this.account))
  }

  get isShrunk(): boolean {
    return this.#isShrunk
  }

  /** The line is gone; from now on everything waits. */
  detach(): void {
    this.line = undefined
    const backlog = (this.#backlog ??= new Backlog())
    backlog.since = undefined
    backlog.isReplaying = false
  }

  /**
   * XEP-0198 §5: the client is back, and is sent what it does not have, and then what waited. Settles when all of it is on its way; what
   * the session was sent meanwhile comes after.
   */
  replay(recall: Recall): Now<void> {
    const { management } = this
    const backlog = (this.#backlog ??= new Backlog())
    backlog.isReplaying = true
    this.#isShrunk = false
    if (management) backlog.putFirst(management.restart())
    const work = replay(backlog, {
      isHere: () => backlog === this.#backlog && backlog.isReplaying,
      isSlow: () => (this.line?.queued ?? 0) > SLOW_BYTES,
      recall: places => recall(this.account, places),
      send: (stanza, mark) => this.#sendNow(stanza.from === this.account && !stanza.to ? stanza.with({ to: this.jid }) : stanza, mark),
      done: () => this.#caughtUp(backlog),
    })
    if (!isPending(work)) return undefined
    return work.catch((error: unknown) => {
      // What it missed is in the archive still: it logs in anew.
      this.end('reset', 'What you missed could not be read')
      throw error
    })
  }

  #caughtUp(backlog: Backlog): void {
    backlog.isReplaying = false
    if (backlog.since === undefined) this.#backlog = undefined
    if (this.line) this.management?.ask(this.line, true)
  }

  end(reason: StreamCondition, text: string): void {
    if (this.line) this.line.fail(reason, text)
    else this.#close(this)
  }

  /** The client is back on a new line. */
  attach(line: Line, address = line.address): void {
    this.line = line
    this.#address = address
  }
}
