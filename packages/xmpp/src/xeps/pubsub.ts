/** XEP-0060 (1.30.0): Publish-Subscribe, what subscribers and publishers say. Questions and answers are of one shape. */
import { attribute, type Codec, element, many, maybeAttribute, optional, type Value } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get, set } from './exchange.ts'
import { maybeCount } from './numbers.ts'
import { itemOf } from './pubsub-item.ts'
import { ResultSet } from './rsm.ts'

export const PUBSUB = 'http://jabber.org/protocol/pubsub'
/** The names of features begin with it. */
export const pubsubFeature = (name: string): string => `${PUBSUB}#${name}`

const part = <F extends object>(name: string, fields: F) => element(PUBSUB, name, fields)
const Item = itemOf(PUBSUB)
const form = optional(DataForm)

/** Whether whoever is subscribed may or must say how (§6.3). */
const SubscribeOptions = part('subscribe-options', { required: optional(part('required', {})) })

export const Subscription = part('subscription', {
  node: maybeAttribute('node'),
  jid: attribute('jid'),
  subscription: maybeAttribute('subscription'),
  subid: maybeAttribute('subid'),
  expiry: maybeAttribute('expiry'),
  options: optional(SubscribeOptions),
})
export type Subscription = Value<typeof Subscription>

const Affiliation = part('affiliation', { node: maybeAttribute('node'), jid: maybeAttribute('jid'), affiliation: attribute('affiliation') })

export const Pubsub = element(PUBSUB, 'pubsub', {
  create: optional(part('create', { node: maybeAttribute('node') })),
  configure: optional(part('configure', { node: maybeAttribute('node'), form })),
  publish: optional(part('publish', { node: maybeAttribute('node'), items: many(Item) })),
  publishOptions: optional(part('publish-options', { form })),
  retract: optional(part('retract', { node: maybeAttribute('node'), notify: maybeAttribute('notify'), items: many(Item) })),
  subscribe: optional(part('subscribe', { node: maybeAttribute('node'), jid: maybeAttribute('jid') })),
  unsubscribe: optional(part('unsubscribe', { node: maybeAttribute('node'), jid: maybeAttribute('jid'), subid: maybeAttribute('subid') })),
  subscription: optional(Subscription),
  options: optional(part('options', { node: maybeAttribute('node'), jid: maybeAttribute('jid'), subid: maybeAttribute('subid'), form })),
  default: optional(part('default', { node: maybeAttribute('node'), type: maybeAttribute('type'), form })),
  subscriptions: optional(part('subscriptions', { node: maybeAttribute('node'), list: many(Subscription) })),
  affiliations: optional(part('affiliations', { node: maybeAttribute('node'), list: many(Affiliation) })),
  items: optional(
    part('items', { node: maybeAttribute('node'), max: maybeCount('max_items'), subid: maybeAttribute('subid'), items: many(Item) }),
  ),
  page: optional(ResultSet),
})
export type Pubsub = Value<typeof Pubsub>

const NOTHING: Pubsub = {
  create: undefined,
  configure: undefined,
  publish: undefined,
  publishOptions: undefined,
  retract: undefined,
  subscribe: undefined,
  unsubscribe: undefined,
  subscription: undefined,
  options: undefined,
  default: undefined,
  subscriptions: undefined,
  affiliations: undefined,
  items: undefined,
  page: undefined,
}

/** With these parts. */
export const pubsub = (parts: Partial<Pubsub>): Pubsub => ({ ...NOTHING, ...parts })

/** An answer may say nothing. */
const Answer: Codec<Pubsub | undefined> = { ...Pubsub, write: value => Pubsub.write(value ?? NOTHING) }

export const AskPubsub = get(Pubsub, Answer)
export const SetPubsub = set(Pubsub, Answer)
