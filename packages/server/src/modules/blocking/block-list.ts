/** Whom one person blocks, and which addresses that covers (XEP-0191 §6). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'

export class BlockList {
  readonly #addresses: ReadonlySet<string>
  /** Looking for `domain/resource` makes a string: only when there is such an entry. */
  readonly #hasDomainDevices: boolean

  constructor(addresses: Iterable<string>) {
    this.#addresses = new Set(addresses)
    this.#hasDomainDevices = this.addresses.some(address => address.includes('/') && !/^[^/]*@/.test(address))
  }

  get addresses(): readonly string[] {
    return [...this.#addresses]
  }

  get size(): number {
    return this.#addresses.size
  }

  blocks(jid: Jid): boolean {
    const list = this.#addresses
    if (list.size === 0) return false
    if (list.has(jid.full) || list.has(jid.bare) || list.has(jid.domain)) return true
    return this.#hasDomainDevices && jid.resource !== '' && list.has(`${jid.domain}/${jid.resource}`)
  }

  plus(addresses: readonly string[]): BlockList {
    return new BlockList([...this.#addresses, ...addresses])
  }

  minus(addresses: readonly string[]): BlockList {
    return new BlockList(this.addresses.filter(address => !addresses.includes(address)))
  }
}
