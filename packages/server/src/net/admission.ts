/** How many connections there may be: of one address, and of people who have not logged in yet. The oldest of those goes first. */
import type { Limits } from '../settings.ts'

export interface Visitor {
  readonly address: string
  destroy(): void
}

export class Admission {
  readonly #limits: () => Limits
  readonly #perAddress = new Map<string, number>()
  /** In order of arrival. */
  readonly #strangers = new Set<Visitor>()

  constructor(limits: () => Limits) {
    this.#limits = limits
  }

  /** False when the address has too many; the caller closes the connection at once. */
  enter(visitor: Visitor): boolean {
    const { connectionsPerAddress, connectionsBeforeLogin, rates } = this.#limits()
    const count = (this.#perAddress.get(visitor.address) ?? 0) + 1
    if (rates && count > connectionsPerAddress) return false
    this.#perAddress.set(visitor.address, count)
    this.#strangers.add(visitor)
    if (this.#strangers.size > connectionsBeforeLogin) this.#evict()
    return true
  }

  /** Somebody we know now. */
  known(visitor: Visitor): void {
    this.#strangers.delete(visitor)
  }

  leave(visitor: Visitor): void {
    this.#strangers.delete(visitor)
    const count = (this.#perAddress.get(visitor.address) ?? 1) - 1
    if (count > 0) this.#perAddress.set(visitor.address, count)
    else this.#perAddress.delete(visitor.address)
  }

  /** A flood of half-open connections pushes out its own oldest ones, not the person who comes next. */
  #evict(): void {
    const [oldest] = this.#strangers
    if (!oldest) return
    this.#strangers.delete(oldest)
    oldest.destroy()
  }
}
