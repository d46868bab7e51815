/** Who is connected: the bound clients of each account. */
import type { BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Session } from './session.ts'

const NOBODY: readonly Session[] = []

export class Sessions {
  readonly #of = new Map<BareJid, readonly Session[]>()
  /** Of one message the same account is asked for several times, and a look into a map of thousands reads far memory. */
  #lastAsked: BareJid | undefined
  #lastFound = NOBODY
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The clients of an account; a list that never changes under its reader. */
  of({ bare }: Jid): readonly Session[] {
    if (bare === this.#lastAsked) return this.#lastFound
    this.#lastAsked = bare
    return (this.#lastFound = this.#of.get(bare) ?? NOBODY)
  }

  /** The client with exactly this address. */
  at(address: Jid): Session | undefined {
    for (const session of this.of(address)) if (session.jid === address || session.jid.full === address.full) return session
    return undefined
  }

  *all(): Generator<Session> {
    for (const sessions of this.#of.values()) yield* sessions
  }

  add(session: Session): void {
    this.#of.set(session.account.bare, [...this.of(session.account), session])
    this.#lastAsked = undefined
    this.#count += 1
  }

  /** False when it is not there. */
  remove(session: Session): boolean {
    const before = this.of(session.account)
    const rest = before.filter(other => other !== session)
    if (rest.length === before.length) return false
    this.#lastAsked = undefined
    this.#count -= 1
    if (rest.length > 0) this.#of.set(session.account.bare, rest)
    else this.#of.delete(session.account.bare)
    return true
  }
}
