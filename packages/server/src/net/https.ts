/** The HTTPS listener: WebSocket at /xmpp-websocket (RFC 7395), and host-meta that says so (XEP-0156). */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Server, createServer } from 'node:https'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ServerTls } from './tls.ts'
import { WebSocketConnection } from './websocket.ts'

const PATH = '/xmpp-websocket'
const REL = 'urn:xmpp:alt-connections:websocket'

export interface HttpsOptions {
  readonly tls: ServerTls
  /** The address that clients reach: `wss://chat.cam.ac.uk:5443/xmpp-websocket`. */
  readonly websocketUrl: () => string
  readonly mostBytes: () => number
  readonly accept: (connection: WebSocketConnection) => void
}

export function httpsServer({ tls, websocketUrl, mostBytes, accept }: HttpsOptions): Server {
  const server = createServer(
    { ...tls.pem, minVersion: 'TLSv1.2', requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => answer(request, response, websocketUrl()),
  )
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: mostBytes(),
    handleProtocols: protocols => (protocols.has('xmpp') ? 'xmpp' : false),
  })
  server.on('upgrade', (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
    if (pathOf(request) !== PATH || !offered.includes('xmpp')) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (websocket: WebSocket) =>
      accept(new WebSocketConnection(websocket, request.socket.remoteAddress ?? '', 'TLS')),
    )
  })
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
    response.writeHead(200, { ...headers, 'Content-Type': 'application/json' }).end(JSON.stringify({ links: [{ rel: REL, href: url }] }))
  } else
    response
      .writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' })
      .end('This is a chat server. Its WebSocket is at /xmpp-websocket.\n')
}

const pathOf = ({ url }: IncomingMessage): string | undefined => URL.parse(url ?? '', 'https://localhost')?.pathname
