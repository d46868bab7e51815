/** XEP-0060 (1.30.0): what subscribers are told when something happens to a node. */
import { Element } from '../xml/element.ts'
import { attribute, type Codec, element, many, maybeAttribute, optional, type Value } from './codec.ts'
import { DataForm } from './data-form.ts'
import { itemOf } from './pubsub-item.ts'

export const PUBSUB_EVENT = 'http://jabber.org/protocol/pubsub#event'

const part = <F extends object>(name: string, fields: F) => element(PUBSUB_EVENT, name, fields)
const node = attribute('node')

export const PubsubEvent = element(PUBSUB_EVENT, 'event', {
  items: optional(part('items', { node, items: many(itemOf(PUBSUB_EVENT)), retracted: many(part('retract', { id: attribute('id') })) })),
  purge: optional(part('purge', { node })),
  delete: optional(part('delete', { node, redirect: optional(part('redirect', { uri: attribute('uri') })) })),
  configuration: optional(part('configuration', { node, form: optional(DataForm) })),
  subscription: optional(
    part('subscription', {
      node: maybeAttribute('node'),
      jid: attribute('jid'),
      subscription: maybeAttribute('subscription'),
      subid: maybeAttribute('subid'),
      expiry: maybeAttribute('expiry'),
    }),
  ),
})
export type PubsubEvent = Value<typeof PubsubEvent>

const NOTHING: PubsubEvent = { items: undefined, purge: undefined, delete: undefined, configuration: undefined, subscription: undefined }

/** With these parts. */
export const pubsubEvent = (parts: Partial<PubsubEvent>): PubsubEvent => ({ ...NOTHING, ...parts })

const SHIM = 'http://jabber.org/protocol/shim'

/** XEP-0131 as XEP-0060 §7.1.2.4 uses it: which subscriptions a notification is for. */
export const SubscriptionIds: Codec<readonly string[]> = {
  ns: SHIM,
  name: 'headers',
  read: from =>
    from
      .childrenNamed(SHIM, 'header')
      .filter(({ attributes }) => attributes['name'] === 'SubID')
      .map(({ text: id }) => id),
  write: ids =>
    new Element(
      SHIM,
      'headers',
      {},
      ids.map(id => new Element(SHIM, 'header', { name: 'SubID' }, [id])),
    ),
}
