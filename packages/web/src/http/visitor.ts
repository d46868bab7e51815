/** Which network address a request is from, behind proxies or not: what they say of it is believed of those alone that are configured. */
import { BlockList, isIP } from 'node:net'

export class Proxies {
  readonly #trusted = new BlockList()

  /** Addresses, or networks such as `10.1.0.0/16`. Throws in words for anything else. */
  constructor(trusted: readonly string[]) {
    for (const text of trusted) {
      const [address = '', bits, ...rest] = text.split('/')
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
      const most = family === 'ipv6' ? 128 : 32
      const prefix = bits === undefined ? most : Number(bits)
      if (isIP(address) === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > most)
        throw new Error(`${text} is neither an address nor a network such as 10.1.0.0/16`)
      this.#trusted.addSubnet(address, prefix, family)
    }
  }

  /** The nearest that no proxy of ours has: what stands before it in the header may be made up. */
  addressOf(peer: string, forwarded: string | undefined): string {
    let address = plain(peer)
    for (const next of (forwarded ?? '').split(',').toReversed()) {
      if (!this.#isTrusted(address)) break
      const named = plain(next.trim())
      if (isIP(named) === 0) break
      address = named
    }
    return address
  }

  #isTrusted(address: string): boolean {
    const family = isIP(address)
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

/** `::ffff:192.0.2.1` is what a socket for both families calls 192.0.2.1. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** Whom a limit is for: of IPv6 a household has a whole /64. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ? tail.split(':') : [])]
  return whole
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')
}
