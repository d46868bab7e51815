/** XEP-0357 (0.4.1): Push Notifications. A client names a service that wakes its device; the server publishes to it (XEP-0060). */
import { attribute, element, elements, maybeAttribute, one, optional } from './codec.ts'
import { DataForm } from './data-form.ts'
import { set } from './exchange.ts'

export const PUSH = 'urn:xmpp:push:0'
export const PUSH_SUMMARY = 'urn:xmpp:push:summary'
export const PUBLISH_OPTIONS = 'http://jabber.org/protocol/pubsub#publish-options'
const PUBSUB = 'http://jabber.org/protocol/pubsub'

/** §5. The form is given to the service with each notification. */
export const EnablePush = set(
  element(PUSH, 'enable', { service: attribute('jid'), node: maybeAttribute('node'), options: optional(DataForm) }),
)
/** §6: one node, or all of the service. */
export const DisablePush = set(element(PUSH, 'disable', { service: attribute('jid'), node: maybeAttribute('node') }))

/** §7. */
export const PublishNotification = set(
  element(PUBSUB, 'pubsub', {
    publish: one(
      element(PUBSUB, 'publish', {
        node: maybeAttribute('node'),
        item: one(element(PUBSUB, 'item', { notification: one(element(PUSH, 'notification', { payload: elements() })) })),
      }),
    ),
    options: optional(element(PUBSUB, 'publish-options', { form: one(DataForm) })),
  }),
)

/** §9: the service wants no more. */
export const ServiceStops = element(PUBSUB, 'pubsub', {
  node: maybeAttribute('node'),
  affiliation: optional(element(PUBSUB, 'affiliation', { jid: maybeAttribute('jid'), affiliation: maybeAttribute('affiliation') })),
})
