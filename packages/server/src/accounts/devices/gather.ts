/** What has access to an account, out of what was seen, what is connected and what could log in: a pure function. */
import type { Session } from '../../routing/session.ts'
import type { AccountRecord, AppPassword, ClientRecord, WebSessionRecord } from '../../storage/repositories.ts'
import { type PasswordRule, takesMainPassword } from '../app-passwords/rule.ts'
import { OTHERS } from '../clients/clients.ts'
import { readName } from '../clients/names.ts'
import type { AccessingDevice } from './device.ts'

/** What a device may log in with. */
export interface DeviceRule extends PasswordRule {
  /** Undefined where certificates are good for nothing. */
  readonly certificateAuthorities?: string | undefined
}

export interface Gathering {
  readonly account: AccountRecord
  readonly clients: readonly ClientRecord[]
  readonly browsers: readonly WebSessionRecord[]
  /** Ids of clients that have one. */
  readonly withTokens: ReadonlySet<string>
  readonly sessions: readonly Session[]
  readonly rule: DeviceRule
  readonly now: number
  readonly idOfSession: (session: Session) => string
}

/** What is connected first, then the last seen. */
export function gather(all: Gathering): readonly AccessingDevice[] {
  const { account, clients, browsers, sessions } = all
  const known = new Map(clients.map(client => [client.id, client]))
  const isBrowser = new Set(browsers.map(({ id }) => id))
  const unnamed = sessions.filter(({ client = OTHERS }) => client === OTHERS || !(known.has(client) || isBrowser.has(client)))
  const devices = [
    ...clients.filter(({ id }) => id !== OTHERS || unnamed.length === 0).map(client => clientDevice(client, all)),
    ...unnamed.map(session => sessionDevice(session, known.get(OTHERS), all)),
    ...browsers.map(browser => browserDevice(browser, all)),
  ].filter(hasAccess)
  const used = new Set(devices.map(({ appPassword }) => appPassword?.id))
  const unused = (account.appPasswords ?? []).filter(({ id }) => all.rule.appPasswords && !used.has(id))
  const passwords = unused.map(passwordDevice)
  return [...devices, ...passwords].sort((a, b) => Number(b.isConnected) - Number(a.isConnected) || (b.lastSeen ?? 0) - (a.lastSeen ?? 0))
}

const NOTHING = {
  software: null,
  name: null,
  address: null,
  lastSeen: null,
  isConnected: false,
  knowsPassword: false,
  hasToken: false,
  hasCertificate: false,
  isWeb: false,
  appPassword: null,
} as const

/** A client whose password was changed, and that is gone, has none. */
const hasAccess = ({ isConnected, knowsPassword, hasToken, hasCertificate, appPassword, kind }: AccessingDevice): boolean =>
  kind === 'browser' || isConnected || knowsPassword || hasToken || hasCertificate || appPassword !== null

const passwordDevice = ({ id, name, createdAt }: AppPassword): AccessingDevice => ({
  ...NOTHING,
  id,
  kind: 'app-password',
  name,
  firstSeen: createdAt,
  appPassword: { id, name },
})

function clientDevice(client: ClientRecord, { account, withTokens, sessions, rule, now }: Gathering): AccessingDevice {
  const own = sessions.filter(session => session.client === client.id)
  const appPassword = appPasswordOf(client.appPassword, account, rule)
  return {
    id: client.id,
    kind: 'client',
    software: client.software ?? null,
    name: client.device ?? (client.userAgentId === undefined ? (appPassword?.name ?? null) : null),
    address: (own[0]?.address ?? client.address) || null,
    firstSeen: client.firstSeen,
    lastSeen: own.length > 0 ? now : client.lastSeen,
    isConnected: own.length > 0,
    knowsPassword: client.ways.includes('password') && takesMainPassword(account, rule),
    hasToken: withTokens.has(client.id),
    ...certificatesOf(client, rule),
    appPassword,
  }
}

function browserDevice({ id, name, address, firstSeen, lastSeen }: WebSessionRecord, { sessions, now }: Gathering): AccessingDevice {
  const own = sessions.filter(session => session.client === id)
  const isConnected = own.some(({ isLost }) => !isLost)
  return {
    ...NOTHING,
    id,
    kind: 'browser',
    software: 'Web',
    name: name ?? null,
    address: (own[0]?.address ?? address) || null,
    firstSeen,
    lastSeen: isConnected ? now : lastSeen,
    isConnected,
    isWeb: true,
  }
}

function sessionDevice(
  session: Session,
  others: ClientRecord | undefined,
  { account, rule, now, idOfSession }: Gathering,
): AccessingDevice {
  const mayKnow = session.appPassword === undefined && (others?.ways.includes('password') ?? true)
  return {
    ...NOTHING,
    id: idOfSession(session),
    kind: 'session',
    name: readName(session.jid.resource) ?? null,
    address: session.address,
    firstSeen: session.since,
    lastSeen: now,
    isConnected: true,
    knowsPassword: mayKnow && takesMainPassword(account, rule),
    ...(others && session.appPassword === undefined ? certificatesOf(others, rule) : {}),
    appPassword: appPasswordOf(session.appPassword, account, rule),
  }
}

const certificatesOf = (
  { ways }: ClientRecord,
  { certificateAuthorities }: DeviceRule,
): Pick<AccessingDevice, 'hasCertificate' | 'isWeb'> => ({
  hasCertificate: certificateAuthorities !== undefined && ways.includes('certificate'),
  isWeb: ways.includes('web'),
})

function appPasswordOf(id: string | undefined, { appPasswords = [] }: AccountRecord, rule: PasswordRule): AccessingDevice['appPassword'] {
  const found = rule.appPasswords ? appPasswords.find(known => known.id === id) : undefined
  return found ? { id: found.id, name: found.name } : null
}
