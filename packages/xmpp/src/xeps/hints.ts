/** XEP-0334 (1.0.0): Message Processing Hints. What a sender would like done with a message; in errors they mean nothing (§5). */
import { element } from './codec.ts'

export const HINTS = 'urn:xmpp:hints'

export const NoPermanentStore = element(HINTS, 'no-permanent-store')
export const NoStore = element(HINTS, 'no-store')
export const NoCopy = element(HINTS, 'no-copy')
export const Store = element(HINTS, 'store')
