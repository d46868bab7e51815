/** RFC 6121 §3: who may see whose presence. Each side's roster moves by its own state machine; both sides may be ours. */
import { type Account, type BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { isSeenByOwner, seesOwner } from '../../accounts/roster.ts'
import type { RosterChange, Rosters } from '../../accounts/rosters.ts'
import type { Host } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import type { Localpart, RosterRow } from '../../storage/repositories.ts'
import { OUT, type Reaction, type SubscriptionType, goesOut, react } from './transitions.ts'

const LONGEST_REQUEST = 8192

export interface SubscriptionsOptions {
  readonly host: Host
  readonly rosters: Rosters
  /** Shows, or hides, all of an account's devices to somebody (RFC 6121 §3.1.5, §3.2.2, §3.3.3). */
  readonly show: (owner: Account, to: Jid, isVisible: boolean) => void
  readonly mostItems: () => number
}

export class Subscriptions {
  readonly #host: Host
  readonly #rosters: Rosters
  readonly #show: SubscriptionsOptions['show']
  readonly #mostItems: () => number
  /** Pushes a change to the owner's devices. One owner: the roster module. */
  onChange: (owner: Localpart, change: RosterChange, contact: BareJid) => void = () => {}

  constructor({ host, rosters, show, mostItems }: SubscriptionsOptions) {
    this.#host = host
    this.#rosters = rosters
    this.#show = show
    this.#mostItems = mostItems
    host.subscribe = (presence, from, to) => this.#send(presence, from.account, to.account)
    host.presence.arrived.push(session => host.background(this.#remind(session), 'reminding of subscription requests'))
  }

  /** RFC 6121 §2.5.2: what the removal of a contact says to the contact, and the removal itself. */
  async end(owner: Localpart, account: Account, contact: Account, row: RosterRow): Promise<void> {
    const change = await this.#rosters.change(owner, contact.bare, () => undefined)
    await change?.saved
    if (change) this.onChange(owner, change, contact.bare)
    if (isSeenByOwner(row) || row.ask) await this.#route('unsubscribe', account, contact)
    if (seesOwner(row) || row.pendingIn !== undefined) {
      await this.#route('unsubscribed', account, contact)
      this.#show(account, contact, false)
    }
  }

  /** What a person of ours sends (RFC 6121 §3.1.2, §3.1.5, §3.2.2, §3.3.2). */
  async #send(presence: Stanza, from: Account, to: Account): Promise<void> {
    const type = presence.type as SubscriptionType
    if (to.bare === from.bare) throw new StanzaError('not-allowed', 'One always sees oneself')
    if (to.local === '') throw new StanzaError('item-not-found', 'A server has no presence to subscribe to')
    for (const guard of this.#host.presence.guard) if (await guard(presence, from, to)) return
    const mine = await this.#rosters.of(from.local)
    const before = mine.get(to.bare)
    const isNew = !before && (type === 'subscribe' || type === 'subscribed')
    if (isNew && mine.size >= this.#mostItems())
      throw new StanzaError('resource-constraint', `A roster has at most ${this.#mostItems()} contacts`)
    if (type === 'subscribe' && this.#host.isLocal(to) && (await this.#isFull(to.local, from.bare)))
      throw new StanzaError('resource-constraint', 'Their roster is full: the request would be lost')
    let isRouted = false
    const change = await this.#rosters.change(from.local, to.bare, row => {
      isRouted = goesOut(type, row)
      return OUT[type](row)
    })
    await this.#changed(from.local, change, to.bare)
    if (!isRouted) return
    await this.#receive(presence.with({ from, to }), type, from, to)
    if (type === 'subscribed') this.#show(from, to, true)
    if (type === 'unsubscribed') this.#show(from, to, false)
  }

  /** A request that waits takes a place like any contact: nobody fills a memory with requests. */
  async #isFull(owner: Localpart, contact: BareJid): Promise<boolean> {
    const roster = await this.#rosters.of(owner)
    return roster.size >= this.#mostItems() && !roster.get(contact)
  }

  async #changed(owner: Localpart, change: RosterChange | undefined, contact: BareJid): Promise<void> {
    if (!change) return
    await change.saved
    // A mere request is in no roster, so no device is told of a roster change.
    if (change.row?.listed) this.onChange(owner, change, contact)
  }

  #route(type: SubscriptionType, from: Account, to: Account): Promise<void> {
    return this.#receive(Stanza.of('presence', { from, to, type }), type, from, to)
  }

  /** What reaches a person of ours (RFC 6121 §3.1.3, §3.1.6, §3.2.3, §3.3.3). */
  async #receive(presence: Stanza, type: SubscriptionType, from: Account, to: Account): Promise<void> {
    if (!this.#host.isLocal(to)) return
    if (!(await this.#host.people.exists(to.local))) {
      if (type === 'subscribe') await this.#route('unsubscribed', to, from)
      return
    }
    if (type === 'subscribe' && (await this.#isFull(to.local, from.bare))) return
    let reaction: Reaction | undefined
    const wasSeen = (await this.#rosters.of(to.local)).isSeenBy(from.bare)
    const change = await this.#rosters.change(to.local, from.bare, row => {
      reaction = react(type, row, kept(presence))
      return reaction.row
    })
    await change?.saved
    // §3.1.6, §3.2.3: the answer comes before the roster push.
    if (reaction?.isDelivered) this.#deliver(presence, to, type)
    await this.#changed(to.local, change, from.bare)
    if (reaction?.reply) {
      await this.#receive(Stanza.of('presence', { from: to, to: from, type: reaction.reply }), reaction.reply, to, from)
      this.#show(to, from, true)
    }
    if (type === 'unsubscribe' && wasSeen) this.#show(to, from, false)
  }

  /** A request goes to every available device; the rest to those that know the roster (RFC 6121 §3.1.3, §3.1.6). */
  #deliver(presence: Stanza, to: Account, type: SubscriptionType): void {
    for (const session of this.#host.sessions.of(to)) {
      if (type === 'subscribe' ? session.presence !== undefined : session.isInterested) session.send(presence)
    }
  }

  /** RFC 6121 §3.1.3: requests that nobody answered are shown again at each log-in. */
  async #remind(session: Session): Promise<void> {
    const mine = await this.#rosters.of(session.localpart)
    for (const row of mine.rows()) {
      if (row.pendingIn === undefined) continue
      const element = parse(row.pendingIn)
      const request = Stanza.from(element, {
        from: Jid.parse(row.contact),
        to: session.account,
        type: 'subscribe',
        id: element.attributes['id'],
        lang: element.attributes['xml:lang'],
      })
      if (request) session.send(request)
    }
  }
}

/** The request as it is kept until it is answered; one that is too long is kept without what it says. */
function kept(presence: Stanza): string {
  const text = presence.toXml('jabber:client')
  if (text.length <= LONGEST_REQUEST) return text
  return Stanza.of('presence', { from: presence.from, to: presence.to, type: presence.type }).toXml('jabber:client')
}
