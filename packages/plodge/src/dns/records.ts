/** The DNS records that the configuration needs (RFC 6120 §3.2, XEP-0368, RFC 8659, RFC 6698), as values. */
import { X509Certificate, createHash } from 'node:crypto'
import type { Address, Settings } from '@plodge/server/settings.ts'

export interface SrvRecord {
  readonly type: 'SRV'
  /** Without the dot at the end. */
  readonly name: string
  readonly priority: number
  readonly weight: number
  /** 0 with the target '.': the service is not offered (RFC 2782). */
  readonly port: number
  readonly target: string
}

/** A record of which DNS need only hold the text. */
export interface TextRecord {
  readonly type: 'A' | 'AAAA' | 'CAA' | 'TLSA'
  readonly name: string
  readonly value: string
}

export interface Section {
  /** What it is for, in a sentence. */
  readonly about: string
  readonly records: readonly (SrvRecord | TextRecord)[]
  /** True for what a zone may also do without. */
  readonly isAdvice: boolean
}

export interface ZoneFacts {
  readonly settings: Settings
  /** The machine's name in DNS; the domain itself when it has no other. */
  readonly host: string
  /** Its addresses, as far as it knows them. */
  readonly addresses: readonly string[]
  /** In PEM; undefined when it cannot be read. */
  readonly certificate: string | undefined
}

const NOT_OFFERED = { priority: 0, weight: 0, port: 0, target: '.' } as const

export function sectionsOf({ settings, host, addresses, certificate }: ZoneFacts): readonly Section[] {
  const { domain, listen } = settings
  const srv = (service: string, places: readonly Address[], of = domain): SrvRecord[] =>
    places.length === 0
      ? [{ type: 'SRV', name: `_${service}._tcp.${of}`, ...NOT_OFFERED }]
      : ports(places).map(port => ({ type: 'SRV', name: `_${service}._tcp.${of}`, priority: 0, weight: 5, port, target: host }))
  const { guests } = settings.services
  return [
    {
      about: 'Where clients connect: with STARTTLS, and with TLS from the first byte (XEP-0368).',
      records: [...srv('xmpp-client', listen.client), ...srv('xmpps-client', listen.clientTls)],
      isAdvice: false,
    },
    ...(guests === undefined
      ? []
      : [
          {
            about: 'Where guests connect, who have no account (XEP-0175).',
            records: [...srv('xmpp-client', listen.client, guests), ...srv('xmpps-client', listen.clientTls, guests)],
            isAdvice: false,
          },
        ]),
    {
      about: 'Federation is off, so other servers are told not to try (RFC 2782: the target is a dot).',
      records: [...srv('xmpp-server', []), ...srv('xmpps-server', [])],
      isAdvice: true,
    },
    {
      about: 'The machine.',
      records: addresses.map(value => ({ type: value.includes(':') ? 'AAAA' : 'A', name: host, value })),
      isAdvice: false,
    },
    ...(certificate === undefined ? [] : [caa(domain, certificate), tlsa(host, [...listen.client, ...listen.clientTls], certificate)]),
  ]
}

const ports = (places: readonly Address[]): number[] => [...new Set(places.map(({ port }) => port))]

/** RFC 8659: who may issue certificates for the domain. Which name an authority goes by is in its own documents. */
function caa(domain: string, pem: string): Section {
  const organisation = /^O=(.*)$/m.exec(new X509Certificate(pem).issuer)?.[1]?.toLowerCase() ?? ''
  const known = {
    "let's encrypt": 'letsencrypt.org',
    'sectigo limited': 'sectigo.com',
    'digicert inc': 'digicert.com',
    'geant vereniging': 'sectigo.com',
    harica: 'harica.gr',
  }
  const issuer = Object.entries(known).find(([name]) => organisation.includes(name))?.[1]
  return {
    about: `Who may issue certificates for the domain${issuer === undefined ? ': put the name of your authority in place of the example' : ''}.`,
    records: [{ type: 'CAA', name: domain, value: `0 issue "${issuer ?? 'ca.example.net'}"` }],
    isAdvice: true,
  }
}

/** RFC 6698 §2.1: 3 1 1 is the hash of our own public key. Only of use in a zone that is signed. */
function tlsa(host: string, places: readonly Address[], pem: string): Section {
  const value = `3 1 1 ${publicKeyHash(pem)}`
  return {
    about: 'The key of the certificate, for zones signed with DNSSEC; it must change with the key.',
    records: ports(places).map(port => ({ type: 'TLSA', name: `_${port}._tcp.${host}`, value })),
    isAdvice: true,
  }
}

export function publicKeyHash(pem: string): string {
  return createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

const dotted = (name: string): string => (name === '.' ? '.' : `${name}.`)

/** One line of a zone file. */
export function toZone(record: SrvRecord | TextRecord): string {
  const value = record.type === 'SRV' ? `${record.priority} ${record.weight} ${record.port} ${dotted(record.target)}` : record.value
  return `${dotted(record.name)} 3600 IN ${record.type} ${value}`
}
