/** XEP-0377 (0.4.1): Blocking Command Reasons: why somebody is blocked, said to those who run the server. */
import { BLOCKING } from './blocking.ts'
import { attribute, content, element, many, maybeAttribute, optional, present, type Value } from './codec.ts'
import { set } from './exchange.ts'
import { StanzaId } from './stanza-id.ts'

export const REPORTING = 'urn:xmpp:reporting:1'
export const SPAM = 'urn:xmpp:reporting:spam'
export const ABUSE = 'urn:xmpp:reporting:abuse'

/** §4. `messages`: what somebody did, by what an archive calls it (§6). The last two say who else may be told (§5). */
export const Report = element(REPORTING, 'report', {
  reason: attribute('reason'),
  messages: many(StanzaId),
  text: optional(element(REPORTING, 'text', { lang: maybeAttribute('xml:lang'), text: content() })),
  toOrigin: present(REPORTING, 'report-origin'),
  toThirdParty: present(REPORTING, 'third-party'),
})
export type Report = Value<typeof Report>

const Item = element(BLOCKING, 'item', { jid: attribute('jid'), report: optional(Report) })
/** §6: XEP-0191's command, with or without reports in it. */
export const BlockAndReport = set(element(BLOCKING, 'block', { items: many(Item) }))
