/** Personal nodes as XEP-0227 §4.10 writes them: how they are configured and who is what to them, and then what is in them. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { BOOKMARKS, OldBookmarks } from '@plodge/xmpp/xeps/bookmarks.ts'
import { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { PUBSUB_OWNER } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { joined } from '../modules/bookmarks/convert.ts'
import { configForm } from '../pubsub/config-form.ts'
import { type Node, nodeFrom } from '../pubsub/node.ts'
import { optionsForm } from '../pubsub/subscription-form.ts'
import type { ItemRecord, Store } from '../storage/repositories.ts'
import { EXTRAS } from './names.ts'

const A_PAGE = 100
const A_PAGE_BYTES = 1024 * 1024

export async function* exportedNodes({ nodes }: Pick<Store, 'nodes'>, { local }: Account): AsyncGenerator<string> {
  const all = (await nodes.load(local)).map(record => nodeFrom(local, record))
  if (all.length === 0) return
  yield `<pubsub xmlns='${PUBSUB_OWNER}'>\n`
  for (const node of all) for (const element of aboutNode(node)) yield `${element.toString(PUBSUB_OWNER)}\n`
  yield `</pubsub>\n<pubsub xmlns='${PUBSUB}'>\n`
  for (const { name } of all) {
    yield `<items node='${escapeAttribute(name)}'>\n`
    for await (const { id, publisher, at, payload } of itemsOf({ nodes }, local, name)) {
      const attributes = { id, ...(publisher !== '' && { publisher }), [`{${EXTRAS}}at`]: writeDateTime(at) }
      const item = new Element(PUBSUB, 'item', attributes, payload === '' ? [] : [parse(payload)])
      yield `${item.toString(PUBSUB)}\n`
    }
    yield '</items>\n'
  }
  yield '</pubsub>\n'
}

function* aboutNode({ name, config, createdAt, affiliations, subscriptions }: Node): Generator<Element> {
  const part = (tag: string, attributes: Readonly<Record<string, string>>, children: readonly Element[]): Element =>
    new Element(PUBSUB_OWNER, tag, attributes, children)
  const form = DataForm.write(configForm('submit', config, 'account'))
  yield part('configure', { node: name, [`{${EXTRAS}}created`]: writeDateTime(createdAt) }, [form])
  if (affiliations.size > 0) {
    const list = [...affiliations].map(([jid, affiliation]) => part('affiliation', { jid, affiliation }, []))
    yield part('affiliations', { node: name }, list)
  }
  if (subscriptions.length === 0) return
  const list = subscriptions.map(({ jid, state, subid, options }) => {
    const isUsual = options.delivers && options.expiresAt === undefined
    const how = isUsual ? [] : [part('options', {}, [DataForm.write({ ...optionsForm(options), kind: 'submit' })])]
    return part('subscription', { jid, subscription: state, subid }, how)
  })
  yield part('subscriptions', { node: name }, list)
}

/** In order of publication. */
export async function* itemsOf({ nodes }: Pick<Store, 'nodes'>, owner: string, node: string): AsyncGenerator<ItemRecord> {
  let after: string | undefined
  for (;;) {
    const { items, count, index } = await nodes.items({ owner, node, after, max: A_PAGE, mostBytes: A_PAGE_BYTES })
    yield* items
    after = items.at(-1)?.id
    if (after === undefined || index + items.length >= count) return
  }
}

/** Rooms in the form that most software reads (XEP-0048), with what no item says. */
export async function oldBookmarks({ nodes, documents }: Pick<Store, 'nodes' | 'documents'>, owner: string): Promise<Element | undefined> {
  const items: { readonly id: string; readonly payload: Element }[] = []
  for await (const { id, payload } of itemsOf({ nodes }, owner, BOOKMARKS)) if (payload !== '') items.push({ id, payload: parse(payload) })
  const rest = await documents.get(owner, 'bookmarks', '')
  const others = rest === undefined ? [] : OldBookmarks.read(parse(rest)).elements
  return items.length === 0 && others.length === 0 ? undefined : joined(items, others)
}
