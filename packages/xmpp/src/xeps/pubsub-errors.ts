/** XEP-0060's own conditions of errors, each beside one of RFC 6120. */
import { type Condition, StanzaError, type StanzaErrorOptions } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'

export const PUBSUB_ERRORS = 'http://jabber.org/protocol/pubsub#errors'

/** With the condition that RFC 6120 gives it, as the specification pairs them. */
const CONDITIONS = {
  'closed-node': 'not-allowed',
  'configuration-required': 'not-acceptable',
  'invalid-jid': 'bad-request',
  'invalid-options': 'bad-request',
  'invalid-payload': 'bad-request',
  'invalid-subid': 'not-acceptable',
  'item-forbidden': 'bad-request',
  'item-required': 'bad-request',
  'jid-required': 'bad-request',
  'max-items-exceeded': 'not-allowed',
  'max-nodes-exceeded': 'not-allowed',
  'node-full': 'conflict',
  'nodeid-required': 'bad-request',
  'not-in-roster-group': 'not-authorized',
  'not-subscribed': 'unexpected-request',
  'payload-required': 'bad-request',
  'payload-too-big': 'not-acceptable',
  'pending-subscription': 'not-authorized',
  'precondition-not-met': 'conflict',
  'presence-subscription-required': 'not-authorized',
  'subid-required': 'bad-request',
  'too-many-subscriptions': 'policy-violation',
} as const satisfies Record<string, Condition>
export type PubsubCondition = keyof typeof CONDITIONS

const TYPES: Partial<Record<PubsubCondition, StanzaErrorOptions['type']>> = { 'not-subscribed': 'cancel', 'too-many-subscriptions': 'wait' }

/** `condition` where it is another than usual. */
export function pubsubError(name: PubsubCondition, text: string, condition: Condition = CONDITIONS[name]): StanzaError {
  const type = condition === CONDITIONS[name] ? TYPES[name] : undefined
  return new StanzaError(condition, text, { detail: new Element(PUBSUB_ERRORS, name), ...(type && { type }) })
}

/** `feature` as it would be advertised, without the namespace. */
export const unsupported = (feature: string, text: string): StanzaError =>
  new StanzaError('feature-not-implemented', text, { detail: new Element(PUBSUB_ERRORS, 'unsupported', { feature }) })
