/**
 * Which addresses are of the open internet: everything that is not set aside for something else (IANA's special-purpose registries for IPv4 and
 * IPv6, RFC 6890), not of a network that this machine is in itself, and not of one that its institution names.
 */
import { BlockList, isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/** Private, loopback, link-local (with the metadata of clouds), CGNAT, benchmarks, documentation, multicast, and what is set aside for later. */
const NOT_OPEN_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6 only what is given out to the open internet (2000::/3) is thought of at all; these lie in it. */
const OPEN_6 = '2000::/3'
const NOT_OPEN_6 = [
  // Teredo, ORCHID, AMT, benchmarks.
  '2001::/23',
  '2001:db8::/32',
  // 6to4: an IPv4 address is inside, and relays may lead to it.
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
]

export type IsOpen = (address: string) => boolean

/** `never` are networks besides, such as those of the institution. Throws in words when one is none. */
export function openInternet(never: readonly string[], own: readonly string[] = ownNetworks()): IsOpen {
  const shut = new BlockList()
  for (const network of [...NOT_OPEN_4, ...NOT_OPEN_6, ...own, ...never]) addTo(shut, network)
  const open = new BlockList()
  addTo(open, OPEN_6)
  return address => {
    const family = isIP(address)
    // What holds an IPv4 address in IPv6 (::ffff:0:0/96, 64:ff9b::/96) is outside 2000::/3; a zone (`fe80::1%eth0`) is only of link-local ones.
    if (family === 6) return !address.includes('%') && open.check(address, 'ipv6') && !shut.check(address, 'ipv6')
    return family === 4 && !shut.check(address, 'ipv4')
  }
}

/** A university's machines have addresses of the open internet, and their neighbours are behind the same wall. */
function ownNetworks(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((found): NetworkInterfaceInfo[] => found ?? [])
  return all.flatMap(({ cidr }) => (cidr === null ? [] : [cidr]))
}

function addTo(list: BlockList, network: string): void {
  const [address = '', bits] = network.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(address) === 0) throw new Error(`${network} is neither an address nor a network such as 10.1.0.0/16`)
  list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
}
