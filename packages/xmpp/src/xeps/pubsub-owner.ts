/** XEP-0060 §8 (1.30.0): what the owners of nodes say. */
import { attribute, type Codec, element, many, maybeAttribute, optional, type Value } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get, set } from './exchange.ts'

export const PUBSUB_OWNER = 'http://jabber.org/protocol/pubsub#owner'

const part = <F extends object>(name: string, fields: F) => element(PUBSUB_OWNER, name, fields)
const node = maybeAttribute('node')
const form = optional(DataForm)

const Affiliation = part('affiliation', { jid: attribute('jid'), affiliation: attribute('affiliation') })
const Subscription = part('subscription', {
  jid: attribute('jid'),
  subscription: attribute('subscription'),
  subid: maybeAttribute('subid'),
})

export const PubsubOwner = element(PUBSUB_OWNER, 'pubsub', {
  configure: optional(part('configure', { node, form })),
  default: optional(part('default', { form })),
  delete: optional(part('delete', { node, redirect: optional(part('redirect', { uri: attribute('uri') })) })),
  purge: optional(part('purge', { node })),
  affiliations: optional(part('affiliations', { node, list: many(Affiliation) })),
  subscriptions: optional(part('subscriptions', { node, list: many(Subscription) })),
})
export type PubsubOwner = Value<typeof PubsubOwner>

const NOTHING: PubsubOwner = {
  configure: undefined,
  default: undefined,
  delete: undefined,
  purge: undefined,
  affiliations: undefined,
  subscriptions: undefined,
}

/** With these parts. */
export const pubsubOwner = (parts: Partial<PubsubOwner>): PubsubOwner => ({ ...NOTHING, ...parts })

/** An answer may say nothing. */
const Answer: Codec<PubsubOwner | undefined> = { ...PubsubOwner, write: value => PubsubOwner.write(value ?? NOTHING) }

export const AskPubsubOwner = get(PubsubOwner, Answer)
export const SetPubsubOwner = set(PubsubOwner, Answer)
