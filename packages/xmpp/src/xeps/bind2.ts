/** XEP-0386 (1.1.0): Bind 2. */
import { attribute, element, many, optional, text } from './codec.ts'

export const BIND2 = 'urn:xmpp:bind:0'

const Feature = element(BIND2, 'feature', { name: attribute('var') })

/** In stream features it says what can be asked for, in a log-in it asks. */
export const Bind2 = element(BIND2, 'bind', {
  tag: text(BIND2, 'tag'),
  inline: optional(element(BIND2, 'inline', { features: many(Feature) })),
})
