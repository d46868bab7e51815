/** Deleting a node with all that is in it (XEP-0060 §8.4). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { pubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import type { PubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { owned } from './access.ts'
import type { Place } from './place.ts'

const LONGEST_URI = 1024

export async function deleteNode(place: Place, who: Jid, { delete: wish }: PubsubOwner): Promise<undefined> {
  const node = await owned(place, wish?.node, who)
  const redirect = wish?.redirect
  if (redirect && redirect.uri.length > LONGEST_URI) throw new StanzaError('not-acceptable', 'The URI of the other node is too long')
  await place.shelves.remove(place.owner, node.name)
  if (node.config.notifies && node.config.notifiesDelete) place.tell(node, pubsubEvent({ delete: { node: node.name, redirect } }))
  await place.changed(node.name)
}
