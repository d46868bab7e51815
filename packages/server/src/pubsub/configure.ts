/** Reading and changing the configuration of a node (XEP-0060 §8.2), and what it is by default (§8.3). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { pubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { type PubsubOwner, pubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { owned } from './access.ts'
import { usualConfig } from './config.ts'
import { configForm, configured } from './config-form.ts'
import type { Node } from './node.ts'
import type { Place } from './place.ts'

export async function askConfig(place: Place, who: Jid, { configure: wish }: PubsubOwner): Promise<PubsubOwner> {
  const { name, config } = await owned(place, wish?.node, who)
  return pubsubOwner({ configure: { node: name, form: configForm('form', config, place.kind) } })
}

export const askDefault = (place: Place): PubsubOwner =>
  pubsubOwner({ default: { form: configForm('form', usualConfig(place.owner, ''), place.kind) } })

export async function configure(place: Place, who: Jid, { configure: wish }: PubsubOwner): Promise<undefined> {
  const node = await owned(place, wish?.node, who)
  const form = wish?.form
  if (!form) throw new StanzaError('bad-request', 'The form of the configuration is missing')
  // §8.2.5.1.
  if (form.kind === 'cancel') return
  const config = configured(node.config, form, place.kind)
  const after: Node = { ...node, config }
  await place.shelves.save(place.owner, after)
  await trim(place, after, node)
  if (config.notifiesConfig && config.notifies)
    place.tell(
      after,
      pubsubEvent({
        configuration: { node: node.name, form: config.deliversPayloads ? configForm('result', config, place.kind) : undefined },
      }),
    )
}

/** A node that is to keep less keeps less at once. */
async function trim(place: Place, after: Node, { config: before, items }: Node): Promise<void> {
  const { maxItems, persistItems } = after.config
  if (before.persistItems && !persistItems) await place.shelves.retract(place.owner, after, undefined)
  else if (items > maxItems) await place.shelves.publish(place.owner, after, [], maxItems)
}
