/** Opens the door of the proxy for bytestreams (XEP-0065), and makes its module. */
import type { Server } from 'node:net'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { networkOf } from './accounts/network.ts'
import { Meetings } from './modules/proxy/meetings.ts'
import { proxy } from './modules/proxy/proxy.ts'
import { type Trouble, closeAll, listen, tcpServer } from './net/listener.ts'
import type { Figure } from './ops/metrics.ts'
import type { Host, Module } from './routing/host.ts'
import type { Address, Settings } from './settings.ts'

export interface OpenProxy {
  readonly module: Module
  readonly addresses: readonly Address[]
  readonly figures: readonly Figure[]
  close(): Promise<void>
}

/** Undefined when the settings want none, or give it no port. Throws in words when a port cannot be had. */
export async function openProxy({
  host,
  settings,
  trouble,
}: {
  readonly host: Host
  readonly settings: () => Settings
  readonly trouble: Trouble
}): Promise<OpenProxy | undefined> {
  const { services, listen: doors } = settings()
  const domain = services.proxy === undefined ? undefined : Jid.parse(services.proxy)?.account
  if (!domain || doors.proxy.length === 0) return undefined
  const meetings = new Meetings(() => settings().proxy, networkOf, host.log)
  const servers: Server[] = []
  const addresses: Address[] = []
  const close = async (): Promise<void> => {
    const closed = closeAll(servers)
    meetings.close()
    await closed
  }
  try {
    for (const door of doors.proxy) {
      const server = tcpServer(socket => meetings.accept(socket))
      addresses.push(await listen(server, door, trouble))
      servers.push(server)
    }
  } catch (error) {
    await close()
    throw error
  }
  const place = (): { host: string; port: number } | undefined =>
    addresses[0] && { host: settings().proxy.host ?? settings().domain, port: addresses[0].port }
  return { module: proxy({ domain, meetings, place }), addresses, figures: figuresOf(meetings), close }
}

const figuresOf = (meetings: Meetings): readonly Figure[] => [
  { name: 'proxy_streams', help: 'Transfers through the proxy (XEP-0065) now.', type: 'gauge', read: () => meetings.streams },
  { name: 'proxy_waiting', help: 'Connections that wait for their transfer to begin.', type: 'gauge', read: () => meetings.waiting },
  { name: 'proxy_bytes_total', help: 'Bytes that went through the proxy.', type: 'counter', read: () => meetings.bytes },
]
