/** Opens the domain where guests log in without an account (XEP-0175): a host of its own, and streams that lead to it. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { randomUUID } from 'node:crypto'
import { guests } from './modules/guests/guests.ts'
import { legacySession } from './modules/legacy-session.ts'
import { clientState } from './modules/client-state.ts'
import { streamLimits } from './modules/stream-limits.ts'
import type { Figure } from './ops/metrics.ts'
import { Host } from './routing/host.ts'
import { Router } from './routing/router.ts'
import type { Limits, Settings } from './settings.ts'
import type { Localpart } from './storage/repositories.ts'
import { anonymous } from './streams/anonymous.ts'
import type { StreamContext } from './streams/stream.ts'
import { Resumables } from './streams/resumables.ts'

/** XEP-0175 §2: whoever is nobody gets less. */
const LESS = {
  stanzasPerSecond: 5,
  stanzaBurst: 50,
  bytesPerSecond: 8192,
  resumeSecondsMobile: 0,
  unackedStanzas: 500,
} as const satisfies Partial<Limits>

/** Undefined when the settings want no guests. `context` is that of the people. */
export function openGuests(context: StreamContext, settings: () => Settings): StreamContext | undefined {
  const { services } = settings()
  const domain = services.guests === undefined ? undefined : Jid.parse(services.guests)?.account
  if (!domain) return undefined
  const exists = (localpart: Localpart): boolean => host.sessions.of(Jid.of(localpart, domain.full) ?? domain).length > 0
  const { log, clock } = context.host
  const host = new Host({ domain, people: { exists }, log, clock })
  const router = new Router(host)
  const hasRoom = (): boolean => host.sessions.count < settings().limits.guests
  const limits = lessOf(() => settings().limits)
  const open = services.group === undefined ? [] : [Jid.parse(services.group)?.account].filter(address => address !== undefined)
  host.install([
    guests({ people: context.host, open, mostDirected: () => limits().directedPresences }),
    clientState(),
    legacySession(),
    streamLimits(limits),
  ])
  return {
    host,
    router,
    limits,
    authenticator: anonymous(hasRoom),
    // Asked again before binding: any number may have logged in at once.
    admit: hasRoom,
    clients: { saw: () => '', resourceOf: () => randomUUID() },
    archive: { committed: () => undefined },
    resumables: new Resumables(),
    streams: new Set(),
    tokens: { isOn: false, check: async () => ({ kind: 'wrong' }), issue: () => Promise.reject(new Error('guests get no tokens')) },
    verifiers: { find: () => undefined, saltFor: () => ({ salt: '', iterations: 1 }), addVerifiers: async () => {} },
    certificates: { holderOf: () => undefined, standingOf: () => 'unknown' },
    registrar: { ...context.registrar, isOpen: false },
  }
}

/** As they are now, made anew when they change. */
function lessOf(limits: () => Limits): () => Limits {
  let [of, made] = [undefined as Limits | undefined, undefined as Limits | undefined]
  return () => {
    const now = limits()
    if (made && of === now) return made
    of = now
    const less = (Object.keys(LESS) as (keyof typeof LESS)[]).map(name => [name, Math.min(LESS[name], now[name])] as const)
    return (made = { ...now, ...Object.fromEntries(less) })
  }
}

export const guestFigures = ({ host }: StreamContext): readonly Figure[] => [
  { name: 'guests', help: 'Guests who are connected.', type: 'gauge', read: () => host.sessions.count },
]
