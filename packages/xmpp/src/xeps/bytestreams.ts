/** XEP-0065 (1.8.2): SOCKS5 Bytestreams. Two devices agree on where they meet, and a proxy says where that can be. */
import { attribute, element, many, maybeAttribute, optional, text } from './codec.ts'
import { get, set } from './exchange.ts'
import { maybeCount } from './numbers.ts'

export const BYTESTREAMS = 'http://jabber.org/protocol/bytestreams'

const StreamHost = element(BYTESTREAMS, 'streamhost', {
  jid: attribute('jid'),
  host: attribute('host'),
  port: maybeCount('port'),
})

const Query = element(BYTESTREAMS, 'query', {
  sid: maybeAttribute('sid'),
  mode: maybeAttribute('mode'),
  dstaddr: maybeAttribute('dstaddr'),
  hosts: many(StreamHost),
  used: optional(element(BYTESTREAMS, 'streamhost-used', { jid: attribute('jid') })),
  activate: text(BYTESTREAMS, 'activate'),
})

/** § Discovering Proxies: where one listens. */
export const AskStreamHost = get(Query, Query)
/** § Activation of Bytestream; also what the two say to each other. */
export const Activate = set(Query)
