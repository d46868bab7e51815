/** The chat server, put together: knows every part, and nothing knows it but the command and the tests. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { readKey } from './key-file.ts'
import { guestFigures, openGuests } from './guests.ts'
import { type Listeners, openListeners } from './listeners.ts'
import { installModules } from './modules.ts'
import { type Trouble, closer, listen } from './net/listener.ts'
import { type ClientCertificates, ServerTls } from './net/tls.ts'
import { figuresOf, tokenFigures } from './ops/figures.ts'
import { administration } from './ops/administration.ts'
import { openControlSocket } from './ops/control-socket.ts'
import { type Figure, metricsServer } from './ops/metrics.ts'
import { Host, type Log } from './routing/host.ts'
import type { Session } from './routing/session.ts'
import { Router } from './routing/router.ts'
import type { Address, Settings } from './settings.ts'
import { openStore } from './store.ts'
import type { Stream, StreamContext } from './streams/stream.ts'
import { Resumables } from './streams/resumables.ts'
import { AccountAuthenticator } from './streams/sasl.ts'
import { endSession } from './streams/session-end.ts'
import { startSweeping } from './streams/sweep.ts'
import { Devices } from './accounts/devices/devices.ts'
import { endOne, endSessionsOf, sessionsOfPerson, shutOut } from './streams/shutting-out.ts'
import { Rosters } from './accounts/rosters.ts'
import { Roles } from './accounts/roles.ts'
import { externalServices } from './modules/external-services/external-services.ts'
import { readOffers } from './modules/external-services/offers.ts'
import type { StopWish } from './modules/administration/needs.ts'
import type { Accounts, Change } from './accounts/accounts.ts'
import { openPeople } from './accounts/people.ts'
import { type Authorities, readAuthorities } from './accounts/certificates/authorities.ts'
import { Certificates } from './accounts/certificates/certificates.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { OwnAccount } from './modules/register/register.ts'
import { Registrar } from './modules/register/registrar.ts'
import { openProxy } from './proxy.ts'
import { type MayReach, openWebPush } from './web-push.ts'
import { openUploads, uploadFigures } from './uploads.ts'
import type { Store } from './storage/repositories.ts'
import { andThen } from './routing/now.ts'

import type { BoundSession } from './streams/bound-session.ts'

/** How long clients may take to close their side when the server stops. */
const FAREWELL_MS = 1500

export interface RunningServer {
  /** Where it listens, with the ports that it got where the settings say 0. */
  readonly addresses: Readonly<Record<'client' | 'clientTls' | 'https' | 'proxy' | 'metrics', readonly Address[]>>
  /** Takes new certificates, limits and the password feed without dropping a stream. Rejects, and changes nothing, when they cannot be read. */
  reload(settings: Settings): Promise<void>
  /** Tells every client, puts every write on disk, and closes. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly log: Log
  /** What lasts, being opened already; the server closes it. Without it, SQLite in the folder that the settings name. */
  readonly store?: Promise<Store>
  /** Whether an address that somebody named may be asked: of the open internet. Without it nothing is (Web Push). */
  readonly mayReach?: MayReach
  /** An operator wants the server to stop, by command: whoever started it is to do it. */
  readonly onStopWish?: (wish: StopWish) => void
}

