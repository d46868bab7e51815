/** Whose address it is, as far as guessing goes: an IPv4 address, or the /64 that one household or one machine has of IPv6. */
import { isIPv6 } from 'node:net'

export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  // IPv4 by another name: ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2).
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1] ?? address
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  // An IPv4 tail is two groups.
  const tailGroups = last.length + (last.at(-1)?.includes('.') ? 1 : 0)
  const zeros = tail === undefined ? 0 : 8 - first.length - tailGroups
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4)
  return `${groups.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
