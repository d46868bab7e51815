/** XEP-0045 §10.9: the end of a room, with another to go to. */
import type { UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { type Delivery, devicesOf, type Room } from './room.ts'
import { gone, showSelf } from './showing.ts'

/** Each hears only of their own going. */
export function destroy(room: Room, destroyed: NonNullable<UserInfo['destroy']>): readonly Delivery[] {
  const inside = [...room.occupants.values()]
  return inside.flatMap(occupant => {
    const devices = devicesOf(occupant)
    const [device] = devices
    if (!device) return []
    for (const one of devices) room.rise(occupant, one)
    const item = { affiliation: 'none', role: 'none' } as const
    return [showSelf(room, occupant, { device, presence: gone(occupant) }, { item, destroy: destroyed }, devices)]
  })
}
