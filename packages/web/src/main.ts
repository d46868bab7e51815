/** Puts the web tier together, and starts and stops it. */
import type { Server } from 'node:net'
import { type Figure, figuresServer } from './figures.ts'
import { readFiles } from './http/files.ts'
import { Rates } from './http/rates.ts'
import { siteServer } from './http/server.ts'
import { Proxies } from './http/visitor.ts'
import { toChatServer } from './relay/chat-server.ts'
import { Relays } from './relay/relays.ts'
import { Sessions } from './sessions.ts'
import type { Address, Log, WebTierSettings } from './settings.ts'
import { ANSWER_PATH, Door } from './sign-on/door.ts'
import { ucamSignOn } from './sign-on/ucam/sign-on.ts'

export interface RunningWeb {
  readonly addresses: { readonly web: readonly Address[]; readonly webMetrics: readonly Address[] }
  stop(): Promise<void>
}

/** A page, its files and a sign-in make a dozen requests. */
const RATE = { perSecond: 20, burst: 200 }
const MOST_SESSIONS = 100_000
const SESSIONS_PER_PERSON = 20
const MOST_STREAMS = 20_000
const SWEEP_MS = 5000
/** For requests that are under way when it stops. */
const GRACE_MS = 3000

/** Rejects in words when something cannot be had; then nothing listens. */
export async function startWeb(settings: WebTierSettings, log: Log, clock: () => number = Date.now): Promise<RunningWeb> {
  const { domain, publicUrl, localpart, sessionHours, idleMinutes } = settings
  const signOn = ucamSignOn(settings.signOn, `${publicUrl}${ANSWER_PATH}`, clock)
  const files = readFiles()
  const limits = { idleMs: idleMinutes * 60_000, lifeMs: sessionHours * 3_600_000, perPerson: SESSIONS_PER_PERSON, most: MOST_SESSIONS }
  const sessions = new Sessions(limits, clock)
  const relays = new Relays({ origin: publicUrl, domain, sessions, connect: toChatServer(settings), most: MOST_STREAMS, log, clock })
  const door = new Door({ origin: publicUrl, addresses: { domain, localpart }, signOn, sessions, log })
  const site = {
    publicUrl,
    tls: settings.tls,
    proxies: new Proxies(settings.trustedProxies),
    rates: new Rates(RATE, clock),
    log,
    answer: (method: string, path: string, query: string, { headers }: { readonly headers: Parameters<Door['answer']>[3] }) =>
      (method === 'GET' ? files.get(path) : undefined) ?? door.answer(method, path, query, headers),
    upgrade: relays.upgrade.bind(relays),
  }
  await using opened = new AsyncDisposableStack()
  const open = async (server: Server, address: Address): Promise<Address> => {
    const bound = await listen(server, address)
    server.on('error', error => log.warn({ err: error }, 'a connection could not be accepted'))
    return bound
  }
  const web: Address[] = []
  for (const address of settings.listen) {
    const server = siteServer(site)
    opened.defer(async () => {
      const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      server.closeIdleConnections()
      await closed(server)
      clearTimeout(cut)
    })
    web.push(await open(server, address))
  }
  const webMetrics: Address[] = []
  for (const address of settings.metrics) {
    const server = figuresServer(figuresOf(sessions, relays), () => relays.trouble)
    opened.defer(() => {
      server.closeAllConnections()
      return closed(server)
    })
    webMetrics.push(await open(server, address))
  }
  const sweeping = setInterval(() => sessions.sweep(), SWEEP_MS).unref()
  opened.defer(() => clearInterval(sweeping))
  opened.defer(() => relays.close())
  const running = opened.move()
  return { addresses: { web, webMetrics }, stop: () => running.disposeAsync() }
}

const figuresOf = (sessions: Sessions, relays: Relays): readonly Figure[] => [
  { name: 'sessions', help: 'Browsers that are signed in', type: 'gauge', read: () => sessions.size },
  { name: 'streams', help: 'Streams relayed just now', type: 'gauge', read: () => relays.size },
  { name: 'frames_total', help: 'Frames relayed, either way', type: 'counter', read: () => relays.frames },
  { name: 'bytes_total', help: 'Bytes of frames relayed, either way', type: 'counter', read: () => relays.bytes },
]

function listen(server: Server, { host, port }: Address): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<Address>()
  server.once('error', error => reject(new Error(`cannot listen on ${host}:${port}: ${error.message}`, { cause: error })))
  server.listen({ host, port, backlog: 1024 }, () => {
    server.removeAllListeners('error')
    const bound = server.address()
    resolve({ host, port: typeof bound === 'object' && bound ? bound.port : port })
  })
  return promise
}

const closed = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
  })
