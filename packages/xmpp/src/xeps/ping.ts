/** XEP-0199 (2.0.1): XMPP Ping. */
import { element } from './codec.ts'
import { get } from './exchange.ts'

export const PING = 'urn:xmpp:ping'

export const Ping = get(element(PING, 'ping'))
