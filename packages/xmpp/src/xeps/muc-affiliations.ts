/** XEP-0463 (0.2.0): MUC Affiliations Versioning: which state of a room's affiliations a client knows, and which one it is told. */
import { element, maybeAttribute, type Value } from './codec.ts'

export const MAV = 'urn:xmpp:muc:affiliations:1'

/** In what a client says to enter, and in what the room says of affiliations. Versions are opaque. */
export const Mav = element(MAV, 'mav', { since: maybeAttribute('since'), until: maybeAttribute('until') })
export type Mav = Value<typeof Mav>
