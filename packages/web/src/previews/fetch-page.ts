/**
 * Fetches a page that a person names, and nothing that they could not reach from the open internet: every name is resolved here, every address
 * checked, and the connection goes to the very address that was checked. Redirects are pages that are named anew. Bounded in bytes and time.
 */
import { Resolver } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'

export interface FetchNeeds {
  /** Whether a page may be fetched from there: the check that all depends on. */
  readonly mayReach: (address: string, port: number) => boolean
  /** All addresses of a name. */
  readonly resolve: (name: string, signal: AbortSignal) => Promise<readonly string[]>
  /** What it is called in the logs of those who are asked. */
  readonly agent: string
  readonly limits?: Partial<FetchLimits>
}

interface FetchLimits {
  readonly bytes: number
  /** For all of it, redirects too. */
  readonly ms: number
  readonly redirects: number
}

const LIMITS: FetchLimits = { bytes: 524_288, ms: 5000, redirects: 3 }
const MOST_URL = 2048
const MOST_HEADERS = 16_384
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export interface Page {
  /** Where it was in the end. */
  readonly url: string
  readonly type: string
  readonly body: Buffer
}

/** Undefined when it is no page, or not to be had, or not to be asked for: nobody is told which, so that nobody finds out what there is inside. */
export async function fetchPage(address: string, needs: FetchNeeds): Promise<Page | undefined> {
  const limits = { ...LIMITS, ...needs.limits }
  const signal = AbortSignal.timeout(limits.ms)
  try {
    let url = webUrl(address)
    for (let step = 0; url && step <= limits.redirects; step += 1) {
      const response = await ask(url, await addressOf(url, needs, signal), needs, signal)
      const { statusCode = 0, headers } = response
      if (REDIRECTS.has(statusCode)) {
        response.destroy()
        url = webUrl(headers.location ?? '', url)
        continue
      }
      const type = headers['content-type'] ?? ''
      const isPage = statusCode === 200 && /^(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(type)
      if (isPage && headers['content-encoding'] === undefined) return { url: url.href, type, body: await bodyOf(response, limits.bytes) }
      response.destroy()
      return undefined
    }
    return undefined
  } catch {
    return undefined
  }
}

/** The parser has made every spelling of an address (0x7f.1, 2130706433, [::ffff:7f00:1]) one. */
function webUrl(text: string, base?: URL): URL | undefined {
  const url = text.length > MOST_URL ? null : URL.parse(text, base?.href)
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return url
}

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** One that may be reached. A name that has any other address too is not asked at all. */
async function addressOf(url: URL, { mayReach, resolve }: FetchNeeds, signal: AbortSignal): Promise<string> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolve(host, signal) : [host]
  const [first] = addresses
  if (first === undefined || !addresses.every(address => mayReach(address, portOf(url)))) throw new Error('not to be reached')
  return first
}

async function ask(url: URL, address: string, { agent, mayReach }: FetchNeeds, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const family = isIP(address)
  const port = portOf(url)
  const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)({
    hostname: hostOf(url),
    port,
    path: url.pathname + url.search,
    headers: { 'User-Agent': agent, Accept: 'text/html', 'Accept-Encoding': 'identity' },
    // Nothing of it is used again: each page has a connection of its own, to the address that was checked for it.
    agent: false,
    lookup: (_name, { all }, found) => (all === true ? found(null, [{ address, family }]) : found(null, address, family)),
    maxHeaderSize: MOST_HEADERS,
    signal,
  })
  // Whatever may become of the above: what it is connected to in the end is checked as well.
  sent.on('socket', socket => {
    socket.once('connect', () => {
      if (!mayReach((socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, ''), port)) sent.destroy(new Error('not to be reached'))
    })
  })
  sent.on('error', reject)
  sent.on('response', resolve)
  sent.on('upgrade', (_response, socket) => socket.destroy())
  sent.end()
  return promise
}

/** What it says of itself stands at its beginning: of a page that is larger the rest is not read. */
async function bodyOf(response: IncomingMessage, most: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, most - length))
    length += part.length
    // Leaving the loop ends the connection.
    if (length >= most || part.includes('</head>')) break
  }
  return Buffer.concat(parts)
}

const RESOLVE_MS = 2000

/** By DNS alone: what stands in this machine's own files is not for others to know. It waits in no thread that others need. */
export async function resolveByDns(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: RESOLVE_MS, tries: 1 })
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel)
  try {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    return found.flatMap(one => (one.status === 'fulfilled' ? one.value : []))
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
