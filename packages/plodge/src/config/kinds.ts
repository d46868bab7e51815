/** What a key's value may be: how it is read into the type that the server wants, and how that is said to a person. */
import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import type { Address } from '@plodge/server/settings.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'

export type Reading<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'wrong' }

export interface Kind<T> {
  /** Completes "expected …". */
  readonly expected: string
  /** `folder` is that of the configuration file. */
  read(value: unknown, folder: string): Reading<T>
}

const WRONG = { kind: 'wrong' } as const
const valueOf = <T>(value: T): Reading<T> => ({ kind: 'value', value })
const kind = <T>(expected: string, read: (value: unknown, folder: string) => T | undefined): Kind<T> => ({
  expected,
  read(value, folder) {
    const found = read(value, folder)
    return found === undefined ? WRONG : valueOf(found)
  },
})

export const domainName = kind('a domain name', readDomain)

/** True is for the usual name. */
export const domainOrTrue = kind<string | true>('a domain name, or true for the usual one', value =>
  value === true ? true : readDomain(value),
)

/** A path; relative ones begin at the folder of the configuration file. */
export const path = kind('a path', (value, folder) => {
  if (typeof value !== 'string' || value === '') return undefined
  return isAbsolute(value) ? value : resolve(folder, value)
})

export const trueOrFalse = kind('true or false', value => (typeof value === 'boolean' ? value : undefined))

export const oneOf = <const T extends string>(...words: readonly T[]): Kind<T> =>
  kind(`one of ${words.map(word => JSON.stringify(word)).join(', ')}`, value => words.find(word => word === value))

export const pattern = kind('a regular expression that matches whole names', value => {
  if (typeof value !== 'string' || !value.startsWith('^') || !value.endsWith('$')) return undefined
  try {
    return new RegExp(value, 'u')
  } catch {
    return undefined
  }
})

/** What its one group matches is meant. */
export const patternWithGroup = kind('a regular expression that matches whole names, with one group', value => {
  const read = pattern.read(value, '')
  // With an empty alternative it matches anything, and then says how many groups it has.
  const groups = read.kind === 'value' ? (new RegExp(`${read.value.source}|`, 'u').exec('')?.length ?? 1) - 1 : 0
  return read.kind === 'value' && groups === 1 ? read.value : undefined
})

export const text = kind('a text', value => (typeof value === 'string' && value.trim() !== '' ? value : undefined))

/** Of demands such as "hd=cam.ac.uk". */
export const listOfPairs = kind<Readonly<Record<string, string>>>('a list of texts such as "hd=cam.ac.uk"', value => {
  const pairs = (Array.isArray(value) ? value : [undefined]).map(one => (typeof one === 'string' ? /^([^=]+)=(.+)$/su.exec(one) : null))
  return pairs.every(pair => pair !== null) ? Object.fromEntries(pairs.map(([, name = '', text = '']) => [name, text])) : undefined
})

export const httpsUrl = kind('an https URL', value => {
  const url = typeof value === 'string' ? URL.parse(value) : undefined
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '') return undefined
  return url.href.endsWith('/') ? url.href : `${url.href}/`
})

/** Of one page: without a query. */
export const httpsPage = kind('an https URL', value => {
  const url = typeof value === 'string' ? URL.parse(value) : undefined
  return url?.protocol === 'https:' && url.search === '' && url.hash === '' ? url.href : undefined
})

/** Of content types. */
export const listOfTypes = kind('a list of content types or patterns of them', value =>
  Array.isArray(value) && value.length > 0 && value.every(one => typeof one === 'string' && /^(?:\*|[a-z]+\/(?:\*|[\w.+-]+))$/.test(one))
    ? (value as readonly string[])
    : undefined,
)

/** Of people here: localparts. */
export const listOfNames = kind('a list of names, before the @', value => {
  if (!Array.isArray(value)) return undefined
  const names = value.map(name => (typeof name === 'string' ? Jid.of(name, 'localhost')?.local : undefined))
  return names.every(name => name !== undefined) ? names : undefined
})

/** A whole number above nothing, or false for no limit. */
export const limit = kind('a number above 0, or false for no limit', value => {
  if (value === false) return Infinity
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && number > 0 && Number.isFinite(number) ? number : undefined
})

/** Of certificates: SHA-256 as `openssl x509 -noout -fingerprint -sha256` prints it or without the colons; in lower case without them. */
export const listOfFingerprints = kind('a list of SHA-256 fingerprints of certificates (64 hexadecimal digits each)', value => {
  const read = Array.isArray(value) ? value.map(readFingerprint) : undefined
  return read?.every(one => one !== undefined) ? read : undefined
})

/** As listOfFingerprints, of those who take turns. */
export const fingerprint: Kind<readonly string[]> = {
  expected: 'the SHA-256 fingerprint of a certificate (64 hexadecimal digits), two of them in a list, or false',
  read(value, folder) {
    const list = value === false ? [] : Array.isArray(value) ? value : [value]
    return list.length > 2 ? WRONG : listOfFingerprints.read(list, folder)
  },
}

function readFingerprint(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i.test(value)) return undefined
  return value.replaceAll(':', '').toLowerCase()
}

export const share = kind('a share between 0 and 1, such as 0.05 for 5 %', value =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined,
)

/** For what may also be absent: undefined where the file says false. */
export const orFalse = <T>(inner: Kind<T>): Kind<T | undefined> => ({
  expected: `${inner.expected}, or false`,
  read: (value, folder) => (value === false ? valueOf(undefined) : inner.read(value, folder)),
})

/** Of networks and single addresses. */
export const listOfNetworks = kind('a list of addresses and networks such as "10.1.0.0/16"', value => {
  const isNetwork = (one: unknown): boolean => {
    const [, address = '', bits] = typeof one === 'string' ? (/^([^/]+)(?:\/(\d{1,3}))?$/.exec(one) ?? []) : []
    const family = isIP(address)
    return family !== 0 && Number(bits ?? 0) <= (family === 6 ? 128 : 32)
  }
  return Array.isArray(value) && value.every(isNetwork) ? (value as readonly string[]) : undefined
})

export const listOfUris = kind('a list of addresses such as "mailto:help@example.org"', value =>
  Array.isArray(value) && value.every((uri): uri is string => typeof uri === 'string' && URL.canParse(uri)) ? value : undefined,
)

export const listen: Kind<readonly Address[]> = kind('a port, "address:port", a list of them, or false', value => {
  if (value === false) return []
  const addresses = (Array.isArray(value) ? value : [value]).map(readAddress)
  return addresses.every(address => address !== undefined) ? addresses : undefined
})

function readAddress(value: unknown): Address | undefined {
  if (typeof value === 'number') return isPort(value) ? { host: '::', port: value } : undefined
  const found = typeof value === 'string' ? /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(value) : null
  const port = Number(found?.[3])
  return found && isPort(port) ? { host: found[1] ?? found[2] ?? '', port } : undefined
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= 65_535

function readDomain(value: unknown): string | undefined {
  const jid = typeof value === 'string' ? Jid.parse(value) : undefined
  return jid && jid.local === '' && jid.resource === '' ? jid.domain : undefined
}
