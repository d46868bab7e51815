/** XEP-0500: whoever neither administers nor owns a room waits between two messages. */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Room } from './room.ts'

/** Throws StanzaError when it is too soon. Times are milliseconds since 1970. */
export function checkPace(room: Room, person: BareJid, now: number): void {
  const { slowSeconds } = room.settings
  if (slowSeconds === 0) return
  const affiliation = room.affiliationOf(person)
  if (affiliation === 'owner' || affiliation === 'admin') return
  const left = (room.pace.spokeAt(person) ?? -Infinity) + slowSeconds * 1000 - now
  if (left <= 0) return
  throw new StanzaError(
    'policy-violation',
    `This room is in slow mode: wait ${slowSeconds} seconds between two messages, ${Math.ceil(left / 1000)} more now`,
    { type: 'wait' },
  )
}
