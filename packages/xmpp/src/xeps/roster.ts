/** The roster of RFC 6121 §2: the one payload of XMPP that has no number. */
import { attribute, element, many, maybeAttribute, textElement } from './codec.ts'
import { get, set } from './exchange.ts'

export const ROSTER = 'jabber:iq:roster'

export const RosterItem = element(ROSTER, 'item', {
  jid: attribute('jid'),
  name: maybeAttribute('name'),
  subscription: maybeAttribute('subscription'),
  ask: maybeAttribute('ask'),
  approved: maybeAttribute('approved'),
  groups: many(textElement(ROSTER, 'group')),
})
export const RosterQuery = element(ROSTER, 'query', { ver: maybeAttribute('ver'), items: many(RosterItem) })

/** The answer to a question with a version that is still the last is empty (RFC 6121 §2.6.3): no query at all. */
export const RosterGet = get(RosterQuery, {
  ns: ROSTER,
  name: 'query',
  read: from => from,
  write: from => from,
})
export const RosterSet = set(RosterQuery)
