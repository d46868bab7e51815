/**
 * What happened last, for devices that come (XEP-0163 §4.3.4): the newest item of each node they want to hear of, their owner's and
 * those of the contacts whose presence they see.
 */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { isSeenByOwner } from '../../accounts/roster.ts'
import type { Rosters } from '../../accounts/rosters.ts'
import { mayHear } from '../../pubsub/access.ts'
import type { Node } from '../../pubsub/node.ts'
import type { Place } from '../../pubsub/place.ts'
import { eventOf, newest } from '../../pubsub/telling.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import type { Interest, Interests } from './interests.ts'
import { messageOf } from './message.ts'
import { whenNotBlocked } from './not-blocked.ts'
import { relationIn } from './personal-notices.ts'

export interface NewcomerNeeds {
  readonly host: Host
  readonly rosters: Rosters
  readonly placeOf: (account: Account) => Place
}

export class Newcomers {
  readonly #needs: NewcomerNeeds
  /** Written once for all who come; a node that changes is another node. */
  readonly #written = new WeakMap<Node, Stanza>()

  constructor(needs: NewcomerNeeds) {
    this.#needs = needs
  }

  /** A device wants to hear of these nodes, from now on. */
  came(session: Session, nodes: Interest): void {
    const { host, rosters } = this.#needs
    this.#fromOne(session.account, session, nodes)
    const work = andThen(rosters.of(session.localpart), roster => {
      for (const address of roster.contacts(isSeenByOwner)) {
        const contact = Jid.parse(address)?.account
        if (contact && host.isLocal(contact) && contact.local !== '') this.#fromOne(contact, session, nodes)
      }
    })
    host.background(work, 'the last notifications')
  }

  /** Somebody may see the presence of the account now, and did not before. */
  shown(owner: Account, to: Jid, interests: Interests): void {
    for (const session of this.#needs.host.sessions.of(to)) {
      const nodes = interests.of(session)
      if (nodes.size > 0 && (to.resource === '' || session.jid.full === to.full)) this.#fromOne(owner, session, nodes)
    }
  }

  #fromOne(owner: Account, session: Session, nodes: Interest): void {
    const { host, rosters, placeOf } = this.#needs
    const place = placeOf(owner)
    const work = andThen(place.shelves.all(place.owner), shelf => {
      if (shelf.size === 0) return undefined
      const wanted = [...shelf.values()].filter(
        ({ name, last, config }) => last && config.sendLast === 'on_sub_and_presence' && nodes.has(name),
      )
      if (wanted.length === 0) return undefined
      return andThen(rosters.of(owner.local), roster => {
        const relation = relationIn(roster, session.account.bare)
        const audible = wanted.filter(node => mayHear(place, node, session.account.bare, relation))
        return this.#sendAll(place, audible, session)
      })
    })
    host.background(work, 'the last notifications')
  }

  async #sendAll(place: Place, nodes: readonly Node[], session: Session): Promise<void> {
    for (const node of nodes) {
      const known = this.#message(place, node)
      const message = known instanceof Promise ? await known : known
      if (message && session.presence)
        whenNotBlocked(this.#needs.host, message, session, () => session.send(message.with({ to: session.jid })))
    }
  }

  #message(place: Place, node: Node): Now<Stanza | undefined> {
    return this.#written.get(node) ?? this.#write(place, node)
  }

  async #write(place: Place, node: Node): Promise<Stanza | undefined> {
    const item = await newest(place, node)
    if (!item) return undefined
    const message = messageOf(place, node, eventOf(place, node, item), { publisher: Jid.parse(item.publisher), at: item.at })
    // What is long is read again: it is not for memory.
    if (node.last?.payload !== undefined) this.#written.set(node, message)
    return message
  }
}
