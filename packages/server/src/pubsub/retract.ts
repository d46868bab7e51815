/** Taking items away: some (XEP-0060 §7.2), or all (§8.5). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError, unsupported } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { pubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import type { PubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { checkPublisher, isOwnerOf, known, owned, standingOf } from './access.ts'
import type { Node } from './node.ts'
import type { Place } from './place.ts'
import { tellRetracted } from './telling.ts'

export async function retract(place: Place, who: Jid, { retract: wish }: Pubsub): Promise<undefined> {
  const node = await known(place, wish?.node)
  checkPublisher(place, node, who.bare)
  checkPersistent(node)
  const ids = wish?.items.map(({ id = '' }) => id) ?? []
  if (ids.length === 0 || ids.includes('')) throw pubsubError('item-required', 'Which items? They are named by their ids')
  if (!isOwnerOf(place, node, who.bare) && standingOf(place, node, who.bare) !== 'publisher') await checkOwn(place, node, ids, who)
  const { removed } = await place.shelves.retract(place.owner, node, ids)
  if (removed.length === 0) throw new StanzaError('item-not-found', 'There is no such item at the node')
  tellRetracted(place, node, removed, wish?.notify === 'true' || wish?.notify === '1')
  await place.changed(node.name)
}

/** §4.1: who may only publish takes back only what is their own. */
async function checkOwn(place: Place, node: Node, ids: readonly string[], who: Jid): Promise<void> {
  const { items } = await place.shelves.items({ owner: place.owner, node: node.name, ids, max: ids.length, mostBytes: Infinity })
  if (items.some(({ publisher }) => publisher.split('/')[0] !== who.bare))
    throw new StanzaError('forbidden', 'You may retract only what you published')
}

export async function purge(place: Place, who: Jid, { purge: wish }: PubsubOwner): Promise<undefined> {
  const node = await owned(place, wish?.node, who)
  checkPersistent(node)
  await empty(place, node)
}

/** Takes all items away, and tells. */
export async function empty(place: Place, node: Node): Promise<void> {
  await place.shelves.retract(place.owner, node, undefined)
  if (node.config.notifies && node.config.notifiesRetract) place.tell(node, pubsubEvent({ purge: { node: node.name } }))
  await place.changed(node.name)
}

function checkPersistent({ config: { persistItems } }: Node): void {
  if (!persistItems) throw unsupported('persistent-items', 'This node keeps no items')
}
