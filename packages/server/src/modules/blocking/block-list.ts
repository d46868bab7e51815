/** Whom one person blocks, and which addresses that covers (XEP-0191 §6). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'

export class BlockList {
  readonly #addresses: ReadonlySet<string>

  constructor(addresses: Iterable<string>) {
    this.#addresses = new Set(addresses)
  }

  get addresses(): readonly string[] {
    return [...this.#addresses]
  }

  get size(): number {
    return this.#addresses.size
  }

  blocks(jid: Jid): boolean {
    const list = this.#addresses
    return list.size > 0 && (list.has(jid.full) || list.has(jid.bare) || list.has(jid.domain))
  }

  plus(addresses: readonly string[]): BlockList {
    return new BlockList([...this.#addresses, ...addresses])
  }

  minus(addresses: readonly string[]): BlockList {
    const gone = new Set(addresses)
    return new BlockList(this.addresses.filter(address => !gone.has(address)))
  }
}
