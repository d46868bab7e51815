/** The list of modules, each called with what it needs. To remove one, delete its folder and its line here. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clients } from './accounts/clients/clients.ts'
import type { WebSessions } from './accounts/web-sessions/web-sessions.ts'
import type { Devices } from './accounts/devices/devices.ts'
import type { Rosters } from './accounts/rosters.ts'
import { mayAsk } from './accounts/may-ask.ts'
import { administration, type AdministrationOptions } from './modules/administration/administration.ts'
import { Notices } from './modules/administration/notices.ts'
import { UsageRecord } from './modules/administration/usage.ts'
import { archive } from './modules/archive/archive.ts'
import { OLD_BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { bookmarks } from './modules/bookmarks/bookmarks.ts'
import { blocking } from './modules/blocking/blocking.ts'
import { carbons } from './modules/carbons/carbons.ts'
import { clientAccess } from './modules/client-access/client-access.ts'
import { clientState } from './modules/client-state.ts'
import { commands } from './modules/commands/commands.ts'
import { disco } from './modules/disco/disco.ts'
import { entityTime } from './modules/entity-time.ts'
import type { ExternalServices } from './modules/external-services/external-services.ts'
import { lastActivity } from './modules/last-activity.ts'
import { legacySession } from './modules/legacy-session.ts'
import { offline } from './modules/offline/offline.ts'
import { presence } from './modules/presence/presence.ts'
import { ping } from './modules/ping.ts'
import { privateStorage } from './modules/private-storage.ts'
import { personalEventing } from './modules/pubsub/personal.ts'
import { pubsubService } from './modules/pubsub/service.ts'
import { push } from './modules/push/push.ts'
import { type OwnAccount, register } from './modules/register/register.ts'
import { rooms, type RoomsModule } from './modules/rooms/rooms.ts'
import { roster } from './modules/roster/roster.ts'
import { Subscriptions } from './modules/roster/subscriptions.ts'
import { streamLimits } from './modules/stream-limits.ts'
import { ownData } from './modules/own-data/own-data.ts'
import type { Upload } from './modules/upload/upload.ts'
import { vcard } from './modules/vcard/vcard.ts'
import { version } from './modules/version.ts'
import { OwnNodes } from './pubsub/own-nodes.ts'
import { Shelves } from './pubsub/shelves.ts'
import type { HttpRoute } from './net/http-route.ts'
import { RELEASE, SOFTWARE } from './ops/release.ts'
import type { Host, Module } from './routing/host.ts'
import type { Session } from './routing/session.ts'
import type { Limits, Settings } from './settings.ts'
import type { Localpart, Store } from './storage/repositories.ts'

const DAY_MS = 86_400_000
const EXPIRE_EVERY_MS = 6 * 3_600_000

export interface ModuleNeeds {
  readonly host: Host
  readonly settings: () => Settings
  readonly store: Store
  readonly rosters: Rosters
  readonly accounts: OwnAccount
  readonly devices: Devices
  readonly clients: Pick<Clients, 'onNew'>
  readonly webSessions: Pick<WebSessions, 'left' | 'expire'>
  readonly administration: Pick<AdministrationOptions, 'accounts' | 'roles' | 'stop'>
  readonly external: ExternalServices
  /** Undefined where nothing listens (XEP-0065). */
  readonly proxy: Module | undefined
  /** Undefined where nobody says which addresses may be asked. */
  readonly webPush: Module | undefined
  /** Undefined where there are none (XEP-0363). */
  readonly upload: Upload | undefined
}

export interface InstalledModules {
  readonly modules: readonly Module[]
  /** What the HTTPS listener answers for them. */
  readonly routes: readonly HttpRoute[]
  /** What is in memory of people who are no more. */
  forget(localparts: readonly Localpart[]): Promise<void>
  /** What is in memory of somebody is not true any more: the store has something else. */
  renewed(localpart: Localpart): void
  /** A client of an account was shut out for good. */
  shutOut(localpart: Localpart, client: string): void
  /** Writes what modules keep in memory for a while. */
  close(): Promise<void>
}

