/** Who may do what with a node (XEP-0060 §4.1, §4.5), and the specification's refusals for those who may not. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { type Now, andThen } from '../routing/now.ts'
import { type Affiliation, affiliationOf, type Node, subscriptionsOf } from './node.ts'
import type { Place, Relation } from './place.ts'

/** An account owns all nodes at it. */
export const isOwnerOf = (place: Place, node: Node, bare: string): boolean =>
  place.kind === 'account' ? bare === place.address.bare : affiliationOf(node, bare) === 'owner'

export const standingOf = (place: Place, node: Node, bare: string): Affiliation =>
  isOwnerOf(place, node, bare) ? 'owner' : affiliationOf(node, bare)

/** The node, which must be there. */
export function known(place: Place, name: string | undefined): Now<Node> {
  if (name === undefined || name === '') throw pubsubError('nodeid-required', 'Which node is meant? The attribute node is missing')
  return andThen(place.shelves.find(place.owner, name), node => {
    if (!node) throw new StanzaError('item-not-found', 'There is no such node here')
    return node
  })
}

/** The node, which must be the asker's. */
export const owned = (place: Place, name: string | undefined, who: Jid): Now<Node> =>
  andThen(known(place, name), node => {
    if (!isOwnerOf(place, node, who.bare)) throw new StanzaError('forbidden', 'Only an owner of the node may do that')
    return node
  })

/** Why somebody may not read; undefined when they may. */
export function readingRefused(place: Place, node: Node, bare: string): Now<StanzaError | undefined> {
  const standing = standingOf(place, node, bare)
  if (standing === 'outcast') return new StanzaError('forbidden', 'You are shut out from this node')
  if (standing === 'publish-only') return new StanzaError('forbidden', 'You may publish here, but not read')
  if (standing !== 'none') return undefined
  const { accessModel } = node.config
  switch (accessModel) {
    case 'open':
      return undefined
    case 'presence':
    case 'roster':
      return andThen(place.relation(bare), relation => (mayBy(node, relation) ? undefined : unrelated(accessModel)))
    case 'authorize': {
      const own = subscriptionsOf(node, bare, place.clock())
      if (own.some(({ state }) => state === 'subscribed')) return undefined
      return pubsubError('not-subscribed', 'Subscribe, and wait until an owner of the node agrees', 'not-authorized')
    }
    case 'whitelist':
      return pubsubError('closed-node', 'This node is for those whom its owner named')
  }
}

/** Whether somebody hears of the node: the same, quickly, for each of many contacts. */
export function mayHear(place: Place, node: Node, bare: string, relation: Relation): boolean {
  const standing = standingOf(place, node, bare)
  if (standing !== 'none') return standing !== 'outcast' && standing !== 'publish-only'
  const { accessModel } = node.config
  if (accessModel === 'open') return true
  if (accessModel === 'presence' || accessModel === 'roster') return mayBy(node, relation)
  return accessModel === 'authorize' && subscriptionsOf(node, bare, place.clock()).some(({ state }) => state === 'subscribed')
}

/** Whether anybody may hear of it who is nothing to it: when not, nobody need be looked through. */
export const isClosed = ({ config: { accessModel }, affiliations, subscriptions }: Node): boolean =>
  (accessModel === 'whitelist' || accessModel === 'authorize') && affiliations.size === 0 && subscriptions.length === 0

/** The access models presence and roster. */
function mayBy({ config: { accessModel, rosterGroups } }: Node, { seesPresence, groups }: Relation): boolean {
  return accessModel === 'roster' ? seesPresence && groups.some(group => rosterGroups.includes(group)) : seesPresence
}

const unrelated = (model: 'presence' | 'roster'): StanzaError =>
  model === 'presence'
    ? pubsubError('presence-subscription-required', 'This node is for those who may see its owner’s presence')
    : pubsubError('not-in-roster-group', 'This node is for people in some groups of its owner’s contacts')

/** §7.1.3.1. */
export function checkPublisher(place: Place, node: Node, bare: string): void {
  const standing = standingOf(place, node, bare)
  if (standing === 'owner' || standing === 'publisher' || standing === 'publish-only') return
  const { publishModel } = node.config
  if (standing !== 'outcast') {
    if (publishModel === 'open') return
    const own = subscriptionsOf(node, bare, place.clock())
    if (publishModel === 'subscribers' && own.some(({ state }) => state === 'subscribed')) return
  }
  throw new StanzaError('forbidden', 'You may not publish at this node')
}
