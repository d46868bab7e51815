/** Reading items (XEP-0060 §6.5): all, the newest, those of some ids, or a page (XEP-0059). Oldest first. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type Pubsub, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError, unsupported } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { type ResultSet, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import type { ItemPage, ItemQuery } from '../storage/repositories.ts'
import { known, readingRefused } from './access.ts'
import { type Node, subscriptionsOf } from './node.ts'
import type { Place } from './place.ts'
import { shown } from './telling.ts'

/** An answer is one stanza. */
const MOST_BYTES = 1024 * 1024
const MOST_IDS = 1000

export async function items(place: Place, who: Jid, { items: wish, page }: Pubsub): Promise<Pubsub> {
  const node = await known(place, wish?.node)
  const refusal = await readingRefused(place, node, who.bare)
  if (refusal) throw refusal
  if (!node.config.persistItems) throw unsupported('persistent-items', 'This node keeps no items')
  checkSubid(place, node, wish?.subid, who)
  const ids = wish?.items.flatMap(({ id }) => id ?? []) ?? []
  if (ids.length > MOST_IDS) throw pubsubError('max-items-exceeded', `At most ${MOST_IDS} items are read at once`)
  const found = await place.shelves.items({ ...queryOf(place, node, wish?.max, page), ...(ids.length > 0 && { ids: [...new Set(ids)] }) })
  if (!found.found) throw new StanzaError('item-not-found', 'The page begins at an item that is not there')
  if (ids.length > 0 && found.items.length === 0) throw new StanzaError('item-not-found', 'There is no such item at the node')
  const isCut = found.items.length < found.count
  return pubsub({
    items: { node: node.name, max: undefined, subid: undefined, items: found.items.map(item => shown(place, item)) },
    page: page || (isCut && ids.length === 0 && wish?.max === undefined) ? describe(found) : undefined,
  })
}

function queryOf(
  { owner, clock, limits }: Place,
  { name, config }: Node,
  newest: number | undefined,
  page: ResultSet | undefined,
): ItemQuery {
  const most = limits().nodeItems
  const since = config.itemExpire === Infinity ? undefined : clock() - config.itemExpire * 1000 + 1
  const query = { owner, node: name, since, mostBytes: MOST_BYTES }
  // §6.5.7: the newest ones.
  if (!page) return { ...query, max: Math.min(newest ?? most, most), isLast: newest !== undefined }
  const { before, after, index, max = most } = page
  return { ...query, after, before: before === '' ? undefined : before, isLast: before === '', skip: index, max: Math.min(max, most) }
}

/** XEP-0059 §2.1. */
const describe = ({ items: page, count, index }: ItemPage): ResultSet => ({
  ...WHOLE_SET,
  count,
  first: page[0] && { index: String(index), id: page[0].id },
  last: page.at(-1)?.id,
})

/** §6.5.9.1, §6.5.9.2. */
function checkSubid(place: Place, node: Node, subid: string | undefined, who: Jid): void {
  if (subid === undefined) return
  if (!subscriptionsOf(node, who.bare, place.clock()).some(one => one.subid === subid))
    throw pubsubError('invalid-subid', 'You have no subscription of that id')
}
