/**
 * Sends to a push service (RFC 8030 §5), which a person's browser named: that may be any address, so that only those of the open internet are
 * asked, over HTTPS, at the very address that was checked; nothing of what is answered but its status is ever told.
 */
import { Resolver } from 'node:dns/promises'
import { request } from 'node:https'
import { isIP } from 'node:net'

export interface PostNeeds {
  /** Whether it may be asked: the check that all depends on. */
  readonly mayReach: (address: string, port: number) => boolean
  /** All addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
  /** Authorities besides those that Node trusts; for tests. */
  readonly authorities?: string
}

export interface Parcel {
  readonly endpoint: URL
  readonly authorization: string
  readonly body: Buffer
  /** The newest replaces what has not arrived yet (§5.4). */
  readonly topic: string
}

/** A day: what is older is read when the person looks. */
const TTL_SECONDS = 86_400
const PATIENCE_MS = 10_000
const MOST_HEADERS = 16_384

/** The status; undefined when there was none: not to be reached, or not to be asked at all. */
export async function post({ endpoint, authorization, body, topic }: Parcel, needs: PostNeeds): Promise<number | undefined> {
  const port = endpoint.port === '' ? 443 : Number(endpoint.port)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    const address = await addressOf(endpoint, port, needs)
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const sent = request({
      method: 'POST',
      hostname: hostOf(endpoint),
      port,
      path: endpoint.pathname + endpoint.search,
      headers: {
        Authorization: authorization,
        'Content-Encoding': 'aes128gcm',
        'Content-Type': 'application/octet-stream',
        'Content-Length': body.length,
        TTL: TTL_SECONDS,
        Topic: topic,
        Urgency: 'high',
      },
      agent: false,
      lookup: (_name, { all }, found) =>
        all === true ? found(null, [{ address, family: isIP(address) }]) : found(null, address, isIP(address)),
      maxHeaderSize: MOST_HEADERS,
      signal,
      ...(needs.authorities !== undefined && { ca: needs.authorities }),
    })
    sent.on('socket', socket => {
      socket.once('connect', () => {
        if (!needs.mayReach((socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, ''), port))
          sent.destroy(new Error('not to be reached'))
      })
    })
    sent.on('error', reject)
    sent.on('upgrade', (_response, socket) => socket.destroy())
    sent.on('response', response => {
      response.on('error', () => {})
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    sent.end(body)
    return await promise
  } catch {
    return undefined
  }
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** A name that has any address that may not be asked is not asked at all. */
async function addressOf(endpoint: URL, port: number, { mayReach, resolve = addressesOf }: PostNeeds): Promise<string> {
  const host = hostOf(endpoint)
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  const [first] = addresses
  if (first === undefined || !addresses.every(address => mayReach(address, port))) throw new Error('not to be reached')
  return first
}

/** IPv4 first: not every server has the other. */
async function addressesOf(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  return [...(four.status === 'fulfilled' ? four.value : []), ...(six.status === 'fulfilled' ? six.value : [])]
}
