/** XEP-0352: what may wait while nobody looks at the client, and what of it is replaced by something newer. */
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { CARBONS, Received, Sent } from '@plodge/xmpp/xeps/carbons.ts'
import { raw } from '@plodge/xmpp/xeps/codec.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import { HINTS } from '@plodge/xmpp/xeps/hints.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Element, Name } from '@plodge/xmpp/xml/element.ts'

const STATES = 'http://jabber.org/protocol/chatstates'
const MARKERS = 'urn:xmpp:chat-markers:0'
const RECEIPTS = 'urn:xmpp:receipts'
const EVENTS = 'http://jabber.org/protocol/pubsub#event'
const Event = raw(EVENTS, 'event')
const MUC_USER = 'http://jabber.org/protocol/muc#user'
const MucUser = raw(MUC_USER, 'x')
/** XEP-0490: read on another device, so that a notification of this one goes away. */
const DISPLAYED = 'urn:xmpp:mds:displayed:0'
/** They say nothing without another. */
const BESIDE: ReadonlySet<string> = new Set([HINTS, SID, DELAY])

/** What waits and is replaced by nothing. */
export const WAITS = ''

/** Undefined when it must not wait; else the key of what it replaces, or WAITS. */
export function whatWaits(stanza: Stanza): string | undefined {
  if (stanza.kind === 'presence') return ofPresence(stanza)
  return stanza.kind === 'message' && stanza.type !== 'error' ? ofMessage(stanza) : undefined
}

/** The newest of each device or occupant. Requests, errors, and what a room says of oneself (XEP-0045 §7.2.2) do not wait. */
function ofPresence(presence: Stanza): string | undefined {
  const { type, from } = presence
  if ((type !== undefined && type !== 'unavailable') || !from) return undefined
  const user = presence.get(MucUser)
  if (user?.childrenNamed(MUC_USER, 'status').some(({ attributes }) => attributes['code'] === '110')) return undefined
  return `presence ${from.full}`
}

function ofMessage(message: Stanza): string | undefined {
  const from = message.from?.full ?? ''
  if (message.has(Event)) return ofEvent(message, from)
  if (!message.hasNamespace(CARBONS)) return ofConversation(message.children, from, false)
  const sent = message.get(Sent)
  const copied = (sent ?? message.get(Received))?.forwarded.message
  if (!copied) return undefined
  const { to, from: author } = copied.attributes
  return ofConversation(copied.elements, `${author ?? ''} ${to ?? ''}`, sent !== undefined)
}

/** XEP-0085: of typing notices the newest. Receipts and markers wait, but for what was read on another device of one's own. */
function ofConversation(children: readonly Name[], who: string, isOwn: boolean): string | undefined {
  let key: string | undefined
  for (const { ns, name } of children) {
    if (ns === STATES) key ??= `state ${who}`
    else if ((ns === RECEIPTS && name === 'received') || (ns === MARKERS && name !== 'markable' && !(isOwn && name === 'displayed')))
      key = WAITS
    else if (!BESIDE.has(ns) && !(ns === CLIENT && name === 'thread')) return undefined
  }
  return key
}

/** XEP-0163: the newest of each item; what is taken away does not wait, lest it be shown again. */
function ofEvent(message: Stanza, from: string): string | undefined {
  if (message.children.some(({ ns }) => ns === CLIENT)) return undefined
  const [list, ...more] = message.get(Event)?.elements ?? []
  const node = list?.attributes['node']
  if (!list || more.length > 0 || list.name !== 'items' || node === undefined || node === DISPLAYED) return undefined
  const [item, ...others] = list.elements
  if (!item || others.length > 0 || item.name !== 'item') return undefined
  return `event ${from} ${node} ${idOf(item)}`
}

const idOf = ({ attributes }: Element): string => attributes['id'] ?? ''
