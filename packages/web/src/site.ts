/** What the one site consists of: the door, the client's files, the way of a WebSocket; and how all that comes of files is read again. */
import { join } from 'node:path'
import type { Figure } from './figures.ts'
import { type Files, readFiles } from './http/files.ts'
import { Rates } from './http/rates.ts'
import type { SiteOptions } from './http/server.ts'
import { Proxies } from './http/visitor.ts'
import { openInternet } from './previews/addresses.ts'
import { type FetchNeeds, resolveByDns } from './previews/fetch-page.ts'
import { MOST_ADDRESS, PREVIEW_PATH, Previews } from './previews/previews.ts'
import { toChatServer } from './relay/chat-server.ts'
import { Relays } from './relay/relays.ts'
import { Watch } from './relay/watch.ts'
import { Sessions } from './sessions.ts'
import type { Log, WebTierSettings } from './settings.ts'
import { makeSignOn } from './sign-on/choose.ts'
import { Door } from './sign-on/door.ts'
import { type Judgement, checkPassword } from './sign-on/password/check.ts'
import { Replays } from './sign-on/replays.ts'
import type { SignOn } from './sign-on/sign-on.ts'

/** A page, its files and a sign-in make a dozen requests. */
const RATE = { perSecond: 20, burst: 200 }
const MOST_SESSIONS = 100_000
const SESSIONS_PER_PERSON = 20
const MOST_STREAMS = 20_000
/** What stands wherever the built client does not, and what the tier's own pages look like. */
const PLAIN_PAGE = join(import.meta.dirname, 'page')

export interface Site {
  readonly options: SiteOptions
  readonly sessions: Sessions
  readonly relays: Relays
  readonly watch: Watch
  readonly figures: readonly Figure[]
  /** Reads keys, certificates and the client's files again. Rejects in words, and then all is as it was. */
  reload(changed: WebTierSettings): Promise<void>
}

/** Rejects in words when something cannot be had. */
export async function makeSite(settings: WebTierSettings, log: Log, clock: () => number): Promise<Site> {
  const { domain, publicUrl, localpart, sessionHours, idleMinutes, askAgainMinutes } = settings
  const replays = new Replays()
  const signOnOf = async ({ signOn }: WebTierSettings): Promise<SignOn> => makeSignOn(signOn, publicUrl, replays, clock)
  const plainPage = await readFiles(PLAIN_PAGE, { hasOwnPaths: false })
  let now = {
    signOn: await signOnOf(settings),
    connect: toChatServer(settings),
    client: await clientOf(settings),
    fetching: fetchingOf(settings),
  }
  const limits = { idleMs: idleMinutes * 60_000, lifeMs: sessionHours * 3_600_000, perPerson: SESSIONS_PER_PERSON, most: MOST_SESSIONS }
  const sessions = new Sessions(limits, clock)
  const relays = new Relays({
    origin: publicUrl,
    domain,
    sessions,
    connect: () => now.connect(),
    most: MOST_STREAMS,
    idleMs: limits.idleMs,
    log,
    clock,
  })
  const watch = new Watch({ domain, connect: () => now.connect(), end: (localpart, id) => sessions.endOne(localpart, id), log })
  sessions.onEnd = ({ localpart, id }, why) => {
    // Then it is the chat server that said so.
    if (why !== 'ended elsewhere') watch.tell(localpart, id)
  }
  const check = (name: string, password: string): Promise<Judgement> => checkPassword(() => now.connect(), domain, name, password)
  const door = new Door({
    origin: publicUrl,
    addresses: { domain, localpart },
    signOn: () => now.signOn,
    sessions,
    askAgainMs: askAgainMinutes * 60_000,
    checkPassword: settings.takesPasswords ? check : undefined,
    uploads: settings.uploads,
    previews: () => (now.fetching ? PREVIEW_PATH : undefined),
    log,
    clock,
  })
  const previews = new Previews({ origin: publicUrl, sessions, fetching: () => now.fetching, clock })
  return {
    options: {
      publicUrl,
      uploads: settings.uploads,
      tls: settings.tls,
      proxies: new Proxies(settings.trustedProxies),
      rates: new Rates(RATE, clock),
      log,
      async answer(asked) {
        const said = (await door.answer(asked)) ?? (await previews.answer(asked))
        if (said || asked.method !== 'GET') return said
        return now.client?.answer(asked.path, asked.headers) ?? plainPage.answer(asked.path, asked.headers)
      },
      mostBody: path => (path === PREVIEW_PATH ? MOST_ADDRESS : door.mostBody(path)),
      upgrade: relays.upgrade.bind(relays),
    },
    sessions,
    relays,
    watch,
    figures: figuresOf(sessions, relays),
    async reload(changed) {
      const client = await clientOf(changed)
      const signOn = await signOnOf(changed)
      const before = now.client
      now = {
        signOn,
        connect: toChatServer(changed),
        client: client && before ? client.replacing(before) : client,
        fetching: fetchingOf(changed),
      }
    },
  }
}

const clientOf = async ({ client }: WebTierSettings): Promise<Files | undefined> =>
  client === undefined ? undefined : readFiles(client, { hasOwnPaths: true })

/** Throws in words when a network is none. */
function fetchingOf({ previews, publicUrl }: WebTierSettings): FetchNeeds | undefined {
  if (!previews) return undefined
  const isOpen = openInternet(previews.never)
  return {
    // Other ports are other services, and few pages are there.
    mayReach: (address, port) => (port === 443 || port === 80) && isOpen(address),
    resolve: resolveByDns,
    agent: `Mozilla/5.0 (compatible; link preview for ${publicUrl})`,
    ...previews.instead,
  }
}

const figuresOf = (sessions: Sessions, relays: Relays): readonly Figure[] => [
  { name: 'sessions', help: 'Browsers that are signed in', type: 'gauge', read: () => sessions.size },
  { name: 'streams', help: 'Streams relayed just now', type: 'gauge', read: () => relays.size },
  { name: 'frames_total', help: 'Frames relayed, either way', type: 'counter', read: () => relays.frames },
  { name: 'bytes_total', help: 'Bytes of frames relayed, either way', type: 'counter', read: () => relays.bytes },
]
