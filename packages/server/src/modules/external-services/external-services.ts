/** XEP-0215: tells people's clients where STUN and TURN for their calls are, with credentials that end, and tells them again when that changes. */
import { randomBytes } from 'node:crypto'
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import {
  AskCredentials,
  AskServices,
  EXTERNAL_SERVICES,
  type ExternalService,
  PushServices,
  type ServiceAction,
} from '@plodge/xmpp/xeps/external-services.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import type { Localpart } from '../../storage/repositories.ts'
import { credentialsFor } from './credentials.ts'
import { isSameService, isUnchanged, type Offer } from './offers.ts'

/** Types that one client may ask for and hear of: there are few (§ External Service Types Registry). */
const MOST_TYPES = 8

export interface ExternalServices extends Module {
  /** Takes other services, and tells those who asked what is different. */
  change(offers: readonly Offer[]): void
}

export function externalServices(initial: readonly Offer[]): ExternalServices {
  let offers = initial
  let host: Host | undefined
  /** Kept in memory alone: after a restart people have other pseudonyms. */
  const key = randomBytes(32)
  const audience = new Audience()
  const shown = (offer: Offer, owner: Localpart, now: number, action?: ServiceAction): ExternalService =>
    describe(offer, { owner, now, key, action })
  return {
    name: 'external-services',
    implements: { 'XEP-0215': '1.0.0' },
    features: [EXTERNAL_SERVICES],
    install(on) {
      host = on
      on.life.closed.push(session => audience.forget(session))
      on.answer(AskServices, 'server', ({ type }, { from, session }) => {
        checkIsOurs(from, on)
        if (session) audience.add(session, type)
        return { type, services: offers.filter(offer => isOfType(offer, type)).map(offer => shown(offer, from.local, on.clock())) }
      })
      on.answer(AskCredentials, 'server', ({ services }, { from }) => {
        checkIsOurs(from, on)
        return { services: asked(services, offers).map(offer => shown(offer, from.local, on.clock())) }
      })
    },
    change(changed) {
      const changes = differences(offers, changed)
      offers = changed
      if (!host || changes.length === 0) return
      const now = host.clock()
      audience.tell(changes, host.domain, ({ offer, action }, { localpart }) => shown(offer, localpart, now, action))
    },
  }
}

/** Relays cost money: they are for our people. */
function checkIsOurs(from: Jid, host: Host): void {
  if (!host.isLocal(from) || from.local === '')
    throw new StanzaError('forbidden', 'Only people of this server may use its services for calls')
}

const isOfType = (offer: Offer, type: string | undefined): boolean => type === undefined || offer.type === type

/** § Requesting Credentials. */
function asked([question, more]: readonly ExternalService[], offers: readonly Offer[]): readonly Offer[] {
  if (!question || more) throw new StanzaError('bad-request', 'Credentials are asked for one service, by its host and type')
  const { host, type, port, transport } = question
  const found = offers.filter(
    offer =>
      offer.host === host &&
      offer.type === type &&
      (port === undefined || offer.port === port) &&
      (transport === undefined || offer.transport === transport),
  )
  if (found.length === 0) throw new StanzaError('item-not-found', 'This server knows no such service')
  const guarded = found.filter(({ secret }) => secret !== undefined)
  if (guarded.length === 0) throw new StanzaError('item-not-found', 'That service is used without credentials')
  return guarded
}

interface Showing {
  readonly owner: Localpart
  readonly now: number
  readonly key: Buffer
  readonly action: ServiceAction | undefined
}

function describe(offer: Offer, { owner, now, key, action }: Showing): ExternalService {
  const { host, name, port, transport, type, secret, lifetimeSeconds, isRestricted } = offer
  const wants = secret !== undefined && action !== 'delete'
  const given = wants ? credentialsFor(owner, { secret, key, until: now + lifetimeSeconds * 1000 }) : undefined
  return {
    action,
    expires: given && writeDateTime(given.expires),
    host,
    name,
    password: given?.password,
    port,
    restricted: isRestricted && action !== 'delete' ? true : undefined,
    transport,
    type,
    username: given?.username,
    more: [],
  }
}

interface Difference {
  readonly offer: Offer
  readonly action: ServiceAction
}

function differences(before: readonly Offer[], after: readonly Offer[]): readonly Difference[] {
  const gone = before.filter(offer => !after.some(other => isSameService(offer, other)))
  const changed = after.flatMap((offer): readonly Difference[] => {
    const old = before.find(other => isSameService(offer, other))
    if (!old) return [{ offer, action: 'add' }]
    return isUnchanged(old, offer) ? [] : [{ offer, action: 'modify' }]
  })
  return [...gone.map(offer => ({ offer, action: 'delete' as const })), ...changed]
}

/** The clients that asked, and for what: `undefined` is for everything. */
class Audience {
  readonly #types = new Map<Session, Set<string | undefined>>()
  #pushes = 0

  add(session: Session, type: string | undefined): void {
    const types = this.#types.get(session) ?? new Set()
    if (types.size < MOST_TYPES) types.add(type)
    this.#types.set(session, types)
  }

  forget(session: Session): void {
    this.#types.delete(session)
  }

  /** § Requesting Selected Services: updates go to those who have asked before. */
  tell(changes: readonly Difference[], from: Jid, show: (change: Difference, session: Session) => ExternalService): void {
    for (const [session, types] of this.#types) {
      for (const type of types.has(undefined) ? [undefined] : types) {
        const services = changes.filter(({ offer }) => isOfType(offer, type)).map(change => show(change, session))
        if (services.length === 0) continue
        this.#pushes += 1
        const payload = PushServices.request.write({ type, services })
        session.send(Stanza.of('iq', { from, to: session.jid, type: 'set', id: `services${this.#pushes}` }, [payload]))
      }
    }
  }
}
