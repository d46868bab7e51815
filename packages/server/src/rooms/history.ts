/** XEP-0045 §7.2.13: what was said before one came, as much of it as one wants. */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { readDateTime, writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import type { History } from '@plodge/xmpp/xeps/muc.ts'
import type { Room } from './room.ts'

const number = (text: string | undefined): number => (text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : Infinity)

/** Oldest first; the newest that fit. What cannot be read as a number counts as not said. */
export function readHistory(room: Room, wish: History | undefined, now: number): readonly Stanza[] {
  const since = wish?.since === undefined ? undefined : readDateTime(wish.since)
  const from = Math.max(since ?? -Infinity, now - number(wish?.seconds) * 1000)
  let chars = number(wish?.maxchars)
  const most = Math.min(number(wish?.maxstanzas), room.settings.mostHistory)
  const found: Stanza[] = []
  for (let index = room.history.length - 1; index >= 0 && found.length < most; index -= 1) {
    const said = room.history[index]
    if (!said || said.at < from) break
    const late = said.message.plus(Delay, { from: room.address.full, stamp: writeDateTime(said.at), reason: '' })
    // §7.2.13: the characters of whole stanzas, as the newcomer gets them.
    chars -= late.toXml().length
    if (chars < 0) break
    found.push(late)
  }
  return found.toReversed()
}
