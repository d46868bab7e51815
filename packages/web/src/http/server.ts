/** The web tier's HTTPS listener: requests for the one site that it is, bounded in size, rate and time, and upgrades to WebSocket. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Server, createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Log } from '../settings.ts'
import type { Rates } from './rates.ts'
import { type Reply, headersFor, plain } from './reply.ts'
import { type Proxies, networkOf } from './visitor.ts'

export interface SiteOptions {
  readonly publicUrl: string
  readonly tls: { readonly certificate: string; readonly key: string }
  readonly proxies: Proxies
  /** Of requests, by network. */
  readonly rates: Rates
  readonly log: Log
  /** Undefined when there is nothing at that path. */
  answer(method: string, path: string, query: string, request: IncomingMessage): Reply | undefined
  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): void
}

const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 5000,
}
/** Sockets that are open at once, whoever has them. */
const MOST_CONNECTIONS = 50_000
/** Nothing here takes a body; a form sends a few bytes. */
const MOST_BODY = 4096

export function siteServer(options: SiteOptions): Server {
  const { publicUrl, tls } = options
  const { host } = new URL(publicUrl)
  const common = headersFor(publicUrl)
  const server = createServer({ ...LIMITS, cert: readFileSync(tls.certificate), key: readFileSync(tls.key), minVersion: 'TLSv1.2' })
  server.maxConnections = MOST_CONNECTIONS
  const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
    response.writeHead(status, { ...common, ...headers } as Record<string, string>)
    response.end(response.req.method === 'HEAD' ? undefined : body)
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    const reply = refusalOf(request, options, host) ?? replyTo(request, options)
    if (Number(request.headers['content-length'] ?? 0) > MOST_BODY || request.headers['transfer-encoding'] !== undefined)
      response.shouldKeepAlive = false
    send(response, reply)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refusal = refusalOf(request, options, host)
    if (refusal) return refuseUpgrade(socket, refusal)
    return options.upgrade(placeOf(request).path, request, socket, head)
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

export function refuseUpgrade(socket: Duplex, { status, body }: Reply): void {
  const text = body.toString()
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}

function refusalOf({ headers, socket }: IncomingMessage, { proxies, rates }: SiteOptions, host: string): Reply | undefined {
  // One site, by one name: a page under another name that leads here is not ours (RFC 9110 §7.4).
  if (headers.host?.toLowerCase() !== host) return plain(421, 'This server is another site.')
  const forwarded = headers['x-forwarded-for']
  const address = proxies.addressOf(socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.join(',') : forwarded)
  if (!rates.take(networkOf(address))) return plain(429, 'Too many requests from your network; wait a few seconds.', { 'Retry-After': '5' })
  if (Number(headers['content-length'] ?? 0) > MOST_BODY) return plain(413, 'That is too much.')
  return undefined
}

function replyTo(request: IncomingMessage, site: SiteOptions): Reply {
  const { path, query } = placeOf(request)
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
  if (method !== 'GET' && method !== 'POST') return plain(405, 'This takes GET, HEAD and POST.', { Allow: 'GET, HEAD, POST' })
  try {
    return site.answer(method, path, query, request) ?? plain(404, 'There is nothing here.')
  } catch (error) {
    // Never the query: it may hold an answer of the sign-on.
    site.log.error({ err: error, path }, 'an HTTP request met a mistake of ours')
    return plain(500, 'The server made a mistake; its operators can read about it in the log.')
  }
}

function placeOf({ url = '' }: IncomingMessage): { readonly path: string; readonly query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) }
}
