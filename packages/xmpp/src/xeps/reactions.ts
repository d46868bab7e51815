/** XEP-0444 (0.2.1): Message Reactions: all that somebody now feels about a message; none takes them back. */
import { attribute, element, many, textElement } from './codec.ts'

export const REACTIONS = 'urn:xmpp:reactions:0'

export const Reactions = element(REACTIONS, 'reactions', {
  id: attribute('id'),
  reactions: many(textElement(REACTIONS, 'reaction')),
})
