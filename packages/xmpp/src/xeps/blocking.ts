/** XEP-0191 (1.3): Blocking Command. */
import { Element } from '../xml/element.ts'
import { attribute, element, many } from './codec.ts'
import { get, set } from './exchange.ts'

export const BLOCKING = 'urn:xmpp:blocking'

const items = { items: many(element(BLOCKING, 'item', { jid: attribute('jid') })) }
const Question = element(BLOCKING, 'blocklist')

export const BlockList = element(BLOCKING, 'blocklist', items)
export const Block = element(BLOCKING, 'block', items)
export const Unblock = element(BLOCKING, 'unblock', items)

export const AskBlockList = get(Question, BlockList)
export const BlockAddresses = set(Block)
/** Without items: all of them (§3.5). */
export const UnblockAddresses = set(Unblock)

/** §3.3: why one's own stanza goes nowhere. */
export const Blocked = (): Element => new Element('urn:xmpp:blocking:errors', 'blocked')
