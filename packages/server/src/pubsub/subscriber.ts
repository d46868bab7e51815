/** Whose subscription is meant (XEP-0060 §6.2.3, §6.3.4): by address, and by id where somebody has several. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { type Node, type Subscription, subscriptionsOf } from './node.ts'
import type { Place } from './place.ts'

/** An address, which must be given. */
export function addressed(jid: string | undefined): Jid {
  if (jid === undefined || jid === '') throw pubsubError('jid-required', 'Which address? The attribute jid is missing')
  const address = Jid.parse(jid)
  if (!address) throw new StanzaError('jid-malformed', 'The attribute jid is no address')
  return address
}

export interface Wish {
  readonly jid: string | undefined
  readonly subid: string | undefined
}

/** The one subscription that is meant. */
export function meant(place: Place, node: Node, { jid, subid }: Wish, who: Jid): Subscription {
  const address = addressed(jid)
  if (address.bare !== who.bare) throw new StanzaError('forbidden', 'That is somebody else’s subscription')
  const own = subscriptionsOf(node, who.bare, place.clock()).filter(one => one.jid === address.full)
  if (own.length === 0) throw pubsubError('not-subscribed', 'There is no such subscription')
  const [only, ...more] = subid === undefined ? own : own.filter(one => one.subid === subid)
  if (!only) throw pubsubError('invalid-subid', 'There is no subscription of that id')
  if (more.length > 0) throw pubsubError('subid-required', 'There are several subscriptions: name one by its id')
  return only
}

/** The node with one subscription more, or another in its place. */
export const withSubscription = (node: Node, changed: Subscription): Node => ({
  ...node,
  subscriptions: [...node.subscriptions.filter(({ subid }) => subid !== changed.subid), changed],
})

export const withoutSubscription = (node: Node, gone: Subscription): Node => ({
  ...node,
  subscriptions: node.subscriptions.filter(({ subid }) => subid !== gone.subid),
})
