/**
 * What may be in a message, and what becomes of it: the one table that history, offline delivery, copies, sleeping clients and push read.
 * A row is an element; what is in none is UNKNOWN, and nothing that somebody sends is lost for being new.
 *
 * - `kept` (modules/archive/worth.ts; XEP-0313 §6.1.1, XEP-0160 §3). `history`: in the archives of both sides. `waiting`: only until its
 *   recipient has it. `beside`: says nothing by itself, so that a message of such alone is for those who are there.
 * - `copied` (modules/carbons/eligible.ts; XEP-0280 §6.1). `always`: of any type that is copied at all. `usually`: not of a headline.
 *   `chat`: only because its type is chat.
 * - `idle` (streams/urgency.ts; XEP-0352): to a client that nobody looks at. `now`: must not wait. `waits`: with the next that must not.
 *   `read`: as `waits`, but `now` when another device of one's own says it, so that a notification goes. `newest`: replaces the one before.
 * - `wakes` (modules/push/wakes.ts; XEP-0357): a phone that sleeps. `secret`: for words that nobody but devices can read.
 */
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { raw } from '@plodge/xmpp/xeps/codec.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import { HINTS } from '@plodge/xmpp/xeps/hints.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Name } from '@plodge/xmpp/xml/element.ts'

export interface Kind {
  readonly kept: 'history' | 'waiting' | 'beside'
  readonly copied: 'always' | 'usually' | 'chat'
  readonly idle: 'now' | 'waits' | 'read' | 'newest' | 'beside'
  readonly wakes?: 'words' | 'secret' | 'call'
}

/** All elements of a namespace, or those named, with `*` for the others. */
type Row = Kind | { readonly elements: Readonly<Record<string, Kind>> }

export const EVENTS = 'http://jabber.org/protocol/pubsub#event'

export const UNKNOWN: Kind = { kept: 'waiting', copied: 'chat', idle: 'now' }
/** It is about what else is in the message. */
const BESIDE: Kind = { kept: 'beside', copied: 'chat', idle: 'beside' }
/** As BESIDE, but clients are not known to send it without what cannot wait. */
const ABOUT: Kind = { kept: 'beside', copied: 'chat', idle: 'now' }
/** It changes what was said, or is said without words. */
const CHANGE: Kind = { kept: 'history', copied: 'usually', idle: 'now' }
const WORDS: Kind = { ...CHANGE, wakes: 'words' }
const SECRET: Kind = { ...CHANGE, wakes: 'secret' }
const CONTENT: Kind = { ...CHANGE, copied: 'always' }
const ASKED: Kind = { kept: 'beside', copied: 'always', idle: 'beside' }
const ARRIVED: Kind = { kept: 'history', copied: 'always', idle: 'waits' }
const CALL: Row = { elements: { propose: { ...CONTENT, wakes: 'call' }, invite: { ...CONTENT, wakes: 'call' }, '*': CONTENT } }

export const KINDS: ReadonlyMap<string, Row> = new Map<string, Row>([
  // RFC 6121 §5.2: a subject alone is a conversation's, and no device is woken or told for it (XEP-0280 §6.1 names the body only).
  [CLIENT, { elements: { body: WORDS, subject: { kept: 'history', copied: 'chat', idle: 'now' }, thread: BESIDE, '*': UNKNOWN } }],
  // XEP-0085 §5.1: transient; of each conversation the newest.
  ['http://jabber.org/protocol/chatstates', { kept: 'beside', copied: 'always', idle: 'newest' }],
  // XEP-0184. A request is for the words that it comes with (§5.3), so that with a chat state it is as fleeting as that.
  ['urn:xmpp:receipts', { elements: { received: ARRIVED, '*': ASKED } }],
  // XEP-0333 §4: as XEP-0184.
  ['urn:xmpp:chat-markers:0', { elements: { markable: ASKED, displayed: { ...ARRIVED, idle: 'read' }, '*': ARRIVED } }],
  // XEP-0308, XEP-0424, XEP-0444, XEP-0422: whoever was away must find them.
  ['urn:xmpp:message-correct:0', CHANGE],
  ['urn:xmpp:message-retract:0', CHANGE],
  ['urn:xmpp:message-retract:1', CHANGE],
  ['urn:xmpp:reactions:0', CHANGE],
  ['urn:xmpp:fasten:0', CHANGE],
  // XEP-0461, XEP-0372, XEP-0428, XEP-0382, XEP-0393, XEP-0394, XEP-0071: about words that come with them.
  ['urn:xmpp:reply:0', ABOUT],
  ['urn:xmpp:reference:0', ABOUT],
  ['urn:xmpp:fallback:0', ABOUT],
  ['urn:xmpp:spoiler:0', ABOUT],
  ['urn:xmpp:styling:0', ABOUT],
  ['urn:xmpp:markup:0', ABOUT],
  ['http://jabber.org/protocol/xhtml-im', ABOUT],
  // XEP-0359, XEP-0334, XEP-0203, XEP-0380: how it is sent. The words that hints have are worth.ts's.
  [SID, BESIDE],
  [HINTS, BESIDE],
  [DELAY, BESIDE],
  ['urn:xmpp:eme:0', BESIDE],
  // XEP-0384, XEP-0373, XEP-0027: words that only devices can read. Key exchanges have no payload, and are needed as much.
  ['eu.siacs.conversations.axolotl', { elements: { encrypted: SECRET, '*': UNKNOWN } }],
  ['urn:xmpp:omemo:1', { elements: { encrypted: SECRET, '*': UNKNOWN } }],
  ['urn:xmpp:omemo:2', { elements: { encrypted: SECRET, '*': UNKNOWN } }],
  ['urn:xmpp:openpgp:0', { elements: { openpgp: SECRET, '*': UNKNOWN } }],
  ['jabber:x:encrypted', SECRET],
  // XEP-0353, XEP-0482: a call that was missed, or that another device has taken.
  ['urn:xmpp:jingle-message:0', CALL],
  ['urn:xmpp:call-invites:0', CALL],
  // XEP-0447, XEP-0066: a file or an address, and where it is, which may come later.
  ['urn:xmpp:sfs:0', { ...CONTENT, wakes: 'words' }],
  ['jabber:x:oob', WORDS],
  // XEP-0249: an invitation to a room.
  ['jabber:x:conference', { ...CONTENT, wakes: 'words' }],
  // XEP-0060 §7.1.2: whoever is away is told by the node when they are back; a service that says `normal` means it to wait.
  [EVENTS, UNKNOWN],
])

export function kindOf({ ns, name }: Name): Kind {
  const row = KINDS.get(ns)
  if (row === undefined) return UNKNOWN
  if (!('elements' in row)) return row
  return (Object.hasOwn(row.elements, name) ? row.elements[name] : row.elements['*']) ?? UNKNOWN
}

const MucUser = raw(MUC_USER, 'x')

/** XEP-0045 §7.8.2: an invitation by way of the room, or its answer. The element has other uses, so that its content decides. */
export function isInvitation(message: Stanza): boolean {
  const user = message.get(MucUser)
  return user !== undefined && (user.child(MUC_USER, 'invite') !== undefined || user.child(MUC_USER, 'decline') !== undefined)
}
