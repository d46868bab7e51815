/** XEP-0198 §5: sessions that their clients may come back to, and for how long they wait without a line. */
import { randomBytes } from 'node:crypto'
import type { BoundSession } from './bound-session.ts'

const MOST_REMEMBERED = 10_000

export interface Ended {
  readonly account: string
  /** How many stanzas were handled, or are being handled by the work that went on when the session ended. */
  readonly received: number
  readonly work: Promise<unknown> | undefined
}

export class Resumables {
  readonly #byId = new Map<string, BoundSession>()
  readonly #lost = new Set<BoundSession>()
  /** What was handled of sessions that ended: their clients may ask too late (XEP-0198 §5, `h` of <failed/>). */
  readonly #ended = new Map<string, Ended>()

  newId(): string {
    return randomBytes(16).toString('base64url')
  }

  add(id: string, session: BoundSession): void {
    this.#byId.set(id, session)
  }

  /** Only the account that it belongs to gets it. */
  find(id: string, account: string): BoundSession | undefined {
    const session = this.#byId.get(id)
    return session?.account.bare === account ? session : undefined
  }

  ended(id: string, account: string): Ended | undefined {
    const ended = this.#ended.get(id)
    return ended?.account === account ? ended : undefined
  }

  lost(session: BoundSession, now: number): void {
    if (session.management) session.management.lostAt = now
    this.#lost.add(session)
  }

  back(session: BoundSession): void {
    this.#lost.delete(session)
  }

  remove(session: BoundSession): void {
    this.#lost.delete(session)
    const id = session.management?.resumeId
    if (id === undefined || !this.#byId.delete(id)) return
    this.#ended.set(id, { account: session.account.bare, received: session.management?.received ?? 0, work: session.work })
    if (this.#ended.size > MOST_REMEMBERED) this.#ended.delete(this.#ended.keys().next().value ?? '')
  }

  /** Those without a line; who lost it first comes first. */
  *waiting(): Generator<BoundSession> {
    yield* this.#lost
  }
}
