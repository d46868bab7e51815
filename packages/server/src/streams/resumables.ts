/** XEP-0198 §5: sessions that their clients may come back to, and for how long they wait without a line. */
import { randomBytes } from 'node:crypto'
import type { BoundSession } from './bound-session.ts'

const MOST_REMEMBERED = 10_000

export class Resumables {
  readonly #byId = new Map<string, BoundSession>()
  readonly #lost = new Set<BoundSession>()
  /** What was handled of sessions that ended: their clients may ask too late (XEP-0198 §5, `h` of <failed/>). */
  readonly #ended = new Map<string, { readonly account: string; readonly received: number }>()

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

  received(id: string, account: string): number | undefined {
    const ended = this.#ended.get(id)
    return ended?.account === account ? ended.received : undefined
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
    this.#ended.set(id, { account: session.account.bare, received: session.management?.received ?? 0 })
    if (this.#ended.size > MOST_REMEMBERED) this.#ended.delete(this.#ended.keys().next().value ?? '')
  }

  /** Those that were lost before the time; oldest first. */
  *lostBefore(time: number): Generator<BoundSession> {
    for (const session of this.#lost) {
      if ((session.management?.lostAt ?? 0) > time) return
      yield session
    }
  }

  *waiting(): Generator<BoundSession> {
    yield* this.#lost
  }
}
