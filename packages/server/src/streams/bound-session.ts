/** A bound client: its address and what it told us, and the line it is on just now. With XEP-0198 it outlives its line. */
import type { Account, Device } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { StreamCondition } from '@plodge/xmpp/stream/errors.ts'
import type { Session } from '../routing/session.ts'
import type { ArchiveId, Localpart } from '../storage/repositories.ts'
import type { Management } from './management.ts'

/** The stream under a session. */
export interface Line {
  readonly isFramed: boolean
  readonly address: string
  readonly queued: number
  write(text: string): void
  fail(condition: StreamCondition, text: string): void
}

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
  wantsBlocklist = false
  /** Undefined while a lost client may still come back. */
  line: Line | undefined
  /** XEP-0198, once enabled. */
  management: Management | undefined
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

  get localpart(): Localpart {
    return this.jid.local
  }

  get address(): string {
    return this.#address
  }

  get unackedMark(): ArchiveId {
    return this.management?.lowestMark ?? 0
  }

  get isBehind(): boolean {
    return (this.line?.queued ?? 0) > SLOW_BYTES || (this.management?.isBehind ?? false)
  }

  send(stanza: Stanza, mark: ArchiveId = 0): void {
    const { line, management } = this
    if (line) line.write(stanza.toXml(line.isFramed ? CLIENT : undefined))
    if (!management) return
    const isOver = management.sent(stanza, mark)
    if (isOver) this.end('policy-violation', 'Too many stanzas wait for an acknowledgement')
    else if (line) management.ask(line)
  }

  end(reason: StreamCondition, text: string): void {
    if (this.line) this.line.fail(reason, text)
    else this.#close(this)
  }

  /** The client is back on a new line. */
  attach(line: Line): void {
    this.line = line
    this.#address = line.address
  }
}
