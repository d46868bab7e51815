/** XEP-0359 (0.7.0): Unique and Stable Stanza IDs: what an archive calls a message, and what its author calls it. */
import { attribute, element } from './codec.ts'

export const SID = 'urn:xmpp:sid:0'

export const StanzaId = element(SID, 'stanza-id', { id: attribute('id'), by: attribute('by') })
export const OriginId = element(SID, 'origin-id', { id: attribute('id') })