/** Rejects in words for the operator when a port, a file or the store cannot be had; nothing is left open then. */
export async function startServer(
  initial: Settings,
  { log, store: opening = openStore(initial), mayReach, onStopWish = () => {} }: StartOptions,
): Promise<RunningServer> {
  // What is opened is closed the other way round, when the server stops or cannot start.
  await using opened = new AsyncDisposableStack()
  const store = await opening
  opened.defer(() => store.close())
  let settings = initial
  const domain = accountOf(settings.domain)
  const authorities = authoritiesOf(settings)
  const tls = new ServerTls(settings.tls, asksFor(settings, authorities))
  const trouble = (error: Error): void => log.warn({ err: error }, 'a connection could not be accepted')
  const tokenKey = readKey(settings.data, 'tokens.key', 'devices log in by password once')
  const people = await openPeople({ store, tokenKey, settings: () => settings, log, clock: Date.now })
  opened.defer(() => people.close())
  const certificates = new Certificates({
    domain: domain.full,
    accounts: people.accounts,
    settings: () => settings,
    authorities,
    clock: Date.now,
  })
  const host = new Host({ domain, people, log, clock: Date.now })
  const rosters = new Rosters(store.rosters)
  const router = new Router(host)
  let httpsPort: number | undefined
  const upload = await openUploads({ host, store, settings: () => settings, httpsPort: () => httpsPort })
  opened.defer(() => upload?.close())
  const sessionsOf = (localpart: string): readonly Session[] => sessionsOfPerson({ host }, localpart)
  const devices = new Devices({ ...people, rule: () => settings.users, sessionsOf, endSession: endOne, clock: Date.now })
  const roles = await Roles.open({ documents: store.documents, configured: () => settings.roles })
  const proxy = await openProxy({ host, settings: () => settings, trouble })
  opened.defer(() => proxy?.close())
  const external = externalServices(readOffers(settings.externalServices))
  const modules = installModules({
    host,
    settings: () => settings,
    store,
    rosters,
    accounts: ownAccount(people.accounts),
    upload,
    external,
    proxy: proxy?.module,
    webPush: openWebPush(settings, mayReach),
    devices,
    clients: people.clients,
    webSessions: people.webSessions,
    administration: { accounts: people.accounts, roles, stop: onStopWish },
  })
  opened.defer(() => modules.close())
  const ofPeople: StreamContext = {
    host,
    router,
    clients: people.clients,
    browsers: people.webSessions,
    tokens: people.tokens,
    verifiers: people.accounts,
    archive: store.archive,
    resumables: new Resumables(),
    streams: new Set<Stream>(),
    limits: () => settings.limits,
    authenticator: new AccountAuthenticator(domain.full, people.credentials, certificates),
    certificates,
    registrar: new Registrar({ accounts: people.accounts, domain: domain.full, settings: () => settings, log, clock: Date.now }),
    admit: (localpart, appPassword) => people.mayLogIn(localpart, appPassword),
  }
  const guests = openGuests(ofPeople, () => settings)
  const context: StreamContext = guests ? { ...ofPeople, others: new Map([[guests.host.domain.full, guests]]) } : ofPeople
  const realms = guests ? [context, guests] : [context]
  opened.defer(() => realms.forEach(endAll))
  people.clients.onRevoked((localpart, client) => {
    shutOut(context, localpart, known => known.client === client)
    modules.shutOut(localpart, client)
  })
  people.webSessions.onEnded((localpart, id, isRevoked) => {
    shutOut(context, localpart, known => known.client === id)
    // Whoever was away for too long is woken still.
    if (isRevoked) modules.shutOut(localpart, id)
  })
  people.appPasswords.onRevoked((localpart, id) => shutOut(context, localpart, known => known.appPassword === id))
  people.accounts.onLoss((localparts, loss) => {
    // A new password leaves devices that are logged in alone.
    if (loss !== 'password') endSessionsOf(context, localparts, 'This account was locked or removed')
    else if (!settings.users.keepAppPasswords)
      for (const localpart of localparts) shutOut(context, localpart, known => known.appPassword !== undefined)
    if (loss !== 'removed') return
    host.background(roles.forget(localparts), 'taking roles away')
    host.background(modules.forget(localparts), 'forgetting people')
  })
  const commands = administration({
    accounts: people.accounts,
    store,
    settings: () => settings,
    clock: Date.now,
    commands: host.commands,
    devices,
    rosters,
    sessionsOf,
    filesOf: localpart => upload?.filesOf(localpart) ?? noFiles(),
    renewed: localpart => modules.renewed(localpart),
  })
  const control = await openControlSocket(settings.data, commands, log)
  control.on('error', trouble)
  opened.defer(closer(control))
  const metrics = await openMetrics(
    settings,
    [
      ...figuresOf(host, context),
      ...tokenFigures(people.tokens),
      ...(upload ? uploadFigures(upload) : []),
      ...(proxy?.figures ?? []),
      ...(guests ? guestFigures(guests) : []),
    ],
    store,
    trouble,
    opened,
  )
  const listeners = await openListeners(settings, tls, context, modules.routes, trouble)
  opened.defer(() => farewell(listeners, realms))
  httpsPort = listeners.addresses.https[0]?.port
  for (const realm of realms) opened.defer(startSweeping(realm))
  if (upload) host.background(upload.start(), 'looking through uploads')

  const running = opened.move()
  return {
    addresses: { ...listeners.addresses, proxy: proxy?.addresses ?? [], metrics },
    async reload(changed) {
      const offers = readOffers(changed.externalServices)
      const authorities = authoritiesOf(changed)
      tls.reload(changed.tls, asksFor(changed, authorities))
      certificates.authorities = authorities
      settings = keeping(settings, changed, log)
      external.change(offers)
      await people.reread()
    },
    stop: () => running.disposeAsync(),
  }
}

