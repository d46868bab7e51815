/** The web tier's HTTPS listener: requests for the one site that it is, bounded in size, rate and time, and upgrades to WebSocket. */
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type Server, createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { type SecureContextOptions, createSecureContext } from 'node:tls'
import type { Log } from '../settings.ts'
import { bodyOf, hasBody } from './body.ts'
import type { Rates } from './rates.ts'
import { type Reply, headersFor, plain } from './reply.ts'
import { type Proxies, networkOf } from './visitor.ts'

/** What of a request matters to whatever answers it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Whom a limit is for: the network that the request is from. */
  readonly network: string
}

export interface SiteOptions {
  readonly publicUrl: string
  readonly uploads: string | undefined
  readonly tls: { readonly certificate: string; readonly key: string }
  readonly proxies: Proxies
  /** Of requests, by network. */
  readonly rates: Rates
  readonly log: Log
  /** Undefined when there is nothing at that path. */
  answer(asked: Asked): Reply | undefined | Promise<Reply | undefined>
  /** How many bytes may be sent to a path. */
  mostBody(path: string): number
  upgrade(path: string, address: string, request: IncomingMessage, socket: Duplex, head: Buffer): void
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

/** Throws when the files cannot be used. */
export function secureContextOf({ certificate, key }: SiteOptions['tls']): SecureContextOptions {
  const options = { cert: readFileSync(certificate), key: readFileSync(key), minVersion: 'TLSv1.2' } as const
  createSecureContext(options)
  return options
}

export function siteServer(options: SiteOptions): Server {
  const { publicUrl, uploads, tls } = options
  const { host } = new URL(publicUrl)
  const common = headersFor(publicUrl, uploads)
  const server = createServer({ ...LIMITS, ...secureContextOf(tls) })
  server.maxConnections = MOST_CONNECTIONS
  const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
    response.writeHead(status, { ...common, ...headers } as Record<string, string>)
    response.end(response.req.method === 'HEAD' ? undefined : body)
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // One that goes away while it sends.
    request.on('error', () => {})
    void replyTo(request, options, host).then(reply => {
      // What was not read is in the way of the next request.
      if (hasBody(request) && !request.readableEnded) response.shouldKeepAlive = false
      send(response, reply)
      return request.resume()
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const { address, refusal } = strangerTo(request, options, host)
    if (refusal) return refuseUpgrade(socket, refusal)
    return options.upgrade(placeOf(request).path, address, request, socket, head)
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

/** Whom it is from, and why it is none that we answer. */
function strangerTo(
  { headers, socket }: IncomingMessage,
  { proxies, rates }: SiteOptions,
  host: string,
): { readonly address: string; readonly network: string; readonly refusal?: Reply } {
  const forwarded = headers['x-forwarded-for']
  const address = proxies.addressOf(socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.join(',') : forwarded)
  const network = networkOf(address)
  // One site, by one name: a page under another name that leads here is not ours (RFC 9110 §7.4).
  if (headers.host?.toLowerCase() !== host) return { address, network, refusal: plain(421, 'This server is another site.') }
  if (rates.take(network)) return { address, network }
  return { address, network, refusal: plain(429, 'Too many requests from your network; wait a few seconds.', { 'Retry-After': '5' }) }
}

async function replyTo(request: IncomingMessage, site: SiteOptions, host: string): Promise<Reply> {
  const { network, refusal } = strangerTo(request, site, host)
  if (refusal) return refusal
  const { path, query } = placeOf(request)
  const { headers } = request
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
  if (method !== 'GET' && method !== 'POST') return plain(405, 'This takes GET, HEAD and POST.', { Allow: 'GET, HEAD, POST' })
  try {
    const body = await bodyOf(request, method === 'GET' ? 0 : site.mostBody(path))
    if (body === undefined) return plain(413, 'That is too much.')
    return (await site.answer({ method, path, query, headers, body, network })) ?? plain(404, 'There is nothing here.')
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
