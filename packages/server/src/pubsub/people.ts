/** Who is what to a node, and who is subscribed to it: read and changed by its owners (XEP-0060 §8.8, §8.9). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type PubsubOwner, pubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { owned } from './access.ts'
import { decide, ownersOf } from './approve.ts'
import { type Affiliation, AFFILIATIONS, affiliationOf, isRunning, type Node } from './node.ts'
import type { Place } from './place.ts'
import { drop } from './subscribe.ts'

export async function askAffiliations(place: Place, who: Jid, { affiliations: wish }: PubsubOwner): Promise<PubsubOwner> {
  const node = await owned(place, wish?.node, who)
  const owners = ownersOf(place, node).map(jid => ({ jid, affiliation: 'owner' }))
  const others = [...node.affiliations].filter(([, affiliation]) => affiliation !== 'owner' && affiliation !== 'none')
  return pubsubOwner({
    affiliations: { node: node.name, list: [...owners, ...others.map(([jid, affiliation]) => ({ jid, affiliation }))] },
  })
}

export async function setAffiliations(place: Place, who: Jid, { affiliations: wish }: PubsubOwner): Promise<undefined> {
  const { name } = await owned(place, wish?.node, who)
  const changes = (wish?.list ?? []).map(({ jid, affiliation }) => ({ bare: addressOf(jid).bare, affiliation: wordOf(affiliation) }))
  for (const { bare, affiliation } of changes) {
    const node = await owned(place, name, who)
    checkChange(place, node, bare, affiliation)
    // Whoever made the node is its owner as long as nothing else is said.
    const isSaid = affiliation !== 'none' || node.creator === bare
    const affiliations = new Map(node.affiliations)
    if (isSaid) affiliations.set(bare, affiliation)
    else affiliations.delete(bare)
    const after: Node = { ...node, affiliations }
    await place.shelves.change(place.owner, after, nodes => nodes.setAffiliation(place.owner, name, bare, isSaid ? affiliation : undefined))
    if (affiliation === 'outcast') await expel(place, after, bare)
  }
}

function checkChange(place: Place, node: Node, bare: string, affiliation: Affiliation): void {
  if (place.kind === 'account' && (bare === place.address.bare || affiliation === 'owner'))
    throw new StanzaError('not-acceptable', 'The one owner of a personal node is the account')
  const owners = ownersOf(place, node)
  if (affiliation !== 'owner' && owners.length === 1 && owners[0] === bare)
    throw new StanzaError('not-acceptable', 'A node has an owner: name another first')
  const isNew = affiliationOf(node, bare) === 'none' && affiliation !== 'none'
  if (isNew && node.affiliations.size >= place.limits().nodeSubscriptions)
    throw new StanzaError('resource-constraint', 'As many people as may be are something to this node', { type: 'cancel' })
}

/** §8.9.2.3: an outcast is subscribed to nothing. */
async function expel(place: Place, node: Node, bare: string): Promise<void> {
  for (const subscription of node.subscriptions) {
    if (subscription.bare !== bare) continue
    const now = await place.shelves.find(place.owner, node.name)
    if (now) await drop(place, now, subscription)
  }
}

export async function askSubscriptions(place: Place, who: Jid, { subscriptions: wish }: PubsubOwner): Promise<PubsubOwner> {
  const node = await owned(place, wish?.node, who)
  const running = node.subscriptions.filter(one => isRunning(one, place.clock()))
  return pubsubOwner({
    subscriptions: { node: node.name, list: running.map(({ jid, subid, state }) => ({ jid, subid, subscription: state })) },
  })
}

/** Owners end subscriptions and agree to them; nobody is subscribed who did not ask. */
export async function setSubscriptions(place: Place, who: Jid, { subscriptions: wish }: PubsubOwner): Promise<undefined> {
  for (const { jid, subid, subscription } of wish?.list ?? []) {
    const node = await owned(place, wish?.node, who)
    if (subscription !== 'none' && subscription !== 'subscribed')
      throw new StanzaError('not-acceptable', 'A subscription is made subscribed, or none')
    const { full } = addressOf(jid)
    const meant = node.subscriptions.filter(one => one.jid === full && (subid === undefined || one.subid === subid))
    if (meant.length === 0) throw new StanzaError('item-not-found', 'That address did not ask to be subscribed')
    for (const one of meant) {
      const now = await owned(place, wish?.node, who)
      if (subscription === 'none' || one.state === 'pending') await decide(place, now, one, subscription === 'subscribed')
    }
  }
}

function addressOf(text: string): Jid {
  const jid = Jid.parse(text)
  if (!jid) throw new StanzaError('jid-malformed', 'An address in the list is not an address')
  return jid
}

function wordOf(text: string): Affiliation {
  const word = AFFILIATIONS.find(one => one === text)
  if (!word) throw new StanzaError('bad-request', `An affiliation is one of ${AFFILIATIONS.join(', ')}`)
  return word
}
