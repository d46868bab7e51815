/** Every key of the configuration file, once: what it may be, what it is when it is not there, what it means, and an example. */
import type {
  Address,
  Limits,
  Services,
  Settings,
  UploadSettings,
  ProxySettings,
  PolicySettings,
  RoomsSettings,
  WebSettings,
} from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { domainName, domainOrTrue, limit, listen, listOfNames, oneOf, orFalse, path, trueOrFalse } from './kinds.ts'
import { LIMITS } from './limit-keys.ts'
import { CONTACT } from './contact-keys.ts'
import { EXTERNAL_SERVICES } from './external-services.ts'
import { POLICY } from './policy-keys.ts'
import { PROXY } from './proxy-keys.ts'
import { ROOMS } from './room-keys.ts'
import { UPLOAD } from './upload-keys.ts'
import { USERS } from './users-keys.ts'
import { WEB, WEB_TIER } from './web-keys.ts'

export const DOMAIN = key('domain', domainName, undefined, 'The domain of all addresses here.', 'domain = "chat.cam.ac.uk"')
export const DATA = key(
  'data',
  path,
  undefined,
  'The folder of the database. Paths in this file begin at the folder of the file.',
  'data = "/var/lib/plodge"',
)

export const LISTEN = {
  client: key<readonly Address[]>(
    'listen.client',
    listen,
    5222,
    'Where clients connect and then turn to TLS (STARTTLS, required). A bare port is on every address.',
    'client = 5222',
  ),
  clientTls: key<readonly Address[]>(
    'listen.client_tls',
    listen,
    5223,
    'Where clients connect with TLS from the first byte (XEP-0368).',
    'client_tls = 5223',
  ),
  https: key<readonly Address[]>(
    'listen.https',
    listen,
    5443,
    'HTTPS: WebSocket (RFC 7395) and host-meta (XEP-0156).',
    'https = "[::]:5443"',
  ),
  proxy: key<readonly Address[]>(
    'listen.proxy',
    listen,
    false,
    'The proxy for files that go from device to device (XEP-0065), if there is to be one: docs/calls.md.',
    'proxy = 7777',
  ),
  metrics: key<readonly Address[]>(
    'listen.metrics',
    listen,
    '127.0.0.1:9100',
    'Plain HTTP with /metrics (Prometheus) and /health. For the machine itself only.',
    'metrics = "127.0.0.1:9100"',
  ),
}

export const TLS = {
  certificate: key(
    'tls.certificate',
    path,
    undefined,
    'The certificate with its chain, in PEM. Read again on SIGHUP.',
    'certificate = "fullchain.pem"',
  ),
  key: key('tls.key', path, undefined, 'Its private key, in PEM.', 'key = "privkey.pem"'),
  minimum: key(
    'tls.minimum',
    oneOf('TLSv1.2', 'TLSv1.3'),
    'TLSv1.2',
    'The oldest TLS that clients may use (RFC 7590).',
    'minimum = "TLSv1.3"',
  ),
}

export const ROLES = {
  operator: key(
    'roles.operator',
    listOfNames,
    [],
    'Who may do everything that administrative commands do (docs/administration.md), besides those made so by command.',
    'operator = ["fanf2"]',
  ),
  helpdesk: key('roles.helpdesk', listOfNames, [], 'Who may look people up, unlock them and end their sessions.', 'helpdesk = ["spqr1"]'),
}

export const ARCHIVE = {
  enabled: key(
    'archive.enabled',
    trueOrFalse,
    true,
    'Whether people have a history (XEP-0313). Without, messages are kept only until they are delivered.',
    'enabled = true',
  ),
  default: key(
    'archive.default',
    oneOf('always', 'roster', 'never'),
    'always',
    'What is kept for people who chose nothing themselves (XEP-0441).',
    'default = "always"',
  ),
  keepDays: key<number | undefined>(
    'archive.keep_days',
    orFalse(limit),
    false,
    'For how many days history is kept; false keeps it for ever.',
    'keep_days = 365',
  ),
  search: key(
    'archive.search',
    trueOrFalse,
    true,
    'Whether people can search their history for words (XEP-0431). Takes about a third of the room of the messages again.',
    'search = true',
  ),
  tombstones: key(
    'archive.tombstones',
    trueOrFalse,
    true,
    'Whether a message that its author takes back (XEP-0424) is out of the history of both sides; false keeps it beside the retraction.',
    'tombstones = true',
  ),
}

