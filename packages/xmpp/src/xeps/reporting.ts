/** XEP-0377 (0.3.1): Blocking Command Reasons: why somebody is blocked, said to those who run the server. */
import { BLOCKING } from './blocking.ts'
import { attribute, type Codec, element, many, optional, text, type Value } from './codec.ts'
import { set } from './exchange.ts'
import { StanzaId } from './stanza-id.ts'

export const REPORTING = 'urn:xmpp:reporting:1'
export const SPAM = 'urn:xmpp:reporting:spam'
export const ABUSE = 'urn:xmpp:reporting:abuse'

/** `messages`: what somebody did, by what an archive calls it. */
export const Report = element(REPORTING, 'report', {
  reason: attribute('reason'),
  messages: many(StanzaId),
  text: text(REPORTING, 'text'),
})
export type Report = Value<typeof Report>

const Item = element(BLOCKING, 'item', { jid: attribute('jid'), report: optional(Report) })
const Block: Codec<{ readonly items: readonly Value<typeof Item>[] }> = element(BLOCKING, 'block', { items: many(Item) })
/** §5: XEP-0191's command, with reports in it. */
export const BlockAndReport = set(Block)
