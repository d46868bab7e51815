/** Making a node (XEP-0060 §8.1), and what every node must keep to. */
import { randomUUID } from 'node:crypto'
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type Pubsub, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { usualConfig } from './config.ts'
import { configured } from './config-form.ts'
import { LONGEST_NAME, newNode } from './node.ts'
import type { Place } from './place.ts'

export async function create(place: Place, who: Jid, { create: wish, configure }: Pubsub): Promise<Pubsub | undefined> {
  if (!place.mayCreate(who)) throw new StanzaError('forbidden', 'You may not make nodes here')
  const name = wish?.node === undefined || wish.node === '' ? randomUUID() : wish.node
  checkName(name)
  if (await place.shelves.find(place.owner, name)) throw new StanzaError('conflict', 'There is a node of that name already')
  const usual = usualConfig(place.owner, name)
  const config = configure?.form ? configured(usual, configure.form, place.kind) : usual
  await checkRoom(place, who)
  const creator = place.kind === 'account' ? place.address.bare : who.bare
  await place.shelves.save(place.owner, newNode(name, creator, place.clock(), config))
  // §8.1.2: the name is told where nobody gave one.
  return wish?.node === name ? undefined : pubsub({ create: { node: name } })
}

export function checkName(name: string): void {
  if (name.length > LONGEST_NAME || name.includes('\n'))
    throw new StanzaError('not-acceptable', `The name of a node is one line of at most ${LONGEST_NAME} characters`)
}

export async function checkRoom(place: Place, who: Jid): Promise<void> {
  const { owner, shelves } = place
  const count = place.kind === 'account' ? (await shelves.all(owner)).size : await shelves.kept.countBy(owner, who.bare)
  const most = place.limits().nodes
  if (count >= most) throw pubsubError('max-nodes-exceeded', `At most ${most} nodes can be made by one person: delete some`)
}
