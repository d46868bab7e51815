/** Every key of the configuration file, once: what it may be, what it is when it is not there, what it means, and an example. */
import type { Address, Limits, Services, Settings, UploadSettings, ProxySettings, PolicySettings } from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { domainName, domainOrTrue, limit, listen, listOfNames, oneOf, orFalse, path, pattern, share, trueOrFalse } from './kinds.ts'
import { LIMITS } from './limit-keys.ts'
import { CONTACT } from './contact-keys.ts'
import { EXTERNAL_SERVICES } from './external-services.ts'
import { POLICY } from './policy-keys.ts'
import { PROXY } from './proxy-keys.ts'
import { UPLOAD } from './upload-keys.ts'
import { WEB_TIER } from './web-keys.ts'

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
  tokenDays: key<number | undefined>(
    'users.token_days',
    orFalse(limit),
    30,
    'How many days a client may stay away and still come back without the password (XEP-0484); false gives no tokens.',
    'token_days = 30',
  ),
  appPasswords: key(
    'users.app_passwords',
    trueOrFalse,
    true,
    'Whether people can have a password for each device, which is made for it and can be taken back: docs/devices.md.',
    'app_passwords = true',
  ),
  mainPassword: key(
    'users.main_password',
    oneOf('always', 'first', 'never'),
    'always',
    'When a client may log in with the account’s own password, which may open other doors too: "first" is while the account has no app password. Clients that are logged in stay.',
    'main_password = "first"',
  ),
  keepAppPasswords: key(
    'users.keep_app_passwords',
    trueOrFalse,
    true,
    'Whether app passwords stay good when the account’s own password changes.',
    'keep_app_passwords = true',
  ),
  clientDays: key<number | undefined>(
    'users.client_days',
    orFalse(limit),
    365,
    'For how many days a client is remembered that is not used any more; false remembers it for ever.',
    'client_days = 90',
  ),
  keepAddresses: key(
    'users.keep_addresses',
    trueOrFalse,
    true,
    'Whether people and operators are shown from which network address a client that is not connected was used last.',
    'keep_addresses = true',
  ),
  tellOfNewDevices: key(
    'users.tell_of_new_devices',
    trueOrFalse,
    true,
    'Whether a person’s devices show a notice when one logs in that was not seen before.',
    'tell_of_new_devices = true',
  ),
  registration: key(
    'users.registration',
    trueOrFalse,
    false,
    'Whether anybody may make an account from a client (XEP-0077).',
    'registration = false',
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
    roles: each<Settings['roles']>(ROLES, read),
    services: servicesOf(domain, read),
    externalServices: read(EXTERNAL_SERVICES),
    contact: Object.fromEntries(Object.entries(contact).filter(([, uris]) => uris.length > 0)),
    archive: each<Settings['archive']>(ARCHIVE, read),
    push: each<Settings['push']>(PUSH, read),
    upload: each<UploadSettings>(UPLOAD, read),
    proxy: each<ProxySettings>(PROXY, read),
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
  ...[LISTEN, TLS, USERS, ROLES, ARCHIVE, SERVICES, [EXTERNAL_SERVICES], UPLOAD, PROXY, WEB_TIER, CONTACT, POLICY, PUSH, LIMITS].flatMap(
    group => Object.values<Key<unknown>>(group),
  ),
  LOG_LEVEL,
]
