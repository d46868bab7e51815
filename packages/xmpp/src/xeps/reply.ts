/** XEP-0461 (0.2.1): Message Replies: which message this one answers, and whose that was. */
import { attribute, element, maybeAttribute } from './codec.ts'

export const Reply = element('urn:xmpp:reply:0', 'reply', { to: maybeAttribute('to'), id: attribute('id') })
