/** The key of services elsewhere on the network that clients are told of (XEP-0215): a list of tables, `[[services.external]]`. */
import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import type { ExternalServiceSettings } from '@plodge/server/settings.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type Key, key } from './key.ts'
import type { Kind } from './kinds.ts'

const NAMES = new Set(['type', 'host', 'port', 'transport', 'name', 'secret_file', 'lifetime_seconds', 'restricted'])
const MOST = 50
/** Longer than a call: a relay ends when its credentials do. */
const LIFETIME_SECONDS = 43_200

const services: Kind<readonly ExternalServiceSettings[]> = {
  expected:
    'a list of tables with type, host, and as it needs port, transport ("udp" or "tcp"), name, secret_file, lifetime_seconds, restricted',
  read(value, folder) {
    if (!Array.isArray(value) || value.length > MOST) return { kind: 'wrong' }
    const read = value.map((table: unknown) => readService(table, folder))
    return read.every(service => service !== undefined) ? { kind: 'value', value: read } : { kind: 'wrong' }
  },
}

export const EXTERNAL_SERVICES: Key<readonly ExternalServiceSettings[]> = key(
  'services.external',
  services,
  [],
  'Services for calls elsewhere on the network, such as STUN and TURN (XEP-0215): docs/calls.md. Told to clients, and changed on SIGHUP.',
  'external = [{ type = "turn", host = "turn.cam.ac.uk", port = 3478, transport = "udp", secret_file = "turn.secret" }]',
)

function readService(table: unknown, folder: string): ExternalServiceSettings | undefined {
  if (typeof table !== 'object' || table === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(table))
  for (const name of fields.keys()) if (!NAMES.has(name)) return undefined
  const type = text(fields.get('type'), /^[a-z][a-z0-9-]{0,31}$/)
  const host = text(fields.get('host'), /^\S+$/)
  const port = fields.get('port')
  const transport = fields.get('transport')
  const name = fields.get('name')
  const secretFile = fields.get('secret_file')
  const lifetimeSeconds = fields.get('lifetime_seconds') ?? LIFETIME_SECONDS
  const isRestricted = fields.get('restricted') ?? secretFile !== undefined
  if (type === undefined || host === undefined || !isHost(host)) return undefined
  if (port !== undefined && !isWhole(port, 65_535)) return undefined
  if (transport !== undefined && transport !== 'udp' && transport !== 'tcp') return undefined
  if (name !== undefined && typeof name !== 'string') return undefined
  if (secretFile !== undefined && (typeof secretFile !== 'string' || secretFile === '')) return undefined
  if (!isWhole(lifetimeSeconds, 31_536_000) || typeof isRestricted !== 'boolean') return undefined
  const file = secretFile === undefined || isAbsolute(secretFile) ? secretFile : resolve(folder, secretFile)
  return { type, host, port, transport, name, secretFile: file, lifetimeSeconds, isRestricted }
}

const text = (value: unknown, fits: RegExp): string | undefined => (typeof value === 'string' && fits.test(value) ? value : undefined)

const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most

function isHost(host: string): boolean {
  const jid = isIP(host) > 0 ? undefined : Jid.parse(host)
  return isIP(host) > 0 || (jid !== undefined && jid.local === '' && jid.resource === '')
}