const authoritiesOf = ({ users: { certificateAuthorities: file } }: Settings): Authorities | undefined =>
  file === undefined ? undefined : readAuthorities(file)

/** Clients are asked for certificates only where one could be good for something. */
const asksFor = ({ web }: Settings, authorities: Authorities | undefined): ClientCertificates | undefined =>
  authorities || web.certificateFingerprints.length > 0 ? { authorities: authorities?.pem ?? '' } : undefined

/** What a running server cannot change stays as it was. */
function keeping({ domain, data, listen }: Settings, changed: Settings, log: Log): Settings {
  const kept = { domain, data, listen }
  for (const [key, value] of Object.entries(kept)) {
    if (JSON.stringify(value) === JSON.stringify(changed[key as keyof typeof kept])) continue
    log.warn({ key }, 'this setting changes only when the server starts anew')
  }
  return { ...changed, ...kept }
}

async function openMetrics(
  settings: Settings,
  figures: readonly Figure[],
  store: Store,
  trouble: Trouble,
  opened: AsyncDisposableStack,
): Promise<Address[]> {
  const addresses: Address[] = []
  for (const address of settings.listen.metrics) {
    const server = metricsServer(figures, () => store.trouble)
    opened.defer(closer(server))
    addresses.push(await listen(server, address, trouble))
  }
  return addresses
}

async function* noFiles(): AsyncGenerator<never> {}

/** Those whose clients are not there to be told. */
function endAll(context: StreamContext): void {
  for (const session of Array.from(context.host.sessions.all())) endSession(session as BoundSession, context)
}

/** What people may do with their own account in-band (XEP-0077). */
function ownAccount(accounts: Accounts): OwnAccount {
  const done = (change: Change): void => {
    if (change.kind === 'refused') throw new StanzaError('not-acceptable', change.why)
  }
  return {
    setPassword: async (localpart, password) => done(await accounts.setPassword(localpart, password)),
    remove: async localpart => done(await accounts.remove(localpart)),
    isFromFeed: localpart => andThen(accounts.find(localpart), account => account?.source === 'feed'),
  }
}

/** RFC 6120 §4.9.3.20: every client hears why, and may take a moment to say goodbye. */
async function farewell(listeners: Listeners, realms: readonly StreamContext[]): Promise<void> {
  const streams = realms.flatMap(realm => [...realm.streams])
  const closed = listeners.close()
  const gone = Promise.all(Array.from(streams, stream => new Promise<void>(resolve => stream.whenGone(resolve))))
  for (const stream of streams) stream.fail('system-shutdown', 'The server is restarting; your client will connect again')
  await Promise.race([gone, sleep(FAREWELL_MS, undefined, { ref: false })])
  for (const stream of streams) stream.connection.destroy()
  listeners.cut()
  await closed
}

function accountOf(domain: string): Account {
  const jid = Jid.parse(domain)
  if (!jid || jid.local !== '' || jid.resource !== '') throw new Error(`domain: ${domain} is not a domain name`)
  return jid.account
}
