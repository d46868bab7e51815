/** The mechanisms of SASL that are spoken here, and what they ask for. */

/** Channel binding types (RFC 9266, RFC 5929), the surest first; `tls-unique` is not for TLS 1.3. */
export const CHANNEL_BINDINGS = ['tls-exporter', 'tls-server-end-point', 'tls-unique'] as const
export type ChannelBinding = (typeof CHANNEL_BINDINGS)[number]

/** RFC 5802, RFC 7677 and the SHA-512 of the same family, the strongest first. */
export const SCRAM_MECHANISMS = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1'] as const
export type ScramMechanism = (typeof SCRAM_MECHANISMS)[number]

/** Hash functions as WebCrypto and OpenSSL both call them. */
export const SCRAM_HASHES = {
  'SCRAM-SHA-1': 'SHA-1',
  'SCRAM-SHA-256': 'SHA-256',
  'SCRAM-SHA-512': 'SHA-512',
} as const satisfies Record<ScramMechanism, string>

export type Mechanism = ScramMechanism | `${ScramMechanism}-PLUS` | 'PLAIN'

/** By strength: a binding to the channel is worth more than a longer hash. */
export const MECHANISMS: readonly Mechanism[] = [...SCRAM_MECHANISMS.map(name => `${name}-PLUS` as const), ...SCRAM_MECHANISMS, 'PLAIN']

export type MechanismKind =
  | { readonly kind: 'plain' }
  | { readonly kind: 'scram'; readonly scram: ScramMechanism; readonly isPlus: boolean }

/** Names are compared to the letter (RFC 4422 §3.1). Undefined for one that is not spoken here. */
export function mechanismKind(name: string): MechanismKind | undefined {
  if (name === 'PLAIN') return { kind: 'plain' }
  const isPlus = name.endsWith('-PLUS')
  const base = isPlus ? name.slice(0, -'-PLUS'.length) : name
  const scram = SCRAM_MECHANISMS.find(known => known === base)
  return scram && { kind: 'scram', scram, isPlus }
}

/** What a client takes from an offer: the strongest that it can do. PLAIN shows the password to the server, so it must be asked for. */
export function strongest(offered: readonly string[], can: { readonly bind: boolean; readonly plain: boolean }): Mechanism | undefined {
  return MECHANISMS.find(name => offered.includes(name) && (can.bind || !name.endsWith('-PLUS')) && (can.plain || name !== 'PLAIN'))
}
