/** Which messages other devices get copies of: the rules of XEP-0280 §6.1, all of them. */
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Private } from '@plodge/xmpp/xeps/carbons.ts'
import { NoCopy } from '@plodge/xmpp/xeps/hints.ts'
import { isInvitation, isOfConversation, MUC_USER } from '../archive/worth.ts'

export type Direction = 'sent' | 'received'

const MucUser = { ns: MUC_USER, name: 'x' }
/** Payloads that XEP-0280 §6.1 counts as instant messaging, whatever the type: receipts, markers, chat states, invitations, calls, files. */
const TYPICAL: ReadonlySet<string> = new Set([
  'urn:xmpp:receipts',
  'http://jabber.org/protocol/chatstates',
  'urn:xmpp:chat-markers:0',
  'jabber:x:conference',
  'urn:xmpp:jingle-message:0',
  'urn:xmpp:call-invites:0',
  'urn:xmpp:sfs:0',
])

/** Says nothing of errors: those are eligible when what they answer was. */
export function isEligible(message: Stanza, direction: Direction): boolean {
  const { type } = message
  if (type === 'groupchat' || type === 'error') return false
  if (message.has(Private) || message.has(NoCopy)) return false
  if (message.has(MucUser)) {
    if (isInvitation(message)) return true
    // The room sends what one occupant tells another to each device that is in the room.
    if (direction === 'received' && message.from?.resource) return false
  }
  if (type === 'chat') return true
  return message.children.some(
    ({ ns, name }) => TYPICAL.has(ns) || (type !== 'headline' && (isOfConversation(ns, name) || (ns === CLIENT && name === 'body'))),
  )
}