export const PUSH = {
  content: key(
    'push.content',
    oneOf('nothing', 'sender', 'text'),
    'nothing',
    'What push notifications (XEP-0357) tell besides the number of messages. They pass through the makers of apps and phones.',
    'content = "nothing"',
  ),
  intervalSeconds: key(
    'push.interval_seconds',
    limit,
    5,
    'Between two notifications of one device; calls do not wait.',
    'interval_seconds = 5',
  ),
  inactiveSeconds: key(
    'push.inactive_seconds',
    limit,
    60,
    'A device that says it is inactive (XEP-0352) is woken after so long, though its connection stands.',
    'inactive_seconds = 60',
  ),
}

export const LOG_LEVEL = key(
  'log.level',
  oneOf('debug', 'info', 'warn', 'error'),
  'info',
  'What is logged: never a password or the body of a message.',
  'level = "info"',
)

const place = (name: string, what: string): Key<string | true | undefined> =>
  key(
    `services.${name}`,
    orFalse(domainOrTrue),
    true,
    `The domain of ${what}; usually "${name}." before that of the people. It needs DNS and a place in the certificate.`,
    `${name} = "${name}.chat.cam.ac.uk"`,
  )
export const SERVICES: { readonly [K in keyof Services]: Key<string | true | undefined> } = {
  upload: place('upload', 'files that people send (XEP-0363)'),
  proxy: place('proxy', 'the proxy for files that go from device to device (XEP-0065), where [listen] gives it a port'),
  pubsub: place('pubsub', 'nodes that people make for others to follow (XEP-0060)'),
  group: place('group', 'rooms (XEP-0045)'),
  push: key<string | true | undefined>(
    'services.push',
    orFalse(domainOrTrue),
    true,
    'The domain by which browsers are woken (XEP-0357, Web Push). Only this server speaks to it; it needs a way to the push services of browser makers, on port 443.',
    'push = "push.chat.cam.ac.uk"',
  ),
  guests: key<string | true | undefined>(
    'services.guests',
    orFalse(domainOrTrue),
    false,
    'The domain where anybody logs in without an account (XEP-0175), enters rooms, and answers people who speak to them first. Nothing of theirs is kept.',
    'guests = "guests.chat.cam.ac.uk"',
  ),
}

export type Reader = <T>(key: Key<T>) => T

const each = <T extends object>(keys: { readonly [K in keyof T]: Key<T[K]> }, read: Reader): T =>
  Object.fromEntries(Object.entries<Key<unknown>>(keys).map(([name, key]) => [name, read(key)])) as T

export function settingsFrom(read: Reader): Settings {
  const contact = each<Record<string, readonly string[]>>(CONTACT, read)
  const domain = read(DOMAIN)
  return {
    domain,
    data: read(DATA),
    listen: each<Settings['listen']>(LISTEN, read),
    tls: each<Settings['tls']>(TLS, read),
    users: each<Settings['users']>(USERS, read),
    web: each<WebSettings>(WEB, read),
    roles: each<Settings['roles']>(ROLES, read),
    services: servicesOf(domain, read),
    externalServices: read(EXTERNAL_SERVICES),
    contact: Object.fromEntries(Object.entries(contact).filter(([, uris]) => uris.length > 0)),
    archive: each<Settings['archive']>(ARCHIVE, read),
    push: each<Settings['push']>(PUSH, read),
    upload: each<UploadSettings>(UPLOAD, read),
    proxy: each<ProxySettings>(PROXY, read),
    rooms: each<RoomsSettings>(ROOMS, read),
    policy: each<PolicySettings>(POLICY, read),
    limits: each<Limits>(LIMITS, read),
    log: { level: read(LOG_LEVEL) },
  }
}

function servicesOf(domain: string, read: Reader): Services {
  const named = Object.entries(SERVICES).map(([name, key]) => {
    const given = read(key)
    return [name, given === true ? `${name}.${domain}` : given] as const
  })
  return Object.fromEntries(named) as unknown as Services
}

export const KEYS: readonly Key<unknown>[] = [
  DOMAIN,
  DATA,
  ...[
    LISTEN,
    TLS,
    USERS,
    ROLES,
    ARCHIVE,
    SERVICES,
    [EXTERNAL_SERVICES],
    UPLOAD,
    PROXY,
    ROOMS,
    WEB,
    WEB_TIER,
    CONTACT,
    POLICY,
    PUSH,
    LIMITS,
  ].flatMap(group => Object.values<Key<unknown>>(group)),
  LOG_LEVEL,
]
