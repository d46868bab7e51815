/** What is told to those who follow a node (XEP-0060 §7.1.2, §7.2.2): items that come and go. */
import { type PubsubEvent, pubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import type { Item } from '@plodge/xmpp/xeps/pubsub-item.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { ItemRecord } from '../storage/repositories.ts'
import { lastOf, type Node } from './node.ts'
import type { Place, TellMore } from './place.ts'

/** An item as it is shown: with its publisher where there may be several (§12.14). */
export const shown = (place: Place, { id, publisher, payload }: ItemRecord): Item => ({
  id,
  publisher: place.kind === 'service' ? publisher.split('/')[0] : undefined,
  payloads: payload === '' ? [] : [parse(payload)],
})

export function eventOf(place: Place, node: Node, item: ItemRecord): PubsubEvent {
  const told = node.config.deliversPayloads ? item : { ...item, payload: '' }
  return pubsubEvent({ items: { node: node.name, items: [shown(place, told)], retracted: [] } })
}

export function tellPublished(place: Place, node: Node, item: ItemRecord, more: TellMore): void {
  if (node.config.notifies) place.tell(node, eventOf(place, node, item), more)
}

/** `notify` is what the one who retracts wants, whatever the node's configuration. */
export function tellRetracted(place: Place, node: Node, ids: readonly string[], notify = false): void {
  if (ids.length === 0 || !node.config.notifies || !(notify || node.config.notifiesRetract)) return
  place.tell(node, pubsubEvent({ items: { node: node.name, items: [], retracted: ids.map(id => ({ id })) } }))
}

/** The newest item, whole; undefined when there is none that counts. */
export async function newest(place: Place, node: Node): Promise<ItemRecord | undefined> {
  const last = lastOf(node, place.clock())
  if (!last) return undefined
  const { payload } = last
  if (payload !== undefined) return { ...last, payload }
  const { items } = await place.shelves.items({ owner: place.owner, node: node.name, ids: [last.id], max: 1, mostBytes: Infinity })
  return items[0]
}

/** §6.1.7: to somebody who just subscribed. */
export async function tellLast(place: Place, node: Node, to: Jid): Promise<void> {
  const item = await newest(place, node)
  if (item) place.tellOne(node, eventOf(place, node, item), to, { publisher: Jid.parse(item.publisher), at: item.at })
}
