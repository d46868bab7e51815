/** XEP-0203 (2.0): Delayed Delivery. Says when a stanza was sent, where that is not now. */
import { attribute, content, element, maybeAttribute } from './codec.ts'

export const DELAY = 'urn:xmpp:delay'

export const Delay = element(DELAY, 'delay', { from: maybeAttribute('from'), stamp: attribute('stamp'), reason: content() })
