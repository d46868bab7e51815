/** Publishing (XEP-0060 §7.1): checked, kept, and told to subscribers once it is on disk. A node that is not there yet is made. */
import { randomUUID } from 'node:crypto'
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { type Pubsub, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { pubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import type { Item } from '@plodge/xmpp/xeps/pubsub-item.ts'
import { utf8Length } from '@plodge/xmpp/xml/names.ts'
import type { ItemRecord } from '../storage/repositories.ts'
import { checkPublisher } from './access.ts'
import { usualConfig } from './config.ts'
import { differences, preconditions } from './config-form.ts'
import { checkName, checkRoom } from './create.ts'
import { newNode, type Node } from './node.ts'
import type { Place } from './place.ts'
import { tellPublished, tellRetracted } from './telling.ts'

const LONGEST_ID = 1024

export async function publish(place: Place, who: Jid, { publish: wish, publishOptions }: Pubsub): Promise<Pubsub> {
  const name = wish?.node
  if (!wish || name === undefined || name === '') throw pubsubError('nodeid-required', 'At which node? The attribute node is missing')
  const found = await place.shelves.find(place.owner, name)
  const form = publishOptions?.form
  if (found) checkPublisher(place, found, who.bare)
  if (found && form) checkPreconditions(place, found, form)
  const node = found ?? (await nodeFor(place, who, name, form))
  const items = checkedItems(place, node, wish.items, who)
  await checkBytes(place, node, items)
  // Another device of the same person may have made it meanwhile.
  if (!found && (await place.shelves.find(place.owner, name))) return publish(place, who, pubsub({ publish: wish, publishOptions }))

  // One after the other in the same moment: they are one on disk.
  const made = found ? undefined : place.shelves.save(place.owner, node)
  const keep = Math.min(node.config.maxItems, place.limits().nodeItems)
  const kept = node.config.persistItems && items.length > 0 ? place.shelves.publish(place.owner, node, items, keep) : undefined
  const [change] = await Promise.all([kept, made])

  // What makes room in a node of one item is not worth telling.
  if (change && keep > 1) tellRetracted(place, node, change.removed)
  if (items.length > 0) for (const item of items) tellPublished(place, node, item, { publisher: who })
  else place.tell(node, pubsubEvent({ items: { node: name, items: [], retracted: [] } }), { publisher: who })
  await place.changed(name)
  return pubsub({ publish: { node: name, items: items.map(({ id }) => ({ id, publisher: undefined, payloads: [] })) } })
}

/** §7.1.4. */
async function nodeFor(place: Place, who: Jid, name: string, form: DataForm | undefined): Promise<Node> {
  if (!place.mayCreate(who)) throw new StanzaError('item-not-found', 'There is no such node here')
  checkName(name)
  const usual = usualConfig(place.owner, name)
  const config = form ? preconditions(usual, form, place.kind) : usual
  await checkRoom(place, who)
  return newNode(name, place.kind === 'account' ? place.address.bare : who.bare, place.clock(), config)
}

/** §7.1.5. */
function checkPreconditions(place: Place, { config }: Node, form: DataForm): void {
  const different = differences(config, preconditions(config, form, place.kind), place.limits().nodeItems)
  if (different.length > 0)
    throw pubsubError(
      'precondition-not-met',
      `The node is configured otherwise: ${different.join(', ')}. Configure it, or publish as it is`,
    )
}

/** §7.1.3.6. */
function checkedItems(place: Place, { config }: Node, items: readonly Item[], who: Jid): readonly ItemRecord[] {
  const isSignal = !config.persistItems && !config.deliversPayloads
  if (items.length === 0 && !isSignal) throw pubsubError('item-required', 'There is no item to publish')
  if (items.length > 0 && isSignal) throw pubsubError('item-forbidden', 'This node takes no items: publish nothing but the fact')
  const most = Math.min(config.maxItems, place.limits().nodeItems)
  if (items.length > most) throw pubsubError('max-items-exceeded', `This node keeps at most ${most} items`)
  const ids = new Set(items.flatMap(({ id }) => id ?? []))
  if (ids.size < items.filter(({ id }) => id !== undefined).length) throw new StanzaError('bad-request', 'Two items have the same id')
  return items.map(item => ({
    id: idOf(item),
    at: place.clock(),
    publisher: who.full,
    payload: checkedPayload(item, config.type, Math.min(config.maxPayload, place.limits().nodeItemBytes), config.deliversPayloads),
  }))
}

function idOf({ id = '' }: Item): string {
  if (id.length > LONGEST_ID) throw new StanzaError('bad-request', `The id of an item has at most ${LONGEST_ID} characters`)
  return id === '' ? randomUUID() : id
}

function checkedPayload({ payloads }: Item, type: string, most: number, isWanted: boolean): string {
  const [payload, ...more] = payloads
  if (more.length > 0) throw pubsubError('invalid-payload', 'An item has exactly one element in it')
  if (!payload) {
    if (isWanted) throw pubsubError('payload-required', 'There is nothing in the item')
    return ''
  }
  if (type !== '' && payload.ns !== type)
    throw pubsubError('invalid-payload', `Items of this node are of the namespace ${type.slice(0, 200)}`)
  const text = payload.toString()
  if (utf8Length(text) > most) throw pubsubError('payload-too-big', `An item here has at most ${most} bytes`)
  return text
}

async function checkBytes(place: Place, node: Node, items: readonly ItemRecord[]): Promise<void> {
  const most = place.limits().nodeBytes
  let bytes = items.reduce((sum, { payload }) => sum + payload.length, 0)
  const others = place.kind === 'account' ? (await place.shelves.all(place.owner)).values() : [node]
  // What is in a node of one item goes when another comes.
  for (const other of others) if (other.name !== node.name || node.config.maxItems > 1) bytes += other.bytes
  if (bytes > most)
    throw new StanzaError('resource-constraint', `No more than ${most} bytes are kept here: retract items that nobody needs`, {
      type: 'cancel',
    })
}
