/** The HTTPS listener: WebSocket at /xmpp-websocket (RFC 7395), and host-meta that says so (XEP-0156). */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Visitor } from './admission.ts'
import { tcpServer } from './listener.ts'
import type { ServerTls } from './tls.ts'
import { WebSocketConnection } from './websocket.ts'

const PATH = '/xmpp-websocket'
const REL = 'urn:xmpp:alt-connections:websocket'
/** From the first byte of TLS to a WebSocket, or to the last answer: who dribbles is cut off. */
const DEADLINE_MS = 10_000

export interface HttpsOptions {
  readonly tls: ServerTls
  /** The address that clients reach: `wss://chat.cam.ac.uk:5443/xmpp-websocket`. */
  readonly websocketUrl: () => string
  /** Of one WebSocket message, as it is now. */
  readonly mostBytes: () => number
  /** Whether there is room; a visitor who is let in is told of by `leave` later. */
  readonly enter: (visitor: Visitor) => boolean
  readonly leave: (visitor: Visitor) => void
  /** The visitor is a client now. */
  readonly accept: (connection: WebSocketConnection, visitor: Visitor) => void
}

interface Guest {
  readonly visitor: Visitor
  readonly deadline: NodeJS.Timeout
  readonly protocol: () => string | undefined
}

/** HTTP over TLS connections that are accepted like those of XMPP: counted, with a certificate that may change. */
export function httpsServer({ tls, websocketUrl, mostBytes, enter, leave, accept }: HttpsOptions): Server {
  const http = createServer({ maxHeaderSize: 16_384 }, (request, response) => answer(request, response, websocketUrl()))
  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: protocols => (protocols.has('xmpp') ? 'xmpp' : false),
  })
  const guests = new WeakMap<Duplex, Guest>()
  http.on('upgrade', (request, socket, head) => {
    const guest = guests.get(socket)
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
    if (pathOf(request) !== PATH || !offered.includes('xmpp') || !guest) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    websockets.options.maxPayload = mostBytes()
    websockets.handleUpgrade(request, socket, head, (websocket: WebSocket) => {
      clearTimeout(guest.deadline)
      accept(new WebSocketConnection(websocket, guest.visitor.address, guest.protocol()), guest.visitor)
    })
  })

  const server = tcpServer((plain: Socket) => {
    const visitor: Visitor = { address: plain.remoteAddress ?? '', destroy: () => plain.destroy() }
    if (!enter(visitor)) {
      plain.destroy()
      return
    }
    const deadline = setTimeout(() => plain.destroy(), DEADLINE_MS).unref()
    plain.on('close', () => {
      clearTimeout(deadline)
      leave(visitor)
    })
    plain.on('error', () => plain.destroy())
    const { socket } = tls.accept(plain, 'http/1.1')
    guests.set(socket, { visitor, deadline, protocol: () => socket.getProtocol() ?? undefined })
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
  return server
}

function answer(request: IncomingMessage, response: ServerResponse, url: string): void {
  const pathname = pathOf(request)
  // XEP-0156 §3.1: browsers of any origin may ask.
  const headers = { 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' }
  if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405, { Allow: 'GET, HEAD' }).end()
  else if (pathname === '/.well-known/host-meta') {
    const xml = `<?xml version='1.0' encoding='utf-8'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='${REL}' href='${url}'/></XRD>`
    response.writeHead(200, { ...headers, 'Content-Type': 'application/xrd+xml' }).end(xml)
  } else if (pathname === '/.well-known/host-meta.json') {
    const json = JSON.stringify({ links: [{ rel: REL, href: url }] })
    response.writeHead(200, { ...headers, 'Content-Type': 'application/json' }).end(json)
  } else {
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' })
    response.end('This is a chat server. Its WebSocket is at /xmpp-websocket.\n')
  }
}

const pathOf = ({ url }: IncomingMessage): string | undefined => URL.parse(url ?? '', 'https://localhost')?.pathname
