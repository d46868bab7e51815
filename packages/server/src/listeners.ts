/** Opens every door the settings name, and leads who comes in to a stream. */
import type { Server } from 'node:net'
import { Admission } from './net/admission.ts'
import type { Connection } from './net/connection.ts'
import { httpsServer } from './net/https.ts'
import { closeAll, listen, tcpServer } from './net/listener.ts'
import { TcpConnection } from './net/tcp.ts'
import type { ServerTls } from './net/tls.ts'
import type { Address, Settings } from './settings.ts'
import { ClientStream } from './streams/client-stream.ts'
import type { StreamContext } from './streams/context.ts'
import { insecure } from './streams/phases/insecure.ts'
import { secure } from './streams/phases/secure.ts'

export interface Listeners {
  /** Where each kind listens, with the ports that were given for 0. */
  readonly addresses: Readonly<Record<'client' | 'clientTls' | 'https', readonly Address[]>>
  /** New certificates for HTTPS, which makes its own TLS sockets. */
  reload(): void
  close(): Promise<void>
}

export async function openListeners(settings: Settings, tls: ServerTls, context: StreamContext): Promise<Listeners> {
  const admission = new Admission(context.limits)
  const servers: Server[] = []
  const addresses: { client: Address[]; clientTls: Address[]; https: Address[] } = { client: [], clientTls: [], https: [] }

  const welcome = (connection: Connection, isSecure: boolean): void => {
    if (!admission.enter(connection)) return connection.destroy()
    const stream = new ClientStream(connection, context, isSecure ? secure() : insecure)
    stream.onKnown = () => admission.known(connection)
    stream.onEnd(() => admission.leave(connection))
  }

  for (const address of settings.listen.client) {
    const server = tcpServer(socket => welcome(new TcpConnection(socket, tls), false))
    servers.push(server)
    addresses.client.push(await listen(server, address))
  }
  for (const address of settings.listen.clientTls) {
    const server = tcpServer(socket => {
      const connection = new TcpConnection(socket, tls)
      connection.startTls()
      welcome(connection, true)
    })
    servers.push(server)
    addresses.clientTls.push(await listen(server, address))
  }
  const websocketUrl = (): string => `wss://${settings.domain}:${addresses.https[0]?.port ?? 443}/xmpp-websocket`
  const https = settings.listen.https.map(() =>
    httpsServer({ tls, websocketUrl, mostBytes: () => context.limits().stanzaBytes * 2, accept: connection => welcome(connection, true) }),
  )
  for (const [i, address] of settings.listen.https.entries()) {
    const server = https[i]
    if (!server) continue
    servers.push(server)
    addresses.https.push(await listen(server, address))
  }

  return {
    addresses,
    reload() {
      for (const server of https) server.setSecureContext(tls.pem)
    },
    close: () => closeAll(servers),
  }
}
