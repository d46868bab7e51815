/** Subscribing to a node, and leaving it (XEP-0060 §6.1, §6.2). */
import { randomUUID } from 'node:crypto'
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { type Pubsub, pubsub, type Subscription as Told } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError, unsupported } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { known, readingRefused, standingOf } from './access.ts'
import { askOwners, tellOwners } from './approve.ts'
import { isRunning, type Node, recordOf, type Subscription, subscriptionsOf } from './node.ts'
import type { Place } from './place.ts'
import { addressed, meant, withoutSubscription, withSubscription } from './subscriber.ts'
import { optionsFrom, USUAL_OPTIONS } from './subscription-form.ts'
import { tellLast } from './telling.ts'

/** Of one person, to one node. */
const MOST_OWN = 20

/** Called with what is to be done once the answer is sent. */
export type After = (run: () => Promise<void>) => void

export async function subscribe(place: Place, who: Jid, { subscribe: wish, options }: Pubsub, after: After): Promise<Pubsub> {
  const { name } = await known(place, wish?.node)
  const jid = addressed(wish?.jid)
  // §6.1.3.1.
  if (jid.bare !== who.bare || (jid.resource !== '' && jid.resource !== who.resource))
    throw pubsubError('invalid-jid', 'You can subscribe yourself, or this device of yours')
  const state = await stateOf(place, await known(place, name), who)
  // From here on nobody else comes between.
  const node = await known(place, name)
  const chosen = options?.form ? optionsFrom(USUAL_OPTIONS, options.form, place.clock()) : USUAL_OPTIONS
  const own = subscriptionsOf(node, who.bare, place.clock())
  const same = own.find(one => one.jid === jid.full && JSON.stringify(one.options) === JSON.stringify(chosen))
  if (same) return pubsub({ subscription: toldOf(node, same) })
  checkRoom(place, node, own)
  const subscription: Subscription = { subid: randomUUID(), jid: jid.full, bare: who.bare, state, options: chosen }
  await put(place, node, subscription)
  if (state === 'pending') askOwners(place, node, subscription)
  else {
    if (node.config.notifiesSubscribers) tellOwners(place, node, subscription, 'subscribed')
    if (node.config.sendLast !== 'never') after(() => tellLast(place, node, jid))
  }
  return pubsub({ subscription: toldOf(node, subscription) })
}

/** §6.1.3; §6.1.4 where an owner has to agree. */
async function stateOf(place: Place, node: Node, who: Jid): Promise<Subscription['state']> {
  const { accessModel, takesSubscriptions } = node.config
  if (!takesSubscriptions) throw unsupported('subscribe', 'Nobody can subscribe to this node')
  if (accessModel === 'authorize' && standingOf(place, node, who.bare) === 'none') {
    const own = subscriptionsOf(node, who.bare, place.clock())
    if (own.some(({ state }) => state === 'pending'))
      throw pubsubError('pending-subscription', 'An owner of the node has still to agree to your subscription')
    return own.length > 0 ? 'subscribed' : 'pending'
  }
  const refusal = await readingRefused(place, node, who.bare)
  if (refusal) throw refusal
  return 'subscribed'
}

function checkRoom(place: Place, node: Node, own: readonly Subscription[]): void {
  const running = node.subscriptions.filter(one => isRunning(one, place.clock())).length
  if (own.length >= MOST_OWN || running >= place.limits().nodeSubscriptions)
    throw pubsubError('too-many-subscriptions', 'The node has as many subscriptions as it may')
}

export const put = (place: Place, node: Node, subscription: Subscription): Promise<void> =>
  place.shelves.change(place.owner, withSubscription(node, subscription), nodes =>
    nodes.putSubscription(place.owner, node.name, recordOf(subscription)),
  )

export const drop = (place: Place, node: Node, subscription: Subscription): Promise<void> =>
  place.shelves.change(place.owner, withoutSubscription(node, subscription), nodes =>
    nodes.removeSubscription(place.owner, node.name, subscription.subid),
  )

export async function unsubscribe(place: Place, who: Jid, { unsubscribe: wish }: Pubsub): Promise<Pubsub> {
  const node = await known(place, wish?.node)
  if (!wish) throw new StanzaError('bad-request', 'Unsubscribe from what?')
  const subscription = meant(place, node, wish, who)
  await drop(place, node, subscription)
  if (node.config.notifiesSubscribers) tellOwners(place, node, subscription, 'none')
  return pubsub({ subscription: { ...toldOf(node, subscription), subscription: 'none', options: undefined } })
}

export const toldOf = ({ name }: Node, { jid, subid, state, options: { expiresAt } }: Subscription): Told => ({
  node: name,
  jid,
  subid,
  subscription: state,
  expiry: expiresAt === undefined ? undefined : writeDateTime(expiresAt),
  options: undefined,
})