export function installModules({
  host,
  settings,
  store,
  rosters,
  accounts,
  devices,
  clients,
  webSessions,
  upload,
  external,
  proxy,
  webPush,
  administration: office,
}: ModuleNeeds): InstalledModules {
  const mostItems = (): number => settings().limits.rosterItems
  const { documents } = store
  const shown = presence({ rosters, mostDirected: () => settings().limits.directedPresences })
  const limitsNow = (): Limits => settings().limits
  const shelves = new Shelves(store.nodes)
  const nodes = new OwnNodes()
  const personal = personalEventing({ shelves, rosters, nodes, limits: limitsNow })
  const nodesAt = Jid.parse(settings().services.pubsub ?? '')?.account
  const roomsAt = Jid.parse(settings().services.group ?? '')?.account
  const show = (owner: Account, to: Jid, isVisible: boolean): void => {
    shown.show(owner, to, isVisible)
    if (isVisible) personal.shown(owner, to)
  }
  const subscriptions = new Subscriptions({ host, rosters, mostItems, show })
  const { archive: history } = settings()
  const kept = archive({
    archive: store.archive,
    documents,
    rosters,
    settings: {
      ...history,
      get default() {
        return settings().archive.default
      },
    },
  })
  const late = offline({
    archive: store.archive,
    isInHistory: (message, owner) => kept.isInHistory(message, owner),
    pace: session => pace(host, session),
  })
  const woken = push({ documents, settings: () => settings().push, most: () => settings().limits.pushRegistrations })
  const administrated = administration({
    ...office,
    domain: host.domain,
    rosters,
    audit: store.audit,
    notices: new Notices({ documents, domain: host.domain, clock: host.clock }),
    usage: new UsageRecord(store.usage, host.clock),
  })
  const may = mayAsk(host.people, rosters)
  const departed = lastActivity({ documents, mayAsk: may })
  const marks = bookmarks({ nodes, documents })
  const grouped = roomsAt
    ? rooms({
        domain: roomsAt,
        settings: () => settings().rooms,
        store: store.rooms,
        archive: store.archive,
        history: { ...history, keepDays: () => settings().archive.keepDays },
        documents,
        mostBytes: () => settings().limits.documentBytes,
        wake: { nodes, wake: woken.wake },
        isOperator: person => host.isLocal(person) && office.roles.of(person.local) === 'operator',
      })
    : undefined
  const modules = [
    shown,
    roster({ rosters, subscriptions, mostItems }),
    kept,
    late,
    carbons(),
    personal,
    ...(nodesAt ? [pubsubService({ domain: nodesAt, shelves, limits: limitsNow })] : []),
    ...(grouped ? [grouped] : []),
    woken,
    clientState(),
    blocking({ documents, rosters, show, mostAddresses: () => settings().limits.blockedAddresses, audit: store.audit }),
    disco({ mayAsk: may, settings }),
    commands({ roleOf: localpart => office.roles.of(localpart) }),
    administrated,
    clientAccess({ devices, clients, webSessions, tellsOfNewDevices: () => settings().users.tellOfNewDevices }),
    ping({ mayAsk: may }),
    external,
    version({ name: SOFTWARE, version: RELEASE }),
    entityTime(),
    legacySession(),
    departed,
    vcard({ documents, nodes, limits: limitsNow }),
    marks,
    privateStorage({
      documents,
      elsewhere: [{ ns: OLD_BOOKMARKS, name: 'storage', get: marks.list, set: marks.setList }],
      limits: limitsNow,
    }),
    register({
      accounts,
      elsewhere: 'The password of this account is kept by the institution: change it where you change your mail password.',
    }),
    streamLimits(limitsNow),
    ...(upload ? [upload, ownData({ make: owner => copyOf(owner, { host, store, upload }), give: gift => upload.give(gift) })] : []),
    ...(proxy ? [proxy] : []),
    ...(webPush ? [webPush] : []),
  ]
  host.install(modules)
  const stopExpiring = expire(host, { store, shelves, grouped, webSessions }, settings)
  const close = async (): Promise<void> => {
    stopExpiring()
    woken.close()
    await administrated.close()
    await late.close()
    await departed.close()
  }
  const renewed = (localpart: Localpart): void => {
    for (const handler of host.removed) handler(localpart)
    rosters.forget(localpart)
    shelves.forget(localpart)
  }
  const forget = async (localparts: readonly Localpart[]): Promise<void> => {
    for (const localpart of localparts) for (const handler of host.removed) handler(localpart)
    await grouped?.forget(localparts)
    await shelves.forgetPeople(localparts.map(localpart => `${localpart}@${host.domain.full}`))
  }
  return { modules, routes: upload ? [upload.route] : [], forget, renewed, shutOut: woken.shutOut, close }
}

/** All that somebody has here, as they can read it; undefined when they are gone. */
async function copyOf(
  owner: Localpart,
  { host, store, upload }: { readonly host: Host; readonly store: Store; readonly upload: Upload },
): Promise<AsyncIterable<Buffer> | undefined> {
  const record = await store.accounts.find(owner)
  const address = Jid.of(owner, host.domain.domain)?.account
  if (!record || !address) return undefined
  const { readable } = await import('./portability/readable.ts')
  return readable({ store, record, address, files: upload.filesOf(owner), now: host.clock() })
}

/** Waits while a client is slow to take what is sent to it, as long as it is there. */
async function pace(host: Host, session: Session): Promise<void> {
  do await sleep(session.isBehind ? 50 : 0)
  while (session.isBehind && host.sessions.at(session.jid) === session)
}

/** Forgets what is older than it may be, now and every few hours. */
function expire(
  host: Host,
  {
    store,
    shelves,
    grouped,
    webSessions,
  }: {
    readonly store: Store
    readonly shelves: Shelves
    readonly grouped: RoomsModule | undefined
    readonly webSessions: Pick<WebSessions, 'expire'>
  },
  settings: () => Settings,
): () => void {
  const run = (): void => {
    const { keepDays } = settings().archive
    const { clientDays } = settings().users
    if (clientDays !== undefined) host.background(store.clients.expire(host.clock() - clientDays * DAY_MS), 'forgetting old clients')
    host.background(webSessions.expire(), 'forgetting browsers that are signed out')
    host.background(shelves.expire(host.clock()), 'forgetting old items')
    if (keepDays !== undefined) host.background(store.archive.expire(host.clock() - keepDays * DAY_MS), 'forgetting old history')
    if (grouped) host.background(grouped.expire(), 'forgetting what was said in rooms')
  }
  const timer = setInterval(run, EXPIRE_EVERY_MS)
  run()
  return () => clearInterval(timer)
}
