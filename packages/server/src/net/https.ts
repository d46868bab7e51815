/** The HTTPS listener: WebSocket at /xmpp-websocket (RFC 7395), and routes, each for the paths that begin with its own. */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { andThen, isPending } from '../routing/now.ts'
import type { Visitor } from './admission.ts'
import { Guest } from './http-guest.ts'
import { type HttpCall, type HttpRoute, refuse } from './http-route.ts'
import { tcpServer } from './listener.ts'
import type { ServerTls } from './tls.ts'
import { WebSocketConnection } from './websocket.ts'

export const WEBSOCKET_PATH = '/xmpp-websocket'
const KEEP_ALIVE_MS = 20_000

export interface HttpsOptions {
  readonly tls: ServerTls
  /** The first that fits answers. */
  readonly routes: readonly HttpRoute[]
  /** Of one WebSocket message, as it is now. */
  readonly mostBytes: () => number
  /** Whether there is room; a visitor who is let in is told of by `leave` later. */
  readonly enter: (visitor: Visitor) => boolean
  readonly leave: (visitor: Visitor) => void
  /** The visitor is somebody who may be here. */
  readonly known: (visitor: Visitor) => void
  /** The visitor is a client now. */
  readonly accept: (connection: WebSocketConnection, visitor: Visitor) => void
  /** A route made a mistake. */
  readonly mistaken: (error: unknown, path: string) => void
}

export interface HttpsDoor {
  readonly server: Server
  /** Connections without a request go; no other keeps alive after its answer. */
  calm(): void
  /** Everybody who is not a WebSocket client goes. */
  cut(): void
}

/** HTTP over TLS connections that are accepted like those of XMPP: counted, with a certificate that may change. */
export function httpsServer(options: HttpsOptions): HttpsDoor {
  const { tls, enter, leave, known } = options
  const guests: Guests = new Map()
  let isClosing = false
  const http = createServer({
    maxHeaderSize: 16_384,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node sees to these only for listeners of its own; a guest has its deadlines.
    headersTimeout: 0,
    requestTimeout: 0,
  })
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const guest = guests.get(request.socket)?.guest
    if (!guest?.begins()) return
    response.once('close', () => guest.ends())
    if (isClosing) response.shouldKeepAlive = false
    answer(request, response, guest, options)
  }
  http.on('request', serve)
  // The route says when a client that waits for it may send its body (RFC 9110 §10.1.1).
  http.on('checkContinue', serve)
  http.on('upgrade', upgrader(options, guests))

  const server = tcpServer((plain: Socket) => {
    const visitor: Visitor = { address: plain.remoteAddress ?? '', destroy: () => plain.destroy() }
    if (!enter(visitor)) {
      plain.destroy()
      return
    }
    const { socket } = tls.accept(plain, 'http/1.1')
    const guest = new Guest(plain, socket, () => known(visitor))
    guests.set(socket, { guest, visitor })
    plain.on('close', () => {
      guest.release()
      guests.delete(socket)
      leave(visitor)
    })
    plain.on('error', () => plain.destroy())
    // From an upgrade on, the HTTP server listens no more, and a reset in that moment would end the process.
    socket.on('error', () => socket.destroy())
    const giveUp = (): void => void plain.destroy()
    socket.once('end', giveUp)
    socket.once('secure', () => {
      socket.off('end', giveUp)
      http.emit('connection', socket)
    })
  })
  server.on('close', () => http.close())
  return {
    server,
    calm() {
      isClosing = true
      for (const { guest } of guests.values()) if (guest.isIdle) guest.destroy()
    },
    cut() {
      for (const { guest } of guests.values()) guest.destroy()
    },
  }
}

/** Those that are not WebSocket clients. */
type Guests = Map<Duplex, { readonly guest: Guest; readonly visitor: Visitor }>
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

function upgrader({ mostBytes, accept }: HttpsOptions, guests: Guests): Upgrade {
  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: protocols => (protocols.has('xmpp') ? 'xmpp' : false),
  })
  return (request, socket, head) => {
    const found = guests.get(socket)
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
    if (placeOf(request).path !== WEBSOCKET_PATH || !offered.includes('xmpp') || !found) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    websockets.options.maxPayload = mostBytes()
    websockets.handleUpgrade(request, socket, head, (websocket: WebSocket) => {
      const { guest, visitor } = found
      guest.release()
      guests.delete(socket)
      accept(new WebSocketConnection(websocket, visitor.address, guest.secure), visitor)
    })
  }
}

function answer(request: IncomingMessage, response: ServerResponse, guest: Guest, { routes, mistaken }: HttpsOptions): void {
  const call: HttpCall = { request, response, guest, ...placeOf(request) }
  const route = routes.find(({ path }) => (path.endsWith('/') ? call.path.startsWith(path) : call.path === path))
  guest.allow(route?.deadlineMs ?? KEEP_ALIVE_MS)
  if (!route) return refuse(call, 404, `This is a chat server. Its WebSocket is at ${WEBSOCKET_PATH}.`)
  if (!route.methods.includes(request.method ?? '')) {
    return refuse(call, 405, `This takes ${route.methods.join(', ')}.`, { Allow: route.methods.join(', ') })
  }
  const most = route.mostBytes()
  if (Number(request.headers['content-length'] ?? 0) > most) return refuse(call, 413, `This is larger than ${most} bytes.`)
  const failed = (error: unknown): void => {
    mistaken(error, route.path)
    if (response.headersSent) guest.destroy()
    else refuse(call, 500, 'The server made a mistake; its operators can read about it in the log.', { Connection: 'close' })
  }
  try {
    const done = andThen(route.handle(call), () => {})
    if (isPending(done)) done.catch(failed)
  } catch (error) {
    failed(error)
  }
}

function placeOf({ url = '' }: IncomingMessage): { readonly path: string; readonly query: string } {
  // RFC 9112 §3.2.2: a server takes the absolute form too.
  const local = url.replace(/^https:\/\/[^/?#]*/i, '')
  const at = local.indexOf('?')
  return at < 0 ? { path: local, query: '' } : { path: local.slice(0, at), query: local.slice(at + 1) }
}
