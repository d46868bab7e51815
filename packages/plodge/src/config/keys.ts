/** Every key of the configuration file, once: what it may be, what it is when it is not there, what it means, and an example. */
import type { Address, Limits, Services, Settings } from '@plodge/server/settings.ts'
import {
  type Kind,
  domainName,
  domainOrTrue,
  limit,
  listen,
  listOfUris,
  oneOf,
  orFalse,
  path,
  pattern,
  share,
  trueOrFalse,
} from './kinds.ts'

export interface Key<T> {
  /** As in the file: `listen.client`. */
  readonly name: string
  readonly kind: Kind<T>
  /** What it is when the file does not say, as it would stand in the file; undefined when the file must say. */
  readonly otherwise: unknown
  readonly meaning: string
  /** As it would stand in the file. */
  readonly example: string
}

const key = <T>(name: string, kind: Kind<T>, otherwise: unknown, meaning: string, example: string): Key<T> => ({
  name,
  kind,
  otherwise,
  meaning,
  example,
})

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

export const USERS = {
  localpart: key(
    'users.localpart',
    pattern,
    '^[a-z][a-z0-9]{1,7}$',
    'What names people can have, before the @. The default is the rule for CRSids.',
    'localpart = "^[a-z][a-z0-9]{1,7}$"',
  ),
  passwordFeed: key<string | undefined>(
    'users.password_feed',
    orFalse(path),
    false,
    'A file of names and password hashes that is watched: docs/password-feed.md.',
    'password_feed = "hermes.passwd"',
  ),
  feedMayShrink: key(
    'users.feed_may_shrink',
    share,
    0.05,
    'A feed that would remove more than this share of its people is refused whole.',
    'feed_may_shrink = 0.05',
  ),
  registration: key(
    'users.registration',
    trueOrFalse,
    false,
    'Whether anybody may make an account from a client (XEP-0077).',
    'registration = false',
  ),
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
  pubsub: place('pubsub', 'news that anybody may subscribe to (XEP-0060)'),
  proxy: place('proxy', 'the helper that passes files between two clients (XEP-0065)'),
}

const KINDS_OF_CONTACT = ['abuse', 'admin', 'feedback', 'sales', 'security', 'status', 'support'] as const
export const CONTACT = Object.fromEntries(
  KINDS_OF_CONTACT.map(name => [
    name,
    key(
      `contact.${name}`,
      listOfUris,
      [],
      `Whom to write to about ${name}, for everybody to see (XEP-0157).`,
      `${name} = ["mailto:${name}@example.org"]`,
    ),
  ]),
)

const bound = (name: string, otherwise: number, meaning: string): Key<number> =>
  key(`limits.${name}`, limit, otherwise, meaning, `${name} = ${otherwise}`)
export const LIMITS: { readonly [K in keyof Limits]: Key<Limits[K]> } = {
  stanzaBytes: bound('stanza_bytes', 262_144, 'The largest stanza, in bytes.'),
  stanzaBytesBeforeLogin: bound('stanza_bytes_before_login', 16_384, 'The same before log-in.'),
  stanzaDepth: bound('stanza_depth', 100, 'How deep elements may be nested in a stanza.'),
  stanzaElements: bound('stanza_elements', 5000, 'How many elements a stanza may have.'),
  elementAttributes: bound('element_attributes', 64, 'How many attributes an element may have.'),
  rates: key(
    'limits.rates',
    trueOrFalse,
    true,
    'false turns every limit by time off, and that of connections of one address: for tests and benchmarks.',
    'rates = true',
  ),
  stanzasPerSecond: bound(
    'stanzas_per_second',
    50,
    'Stanzas of one client, sustained. Over it the client is read slower; nothing is lost.',
  ),
  stanzaBurst: bound('stanza_burst', 500, 'How many may come at once.'),
  bytesPerSecond: bound('bytes_per_second', 131_072, 'Bytes of one client, sustained; ten seconds of it may come at once.'),
  sessionsPerAccount: bound('sessions_per_account', 20, 'Devices of one person at the same time.'),
  connectionsPerAddress: bound('connections_per_address', 1000, 'Connections from one network address. A campus may sit behind a few.'),
  connectionsBeforeLogin: bound(
    'connections_before_login',
    2000,
    'Connections that have not logged in; over it the oldest of them is closed.',
  ),
  loginSeconds: bound('login_seconds', 60, 'How long logging in may take.'),
  failedLoginsPerMinute: bound(
    'failed_logins_per_minute',
    10,
    'Wrong passwords for one person, or from one address, before each waits longer.',
  ),
  clientsPerAccount: bound(
    'clients_per_account',
    50,
    'Clients of one person that are remembered; the one not used for longest is forgotten.',
  ),
  rosterItems: bound('roster_items', 2000, 'Contacts of one person.'),
  documentBytes: bound('document_bytes', 262_144, 'The largest vCard or piece of private data, in bytes.'),
  documents: bound('documents', 200, 'Pieces of private data of one person.'),
  blockedAddresses: bound('blocked_addresses', 1000, 'Addresses that one person may block.'),
  outputBytes: bound('output_bytes', 16_777_216, 'Bytes that wait for a client that does not read, before its connection is cut.'),
  idleSeconds: bound('idle_seconds', 300, 'Silence of a client before it is asked whether it is there.'),
  resumeSeconds: bound('resume_seconds', 600, 'How long a client that lost its connection may come back to its session (XEP-0198).'),
  unackedStanzas: bound('unacked_stanzas', 5000, 'Stanzas that wait for the acknowledgement of one client.'),
  inactiveStanzas: bound(
    'inactive_stanzas',
    200,
    'Presence, typing notices and the like that wait while nobody looks at a client (XEP-0352), so that a phone can sleep.',
  ),
  pushRegistrations: bound('push_registrations', 20, 'Devices of one person that push services wake (XEP-0357).'),
  directedPresences: bound('directed_presences', 500, 'People that one device may show itself to by name.'),
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
    services: servicesOf(domain, read),
    contact: Object.fromEntries(Object.entries(contact).filter(([, uris]) => uris.length > 0)),
    archive: each<Settings['archive']>(ARCHIVE, read),
    push: each<Settings['push']>(PUSH, read),
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
  ...[LISTEN, TLS, USERS, ARCHIVE, SERVICES, CONTACT, PUSH, LIMITS].flatMap(group => Object.values<Key<unknown>>(group)),
  LOG_LEVEL,
]
