/** Keys about rooms (XEP-0045). */
import type { RoomsSettings } from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { limit, oneOf, orFalse, pattern } from './kinds.ts'

const NAMES = '^[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}._-]{0,63}$'
const bound = (name: string, otherwise: number, meaning: string): Key<number> =>
  key(`rooms.${name}`, limit, otherwise, meaning, `${name} = ${otherwise}`)

export const ROOMS: { readonly [K in keyof RoomsSettings]: Key<RoomsSettings[K]> } = {
  names: key(
    'rooms.names',
    pattern,
    NAMES,
    'What names rooms can have, before the @. The default takes letters and digits of any script.',
    `names = '${NAMES}'`,
  ),
  nicknames: key(
    'rooms.nicknames',
    oneOf('crsid', 'free'),
    'crsid',
    'What people are called in rooms: "crsid" is what stands before the @ of their address, "free" is whatever they like (XEP-0045).',
    'nicknames = "crsid"',
  ),
  mayCreate: key(
    'rooms.may_create',
    oneOf('everybody', 'operators'),
    'everybody',
    'Who may make rooms: everybody here, or operators only.',
    'may_create = "everybody"',
  ),
  perOwner: bound('per_owner', 100, 'Rooms that one person may own.'),
  perDevice: bound('per_device', 500, 'Rooms that one device may be in at the same time.'),
  occupants: bound('occupants', 5000, 'People inside one room at the same time.'),
  affiliations: bound('affiliations', 10_000, 'Owners, admins, members and banned people of one room.'),
  large: bound('large', 200, 'With more people inside, only members and moderators are seen coming and going.'),
  crowd: bound('crowd', 1000, 'With more people inside, only owners, admins and moderators are.'),
  history: bound('history', 50, 'Messages that somebody who comes in is sent at most; the rest is in the history of the room.'),
  keepDays: key<number | undefined>(
    'rooms.keep_days',
    orFalse(limit),
    false,
    'For how many days what is said in a room is kept, where its owners say nothing else; false keeps it as archive.keep_days says, which is the most in any case.',
    'keep_days = 365',
  ),
}
