/**
 * Who hears of what happens at the nodes of an account (XEP-0163 §4): its own devices and those of contacts, when they say that they want
 * to, and whoever subscribed. All of it is known without asking the database.
 */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { PubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { type Roster, seesOwner } from '../../accounts/roster.ts'
import type { Rosters } from '../../accounts/rosters.ts'
import { isClosed, mayHear } from '../../pubsub/access.ts'
import { isRunning, type Node } from '../../pubsub/node.ts'
import type { Place, Relation, TellMore } from '../../pubsub/place.ts'
import type { Host } from '../../routing/host.ts'
import { andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import type { Interests } from './interests.ts'
import { messageOf } from './message.ts'
import { whenNotBlocked } from './not-blocked.ts'

export class PersonalNotices {
  readonly #host: Host
  readonly #rosters: Rosters
  readonly #interests: Interests

  constructor(host: Host, rosters: Rosters, interests: Interests) {
    this.#host = host
    this.#rosters = rosters
    this.#interests = interests
  }

  tell(place: Place, node: Node, event: PubsubEvent, more: TellMore = {}): void {
    const message = messageOf(place, node, event, more)
    for (const session of this.#host.sessions.of(place.address))
      if (this.#interests.wants(session, node.name)) session.send(message.with({ to: session.jid }))
    if (isClosed(node)) return
    const work = andThen(this.#rosters.of(place.address.local), roster => {
      const told = this.#toContacts(place, node, message, roster)
      this.#toSubscribers(place, node, message, roster, told)
    })
    this.#host.background(work, 'a notification')
  }

  /** A subscriber, or an owner. */
  tellOne(place: Place, node: Node, event: PubsubEvent, to: Jid, more: TellMore = {}): void {
    this.#host.background(this.#host.route(messageOf(place, node, event, more).with({ to })), 'a notification')
  }

  /** Gives the bare addresses of those who are told by the devices they have. */
  #toContacts(place: Place, node: Node, message: Stanza, roster: Roster): ReadonlySet<string> {
    const told = new Set<string>()
    for (const address of roster.contacts(seesOwner)) {
      const contact = Jid.parse(address)
      const sessions = contact ? this.#host.sessions.of(contact) : []
      if (!contact || sessions.length === 0 || !mayHear(place, node, contact.bare, relationIn(roster, contact.bare))) continue
      for (const session of sessions) {
        if (!this.#interests.wants(session, node.name)) continue
        told.add(contact.bare)
        this.#send(message, session)
      }
    }
    return told
  }

  /** XEP-0163 §4.3: those who subscribed by name, and are not told already. */
  #toSubscribers(place: Place, node: Node, message: Stanza, roster: Roster, told: ReadonlySet<string>): void {
    for (const subscription of node.subscriptions) {
      const { jid, bare, state, options } = subscription
      const to = Jid.parse(jid)
      if (!to || state !== 'subscribed' || !options.delivers || !isRunning(subscription, place.clock())) continue
      if (told.has(bare) || bare === place.address.bare || !mayHear(place, node, to.bare, relationIn(roster, to.bare))) continue
      if (node.config.onlyPresent && !this.#host.sessions.of(to).some(({ presence }) => presence !== undefined)) continue
      this.#host.background(this.#host.route(message.with({ to })), 'a notification')
    }
  }

  /** To one device that wants it. */
  #send(message: Stanza, session: Session): void {
    whenNotBlocked(this.#host, message, session, () => session.send(message.with({ to: session.jid })))
  }
}

export function relationIn(roster: Roster, bare: string): Relation {
  const row = roster.get(bare)
  return row ? { seesPresence: seesOwner(row), groups: row.groups } : NOBODY
}
const NOBODY: Relation = { seesPresence: false, groups: [] }
