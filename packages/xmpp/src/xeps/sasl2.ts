/** XEP-0388 (1.0.4): Extensible SASL Profile. */
import { attribute, element, maybeAttribute, optional, text } from './codec.ts'

export const SASL2 = 'urn:xmpp:sasl:2'

/** What the client is: the id is a UUID that stays the same for as long as it is installed. */
const UserAgent = element(SASL2, 'user-agent', {
  id: maybeAttribute('id'),
  software: text(SASL2, 'software'),
  device: text(SASL2, 'device'),
})

export const Authenticate = element(SASL2, 'authenticate', {
  mechanism: attribute('mechanism'),
  initialResponse: text(SASL2, 'initial-response'),
  userAgent: optional(UserAgent),
})

export const Success = element(SASL2, 'success', {
  additionalData: text(SASL2, 'additional-data'),
  authorizationIdentifier: text(SASL2, 'authorization-identifier'),
})
