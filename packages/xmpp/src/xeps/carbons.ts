/** XEP-0280 (1.0.1): Message Carbons. */
import { element, one } from './codec.ts'
import { set } from './exchange.ts'
import { Forwarded } from './forward.ts'

export const CARBONS = 'urn:xmpp:carbons:2'
/** §6.2: the rules of §6.1 are kept to the letter. */
export const CARBON_RULES = 'urn:xmpp:carbons:rules:0'

export const EnableCarbons = set(element(CARBONS, 'enable'))
export const DisableCarbons = set(element(CARBONS, 'disable'))
export const Private = element(CARBONS, 'private')
export const Received = element(CARBONS, 'received', { forwarded: one(Forwarded) })
export const Sent = element(CARBONS, 'sent', { forwarded: one(Forwarded) })
