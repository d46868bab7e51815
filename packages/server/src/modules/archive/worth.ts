/** Which messages are worth keeping (XEP-0313 §6.1.1, XEP-0160 §3, XEP-0334), by what is in them. */
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { raw } from '@plodge/xmpp/xeps/codec.ts'
import { HINTS } from '@plodge/xmpp/xeps/hints.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'

/**
 * `history`: goes into the archives of both sides. `waiting`: only waits for somebody who is away. `nothing`: whoever is not there
 * misses it.
 */
export type Worth = 'history' | 'waiting' | 'nothing'

export const MUC_USER = 'http://jabber.org/protocol/muc#user'
const MucUser = raw(MUC_USER, 'x')

/** Namespaces of which any element belongs to a conversation, or only the elements named. */
const CONVERSATION: ReadonlyMap<string, true | readonly string[]> = new Map<string, true | readonly string[]>([
  ['urn:xmpp:receipts', ['received']],
  ['urn:xmpp:chat-markers:0', ['received', 'displayed', 'acknowledged']],
  ['urn:xmpp:message-correct:0', true],
  ['urn:xmpp:message-retract:0', true],
  ['urn:xmpp:message-retract:1', true],
  ['urn:xmpp:reactions:0', true],
  ['urn:xmpp:fasten:0', true],
  ['eu.siacs.conversations.axolotl', ['encrypted']],
  ['urn:xmpp:omemo:1', ['encrypted']],
  ['urn:xmpp:omemo:2', ['encrypted']],
  ['urn:xmpp:openpgp:0', ['openpgp']],
  ['jabber:x:encrypted', true],
  // XEP-0353, XEP-0482: a call that was missed, or that another device has taken.
  ['urn:xmpp:jingle-message:0', true],
  ['urn:xmpp:call-invites:0', true],
  // XEP-0447: a file, and where it is, which may come later.
  ['urn:xmpp:sfs:0', true],
  // XEP-0249: an invitation to a room.
  ['jabber:x:conference', true],
])
/** Elements that say nothing without another. */
const FLEETING: ReadonlySet<string> = new Set(['http://jabber.org/protocol/chatstates', SID, HINTS, 'urn:xmpp:eme:0'])

/** Whether an element is part of a conversation without any body: whoever was away reads it in history, whoever is there gets a copy. */
export function isOfConversation(ns: string, name: string): boolean {
  const known = CONVERSATION.get(ns)
  return known === true || known?.includes(name) === true
}

export function worth(message: Stanza): Worth {
  const { type, children } = message
  if (type === 'error' || type === 'groupchat' || type === 'headline') return 'nothing'
  let result: Worth = 'nothing'
  let isPassing = false
  for (const { ns, name } of children) {
    if (ns === CLIENT) {
      if (name === 'body' || name === 'subject') result = 'history'
    } else if (ns === HINTS) {
      if (name === 'no-store') return 'nothing'
      if (name === 'store') result = 'history'
      else if (name === 'no-permanent-store') isPassing = true
    } else if (result !== 'history') {
      if (isOfConversation(ns, name) || (ns === MUC_USER && isInvitation(message))) result = 'history'
      // XEP-0160 §3: all but a chat state on its own waits.
      else if (!FLEETING.has(ns)) result = 'waiting'
    }
  }
  return isPassing && result === 'history' ? 'waiting' : result
}

/** XEP-0045 §7.8.2: an invitation by way of the room. */
export function isInvitation(message: Stanza): boolean {
  const user = message.get(MucUser)
  return user !== undefined && (user.child(MUC_USER, 'invite') !== undefined || user.child(MUC_USER, 'decline') !== undefined)
}
