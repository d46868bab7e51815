/** XEP-0484 (0.2.0): Fast Authentication Streamlining Tokens. */
import { attribute, element, many, maybeAttribute, textElement } from './codec.ts'

export const FAST = 'urn:xmpp:fast:0'

/** In stream features it says which mechanisms take a token, in a log-in that this is one by token. */
export const Fast = element(FAST, 'fast', {
  earlyData: maybeAttribute('tls-0rtt'),
  count: maybeAttribute('count'),
  invalidate: maybeAttribute('invalidate'),
  mechanisms: many(textElement(FAST, 'mechanism')),
})

export const RequestToken = element(FAST, 'request-token', { mechanism: attribute('mechanism') })
export const Token = element(FAST, 'token', { token: attribute('token'), expiry: attribute('expiry') })
