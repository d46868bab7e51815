/** Keys about the proxy for files that go from device to device. */
import type { ProxySettings } from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { domainName, limit, orFalse } from './kinds.ts'

const bound = (name: string, otherwise: number, meaning: string): Key<number> =>
  key(`proxy.${name}`, limit, otherwise, meaning, `${name} = ${otherwise}`)

export const PROXY: { readonly [K in keyof ProxySettings]: Key<ProxySettings[K]> } = {
  host: key<string | undefined>(
    'proxy.host',
    orFalse(domainName),
    false,
    'The name by which devices reach the proxy, when it is not the domain.',
    'host = "proxy.chat.cam.ac.uk"',
  ),
  waitingPerAddress: bound('waiting_per_address', 100, 'Connections of one network address whose transfer has not begun.'),
  waiting: bound('waiting', 500, 'The same altogether; over it the oldest of them is closed.'),
  waitSeconds: bound('wait_seconds', 60, 'How long a connection waits for its transfer to begin.'),
  streams: bound('streams', 200, 'Transfers at the same time.'),
  streamsPerPerson: bound('streams_per_person', 5, 'Transfers that one person began, at the same time.'),
  bytesPerSecond: bound('bytes_per_second', 10_485_760, 'How fast one transfer may be.'),
  streamBytes: bound('stream_bytes', 2_147_483_648, 'The largest transfer, in bytes.'),
  idleSeconds: bound('idle_seconds', 120, 'How long a transfer may stand still.'),
}
