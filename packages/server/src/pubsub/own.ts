/** What somebody is subscribed to, and what they are to nodes: here, at one node or at all (XEP-0060 §5.6, §5.7). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type Pubsub, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { known, standingOf } from './access.ts'
import { type Node, subscriptionsOf } from './node.ts'
import type { Place } from './place.ts'
import { toldOf } from './subscribe.ts'

export async function ownSubscriptions(place: Place, who: Jid, { subscriptions: wish }: Pubsub): Promise<Pubsub> {
  const nodes = await nodesOf(place, wish?.node, async () => [
    ...new Set((await place.shelves.kept.subscriptionsOf(place.owner, who.bare)).map(({ node }) => node)),
  ])
  const list = nodes.flatMap(node => subscriptionsOf(node, who.bare, place.clock()).map(one => toldOf(node, one)))
  return pubsub({ subscriptions: { node: wish?.node, list } })
}

export async function ownAffiliations(place: Place, who: Jid, { affiliations: wish }: Pubsub): Promise<Pubsub> {
  const nodes = await nodesOf(place, wish?.node, async () => [...(await place.shelves.kept.affiliationsOf(place.owner, who.bare)).keys()])
  const list = nodes
    .map(node => ({ node: node.name, jid: undefined, affiliation: standingOf(place, node, who.bare) }))
    .filter(({ affiliation }) => affiliation !== 'none')
  return pubsub({ affiliations: { node: wish?.node, list } })
}

/** The one that was named; all nodes of an account; those of a service that `names` gives. */
async function nodesOf(place: Place, name: string | undefined, names: () => Promise<readonly string[]>): Promise<readonly Node[]> {
  if (name !== undefined) return [await known(place, name)]
  if (place.kind === 'account') return [...(await place.shelves.all(place.owner)).values()]
  const found = await Promise.all((await names()).map(async one => place.shelves.find(place.owner, one)))
  return found.filter(node => node !== undefined)
}
