/** XEP-0352: what may wait while nobody looks at the client, and what of it is replaced by something newer. */
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { CARBONS, Received, Sent } from '@plodge/xmpp/xeps/carbons.ts'
import { raw } from '@plodge/xmpp/xeps/codec.ts'
import type { Element, Name } from '@plodge/xmpp/xml/element.ts'
import { EVENTS, kindOf } from '../messages/kinds.ts'

const Event = raw(EVENTS, 'event')
const MucUser = raw(MUC_USER, 'x')
/** XEP-0490: read on another device, so that a notification of this one goes away. */
const DISPLAYED = 'urn:xmpp:mds:displayed:0'

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

/** Of typing notices the newest (XEP-0085). What must not wait takes what is beside it along. */
function ofConversation(children: readonly Name[], who: string, isOwn: boolean): string | undefined {
  let key: string | undefined
  for (const child of children) {
    const { idle } = kindOf(child)
    if (idle === 'newest') key ??= `state ${who}`
    else if (idle === 'waits' || (idle === 'read' && !isOwn)) key = WAITS
    else if (idle !== 'beside') return undefined
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
