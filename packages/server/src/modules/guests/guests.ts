/**
 * XEP-0175 §2: what a guest, who logged in without an account, may do. Guests have a domain and a host of their own, with neither rosters
 * nor anything stored. They enter rooms, and answer people who speak to them first; whom they meet hears when they go.
 */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { AskInfo, AskItems, DISCO_INFO, DISCO_ITEMS, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { TIME } from '@plodge/xmpp/xeps/entity-time.ts'
import { PING, Ping } from '@plodge/xmpp/xeps/ping.ts'
import { VERSION } from '@plodge/xmpp/xeps/version.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Now } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import { Visit } from './visit.ts'

export interface GuestsOptions {
  /** The host of the people. */
  readonly people: Host
  /** The domains beside that of the people which guests may use: rooms. */
  readonly open: readonly Account[]
  /** How many places one guest may be seen in. */
  readonly mostDirected: () => number
}

/** What a guest may ask the server. */
const QUESTIONS: ReadonlySet<string> = new Set([DISCO_INFO, DISCO_ITEMS, PING, TIME, VERSION])
const FEATURES = [DISCO_INFO, DISCO_ITEMS, PING]

export const guests = (options: GuestsOptions): Module => ({
  name: 'guests',
  implements: { 'XEP-0175': '1.2' },
  install(host) {
    const house = new House(host, options)
    for (const { domain } of [options.people.domain, ...options.open]) host.relay(domain, (stanza, session) => house.out(stanza, session))
    options.people.relay(host.domain.domain, stanza => house.in(stanza))
    host.broadcast = (presence, session) => house.broadcast(presence, session)
    host.direct = (presence, _, to) => house.show(presence, to)
    host.life.closed.push(session => house.leaves(session))
    host.answer(Ping, ['server', 'self'], () => {})
    host.answer(AskInfo, 'server', ({ node }) => info(node, { category: 'server', type: 'im', name: 'Guests', lang: undefined }))
    // §4.
    host.answer(AskInfo, ['self', 'anybody'], ({ node }) =>
      info(node, { category: 'account', type: 'anonymous', name: undefined, lang: undefined }),
    )
    host.answer(AskItems, 'server', ({ node }) => ({
      node,
      items: options.open.map(({ full }) => ({ jid: full, node: undefined, name: undefined })),
    }))
    host.answer(AskItems, ['self', 'anybody'], ({ node }) => ({ node, items: [] }))
  },
})

function info(node: string | undefined, identity: DiscoInfo['identities'][number]): DiscoInfo {
  if (node !== undefined) throw new StanzaError('item-not-found', 'There is no such node here')
  return { node, identities: [identity], features: FEATURES, forms: [] }
}

class House {
  readonly #host: Host
  readonly #options: GuestsOptions
  readonly #visits = new Map<Session, Visit>()

  constructor(host: Host, options: GuestsOptions) {
    this.#host = host
    this.#options = options
  }

  /** From a guest to the people and their rooms. Throws StanzaError for what is not for guests. */
  out(stanza: Stanza, session: Session | undefined): Now<void> {
    const { people, mostDirected } = this.#options
    const { to, type, kind } = stanza
    if (session && to && !isAnswer(stanza)) {
      this.#check(stanza, to, session)
      if (kind === 'presence' && type === undefined) this.#visitOf(session).shown(to, mostDirected())
      if (kind === 'presence' && type === 'unavailable') this.#visitOf(session).hidden(to)
    }
    return people.route(stanza)
  }

  /** From the people to a guest. */
  in(stanza: Stanza): Now<void> {
    const { from, to } = stanza
    if (from && to && from.local !== '' && !isAnswer(stanza) && this.#options.people.isLocal(from))
      for (const session of this.#host.sessions.of(to)) this.#visitOf(session).met(from)
    return this.#host.route(stanza)
  }

  /** There is nobody to tell but those whom the guest named. */
  broadcast(presence: Stanza, session: Session): Now<void> {
    const isAvailable = presence.type === undefined
    session.presence = isAvailable ? presence.detached() : undefined
    session.priority = 0
    if (!isAvailable) this.leaves(session)
  }

  show(presence: Stanza, to: Jid): void {
    for (const session of this.#host.sessions.of(to)) if (to.resource === '' || session.jid.full === to.full) session.send(presence)
  }

  /** §2: what a guest began ends with it. */
  leaves(session: Session): void {
    const visit = this.#visits.get(session)
    this.#visits.delete(session)
    for (const to of visit?.seenBy ?? []) {
      const goodbye = Stanza.of('presence', { from: session.jid, to, type: 'unavailable' })
      this.#host.background(this.#options.people.route(goodbye), 'a guest’s going')
    }
  }

  #visitOf(session: Session): Visit {
    const visit = this.#visits.get(session) ?? new Visit()
    this.#visits.set(session, visit)
    return visit
  }

  #check(stanza: Stanza, to: Jid, session: Session): void {
    const { kind, type } = stanza
    const isForPeople = this.#options.people.isLocal(to)
    if (kind === 'presence' && type !== undefined && type !== 'unavailable')
      throw new StanzaError('not-allowed', 'Guests have no contacts: whoever is here without an account is gone tomorrow')
    if (!isForPeople) return
    if (to.local === '') {
      const question = kind === 'iq' && type === 'get' ? stanza.children[0]?.ns : undefined
      if (question === undefined || !QUESTIONS.has(question)) throw new StanzaError('not-allowed', 'This is for people with an account')
    } else if (!this.#visitOf(session).knows(to))
      throw new StanzaError('not-allowed', 'Guests may answer people, but not speak to them first')
  }
}

const isAnswer = ({ type }: Stanza): boolean => type === 'error' || type === 'result'
