/** A stanza too many ends a session that acknowledges too slowly: whoever was sent something may be gone right after. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Host } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'

export function stillThere(host: Host, account: Account, sent: readonly Session[]): readonly Session[] {
  if (sent.length === 0) return sent
  const sessions = host.sessions.of(account)
  return sent.every(session => sessions.includes(session)) ? sent : sent.filter(session => sessions.includes(session))
}
