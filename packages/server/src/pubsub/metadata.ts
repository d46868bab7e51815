/** What service discovery tells of nodes and items (XEP-0060 §5.2 to §5.5). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { formField, type FormField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import type { DiscoInfo, DiscoItem } from '@plodge/xmpp/xeps/disco.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { readingRefused } from './access.ts'
import { ownersOf } from './approve.ts'
import { isRunning, type Node } from './node.ts'
import type { Place } from './place.ts'

/** What fits into one answer. */
const MOST_SHOWN = 200

/** Undefined where there is no such node; the same to those who may not read it. */
export async function nodeInfo(place: Place, name: string, who: Jid): Promise<DiscoInfo | undefined> {
  const node = await visible(place, name, who)
  return (
    node && {
      node: name,
      identities: [{ category: 'pubsub', type: 'leaf', name: node.config.title === '' ? undefined : node.config.title, lang: undefined }],
      features: [PUBSUB],
      forms: [namedForm('result', `${PUBSUB}#meta-data`, fieldsOf(place, node))],
    }
  )
}

export async function nodeItems(place: Place, name: string, who: Jid): Promise<readonly DiscoItem[] | undefined> {
  const node = await visible(place, name, who)
  if (!node) return undefined
  const { items } = await place.shelves.items({ owner: place.owner, node: name, max: MOST_SHOWN, isLast: true, mostBytes: Infinity })
  return items.map(({ id }) => ({ jid: place.address.full, node: undefined, name: id }))
}

/** The nodes that somebody may read. */
export async function nodeList(place: Place, who: Jid): Promise<readonly DiscoItem[]> {
  const { owner, shelves, address } = place
  const names =
    place.kind === 'account'
      ? [...(await shelves.all(owner)).keys()]
      : (await shelves.kept.list(owner, undefined, MOST_SHOWN)).map(({ name }) => name)
  const nodes = await Promise.all(names.map(name => visible(place, name, who)))
  return nodes.flatMap(node =>
    node ? [{ jid: address.full, node: node.name, name: node.config.title === '' ? undefined : node.config.title }] : [],
  )
}

async function visible(place: Place, name: string, who: Jid): Promise<Node | undefined> {
  const node = await place.shelves.find(place.owner, name)
  if (!node) return undefined
  // That there is a node for which one may ask to be let in is told, or nobody could ask.
  const isClosed = node.config.accessModel !== 'authorize' && (await readingRefused(place, node, who.bare)) !== undefined
  return isClosed ? undefined : node
}

/** §5.4, §16.4.3. */
function fieldsOf(place: Place, node: Node): readonly FormField[] {
  const { title, description, type, accessModel, publishModel, maxItems } = node.config
  const most = Math.min(maxItems, place.limits().nodeItems)
  const subscribers = node.subscriptions.filter(one => one.state === 'subscribed' && isRunning(one, place.clock()))
  const fields: readonly (readonly [string, readonly string[]])[] = [
    ['title', [title]],
    ['description', [description]],
    ['type', [type]],
    ['creation_date', [writeDateTime(node.createdAt)]],
    ['creator', [node.creator]],
    ['owner', ownersOf(place, node)],
    ['access_model', [accessModel]],
    ['publish_model', [publishModel]],
    ['max_items', [Number.isFinite(most) ? String(most) : 'max']],
    ['num_subscribers', [String(subscribers.length)]],
  ]
  return fields
    .map(([name, values]) => formField(`pubsub#${name}`, { values: values.filter(value => value !== '') }))
    .filter(({ values }) => values.length > 0)
}
