/** Opens every door the settings name, and leads who comes in to a stream. */
import type { Server } from 'node:net'
import { networkOf } from './accounts/network.ts'
import { Admission, type Visitor } from './net/admission.ts'
import type { Connection } from './net/connection.ts'
import { BOSH_PATH, boshRoute } from './net/bosh/route.ts'
import type { BoshConnection } from './net/bosh/connection.ts'
import { type Link, hostMeta } from './net/host-meta.ts'
import type { HttpRoute } from './net/http-route.ts'
import { type HttpsDoor, WEBSOCKET_PATH, httpsServer } from './net/https.ts'
import { type Trouble, closeAll, listen, tcpServer } from './net/listener.ts'
import { TcpConnection } from './net/tcp.ts'
import type { ServerTls } from './net/tls.ts'
import type { Address, Settings } from './settings.ts'
import { ClientStream } from './streams/client-stream.ts'
import type { Phase, StreamContext } from './streams/stream.ts'
import { insecure } from './streams/phases/insecure.ts'
import { secure } from './streams/phases/secure.ts'
import { readerLimits } from './streams/reader-limits.ts'

export interface Listeners {
  /** Where each kind listens, with the ports that were given for 0. */
  readonly addresses: Readonly<Record<'client' | 'clientTls' | 'https', readonly Address[]>>
  /** Lets nobody in any more; settles when the last connection is gone. */
  close(): Promise<void>
  /** Cuts off who is on the way in. */
  cut(): void
}

/** When it rejects, nobody listens. */
export async function openListeners(
  settings: Settings,
  tls: ServerTls,
  context: StreamContext,
  routes: readonly HttpRoute[],
  trouble: Trouble,
): Promise<Listeners> {
  const doors = new Doors(settings, tls, context, routes)
  const { client, clientTls, https } = settings.listen
  const opened: Server[] = []
  const open = async (server: Server, address: Address): Promise<Address> => {
    const bound = await listen(server, address, trouble)
    opened.push(server)
    return bound
  }
  const each = async (list: readonly Address[], make: () => Server): Promise<Address[]> => {
    const bound: Address[] = []
    for (const address of list) bound.push(await open(make(), address))
    return bound
  }
  try {
    const addresses = {
      client: await each(client, () => doors.tcp(insecure)),
      clientTls: await each(clientTls, () => doors.tcp()),
      https: await each(https, () => doors.https()),
    }
    doors.httpsPort = addresses.https[0]?.port
    return {
      addresses,
      close() {
        doors.close()
        return closeAll(opened)
      },
      cut: () => doors.cut(),
    }
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

/** One for each kind; they share who may come in. */
class Doors {
  readonly #settings: Settings
  readonly #tls: ServerTls
  readonly #context: StreamContext
  readonly #routes: readonly HttpRoute[]
  readonly #https: HttpsDoor[] = []
  readonly admission: Admission
  httpsPort: number | undefined
  /** A connection may have come in just before its listener closed. */
  #areClosed = false

  constructor(settings: Settings, tls: ServerTls, context: StreamContext, routes: readonly HttpRoute[]) {
    this.#settings = settings
    this.#tls = tls
    this.#context = context
    this.#routes = [...hostMeta(() => this.#links()), this.#bosh(), ...routes]
    this.admission = new Admission(context.limits, networkOf)
  }

  /** Without a first phase, TLS begins with the first byte. */
  tcp(first?: Phase): Server {
    return tcpServer(socket => {
      const connection = new TcpConnection(socket, this.#tls)
      if (!this.#enter(connection)) return connection.destroy()
      if (!first) connection.startTls()
      const stream = this.#welcome(connection, first ?? secure(), connection)
      return stream.whenGone(() => this.admission.leave(connection))
    })
  }

  https(): Server {
    const door = httpsServer({
      tls: this.#tls,
      routes: this.#routes,
      // What is only a little too large is refused by the stream, in words.
      mostBytes: () => this.#context.limits().stanzaBytes * 2,
      enter: visitor => this.#enter(visitor),
      leave: visitor => this.admission.leave(visitor),
      known: visitor => this.admission.known(visitor),
      accept: (connection, visitor) => (this.#areClosed ? connection.destroy() : void this.#welcome(connection, secure(), visitor)),
      mistaken: (error, path) => this.#context.host.log.error({ err: error, path }, 'an HTTP request met a mistake of ours'),
    })
    this.#https.push(door)
    return door.server
  }

  close(): void {
    this.#areClosed = true
    for (const door of this.#https) door.calm()
  }

  cut(): void {
    this.admission.clear()
    for (const door of this.#https) door.cut()
  }

  #links(): readonly Link[] {
    const place = `${this.#settings.domain}:${this.httpsPort ?? 443}`
    return [
      { rel: 'urn:xmpp:alt-connections:websocket', href: `wss://${place}${WEBSOCKET_PATH}` },
      { rel: 'urn:xmpp:alt-connections:xbosh', href: `https://${place}${BOSH_PATH}` },
    ]
  }

  /** One for all listeners: a session's requests may come through any. */
  #bosh(): HttpRoute {
    return boshRoute({
      domain: this.#settings.domain,
      // A body has a few stanzas, each with the limits of its stream.
      limits: () => {
        const { bytes, depth, elements, ...common } = readerLimits(this.#context.limits(), true)
        return { ...common, bytes: bytes * 2, depth: depth + 1, elements: elements * 2 }
      },
      welcome: (connection, known) => this.#welcomeSession(connection, known),
    })
  }

  /** A session outlives its connections, so it counts like one. */
  #welcomeSession(connection: BoshConnection, known: () => void): (() => void) | false {
    if (!this.#enter(connection)) return false
    const stream = this.#welcome(connection, secure(), connection)
    const admit = stream.onKnown
    stream.onKnown = () => {
      admit()
      known()
    }
    return () => this.admission.leave(connection)
  }

  #enter(visitor: Visitor): boolean {
    return !this.#areClosed && this.admission.enter(visitor)
  }

  #welcome(connection: Connection, phase: Phase, visitor: Visitor): ClientStream {
    const stream = new ClientStream(connection, this.#context, phase)
    stream.onKnown = () => {
      const { certificate } = connection
      if (certificate && this.#context.certificates.holderOf(certificate)?.kind === 'web') this.admission.exempt(visitor)
      else this.admission.known(visitor)
    }
    return stream
  }
}
