/** How many connections there may be: of one network address, and of people who have not logged in yet. The oldest of those goes first. */
import type { Limits } from '../settings.ts'

export interface Visitor {
  readonly address: string
  destroy(): void
}

export class Admission {
  readonly #limits: () => Limits
  readonly #networkOf: (address: string) => string
  readonly #perNetwork = new Map<string, number>()
  /** In order of arrival. */
  readonly #strangers = new Set<Visitor>()
  /** Those that do not count. */
  readonly #exempt = new Set<Visitor>()

  /** `networkOf` says whose an address is: one household has a great many of IPv6. */
  constructor(limits: () => Limits, networkOf: (address: string) => string) {
    this.#limits = limits
    this.#networkOf = networkOf
  }

  /** False when the address has too many; the caller closes the connection at once. */
  enter(visitor: Visitor): boolean {
    const { connectionsPerAddress, connectionsBeforeLogin, rates } = this.#limits()
    const network = this.#networkOf(visitor.address)
    const count = (this.#perNetwork.get(network) ?? 0) + 1
    if (rates && count > connectionsPerAddress) return false
    this.#perNetwork.set(network, count)
    this.#strangers.add(visitor)
    if (this.#strangers.size > connectionsBeforeLogin) this.#evict()
    return true
  }

  /** Somebody we know now. */
  known(visitor: Visitor): void {
    this.#strangers.delete(visitor)
  }

  /** Our own web tier: it is as many people as come to it, and counts them itself. */
  exempt(visitor: Visitor): void {
    if (this.#exempt.has(visitor)) return
    this.leave(visitor)
    this.#exempt.add(visitor)
  }

  /** Once for each who was let in. */
  leave(visitor: Visitor): void {
    if (this.#exempt.delete(visitor)) return
    this.#strangers.delete(visitor)
    const network = this.#networkOf(visitor.address)
    const count = (this.#perNetwork.get(network) ?? 1) - 1
    if (count > 0) this.#perNetwork.set(network, count)
    else this.#perNetwork.delete(network)
  }

  /** Cuts off everybody who has not logged in. */
  clear(): void {
    for (const stranger of this.#strangers) stranger.destroy()
  }

  /** A flood of half-open connections pushes out its own oldest ones, not the person who comes next. */
  #evict(): void {
    const [oldest] = this.#strangers
    if (!oldest) return
    this.#strangers.delete(oldest)
    oldest.destroy()
  }
}
