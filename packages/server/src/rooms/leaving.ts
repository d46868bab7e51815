/** XEP-0045 §7.14: going, by one's word or because one's stream ended. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { OccupantId, UserMark } from '@plodge/xmpp/xeps/muc.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Delivery, Room, Seat } from './room.ts'
import { gone, showOthers, showSelf, type Told } from './showing.ts'

/** Others hear that somebody went when it was the last device under that nickname. Nothing happens when the device is not inside. */
export function leave(room: Room, device: Jid, farewell?: Stanza, told: Told = {}): readonly Delivery[] {
  const occupant = room.occupantOf(device)
  if (!occupant) return []
  const last = farewell?.without(UserMark).without(OccupantId).with({ from: occupant.at, to: undefined, type: 'unavailable' })
  const seat: Seat = { device, presence: last ?? gone(occupant) }
  room.rise(occupant, device)
  // With a device that stays, that one is seen from now on.
  const left = occupant.seats.at(-1)
  // §7.14: oneself first.
  const self = showSelf(room, occupant, seat, told, [device])
  return [self, ...showOthers(room, occupant, left ?? seat, left ? {} : told)]
}
