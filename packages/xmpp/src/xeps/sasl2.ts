/** XEP-0388 (1.0.4): Extensible SASL Profile. */
import { attribute, element, many, maybeAttribute, optional, present, text, textElement } from './codec.ts'

export const SASL2 = 'urn:xmpp:sasl:2'

/** What the client is: the id is a UUID that stays the same for as long as it is installed. */
export const UserAgent = element(SASL2, 'user-agent', {
  id: maybeAttribute('id'),
  software: text(SASL2, 'software'),
  device: text(SASL2, 'device'),
})

export const Authenticate = element(SASL2, 'authenticate', {
  mechanism: attribute('mechanism'),
  initialResponse: text(SASL2, 'initial-response'),
  userAgent: optional(UserAgent),
})

export const Challenge = textElement(SASL2, 'challenge')
export const Response = textElement(SASL2, 'response')

export const Success = element(SASL2, 'success', {
  additionalData: text(SASL2, 'additional-data'),
  authorizationIdentifier: text(SASL2, 'authorization-identifier'),
})

export const Continue = element(SASL2, 'continue', {
  additionalData: text(SASL2, 'additional-data'),
  tasks: optional(element(SASL2, 'tasks', { names: many(textElement(SASL2, 'task')) })),
  text: text(SASL2, 'text'),
})

export const Next = element(SASL2, 'next', { task: attribute('task') })
export const TaskData = element(SASL2, 'task-data')
export const Failure = element(SASL2, 'failure', { text: text(SASL2, 'text') })

export const Authentication = element(SASL2, 'authentication', {
  mechanisms: many(textElement(SASL2, 'mechanism')),
  inline: optional(element(SASL2, 'inline', { hasMechanisms: present(SASL2, 'mechanism') })),
})
