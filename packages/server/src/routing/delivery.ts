/**
 * Where a message goes within an account: RFC 6121 §8.5, as Table 1 of §8.5.4 has it.
 *
 * | to             | nobody reachable            | somebody reachable                           |
 * |----------------|-----------------------------|----------------------------------------------|
 * | bare           | normal, chat: kept offline  | normal, chat: to the most available devices  |
 * |                | groupchat: refused          | headline: to every reachable device          |
 * |                | headline, error: dropped    | groupchat: refused; error: dropped           |
 * | full, is there | delivered, whatever it is   | delivered, whatever it is                    |
 * | full, is not   | chat: as to the bare        | chat: as to the bare                         |
 * |                | normal, groupchat: refused; headline, error: dropped                       |||
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type Session, isReachable } from './session.ts'
import type { Sessions } from './sessions.ts'

export type MessageType = 'normal' | 'chat' | 'groupchat' | 'headline' | 'error'

export type Destination =
  | { readonly kind: 'sessions'; readonly sessions: readonly Session[] }
  /** Nobody is reachable; it waits if it was kept, and is refused otherwise (RFC 6121 §8.5.2.2.1). */
  | { readonly kind: 'offline' }
  | { readonly kind: 'refused'; readonly error: StanzaError }
  | { readonly kind: 'dropped' }

const DROPPED: Destination = { kind: 'dropped' }
const OFFLINE: Destination = { kind: 'offline' }

/** RFC 6121 §5.2.2: a type that nobody knows counts as normal. */
export function messageType(message: Stanza): MessageType {
  const { type } = message
  return type === 'chat' || type === 'groupchat' || type === 'headline' || type === 'error' ? type : 'normal'
}

export function destination(sessions: Sessions, to: Jid, type: MessageType): Destination {
  if (to.resource !== '') {
    const session = sessions.at(to)
    if (session) return { kind: 'sessions', sessions: [session] }
    if (type === 'headline' || type === 'error') return DROPPED
    if (type !== 'chat') return refused('That device is not connected')
  }
  if (type === 'error') return DROPPED
  if (type === 'groupchat') return refused('This is a person, not a room')
  const reachable = sessions.of(to).filter(isReachable)
  if (reachable.length === 0) return type === 'headline' ? DROPPED : OFFLINE
  return { kind: 'sessions', sessions: type === 'headline' ? reachable : mostAvailable(reachable) }
}

/**
 * RFC 6121 §8.5.2.1.1 leaves "most available" to us: all devices that share the highest priority, so that nobody misses a message for
 * having left another client running. Others get copies if they asked for them (XEP-0280).
 */
function mostAvailable(reachable: readonly Session[]): readonly Session[] {
  if (reachable.length === 1) return reachable
  const highest = Math.max(...reachable.map(({ priority }) => priority))
  return reachable.filter(({ priority }) => priority === highest)
}

function refused(text: string): Destination {
  return { kind: 'refused', error: new StanzaError('service-unavailable', text) }
}
