/** Who hears of what happens at the nodes of a service: those who subscribed, each address once, with the ids of its subscriptions (XEP-0060 §7.1.2.4). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type PubsubEvent, SubscriptionIds } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { mayHear } from '../../pubsub/access.ts'
import { isRunning, type Node, type Subscription } from '../../pubsub/node.ts'
import type { Place, TellMore } from '../../pubsub/place.ts'
import type { Host } from '../../routing/host.ts'
import { messageOf } from './message.ts'

const NOBODY = { seesPresence: false, groups: [] } as const

export class ServiceNotices {
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
  }

  tell(place: Place, node: Node, event: PubsubEvent, more: TellMore = {}): void {
    if (node.subscriptions.length === 0) return
    const message = messageOf(place, node, event, more)
    for (const [jid, subscriptions] of this.#audience(place, node)) {
      const to = Jid.parse(jid)
      if (!to || (node.config.onlyPresent && !this.#isThere(to))) continue
      const several =
        subscriptions.length > 1
          ? message.plus(
              SubscriptionIds,
              subscriptions.map(({ subid }) => subid),
            )
          : message
      this.#host.background(this.#host.route(several.with({ to })), 'a notification')
    }
  }

  tellOne(place: Place, node: Node, event: PubsubEvent, to: Jid, more: TellMore = {}): void {
    this.#host.background(this.#host.route(messageOf(place, node, event, more).with({ to })), 'a notification')
  }

  #audience(place: Place, node: Node): ReadonlyMap<string, readonly Subscription[]> {
    const audience = new Map<string, Subscription[]>()
    for (const one of node.subscriptions) {
      if (one.state !== 'subscribed' || !one.options.delivers || !isRunning(one, place.clock())) continue
      const known = audience.get(one.jid)
      if (known) known.push(one)
      else if (mayHear(place, node, one.bare, NOBODY)) audience.set(one.jid, [one])
    }
    return audience
  }

  #isThere(to: Jid): boolean {
    return this.#host.sessions.of(to).some(({ jid, presence }) => presence !== undefined && (to.resource === '' || jid.full === to.full))
  }
}
