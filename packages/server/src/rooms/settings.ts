/** What the owners of a room decide (XEP-0045 §10.2, §15.5.3). */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import type { Hat, Role } from '@plodge/xmpp/xeps/muc.ts'

export const SHOWN_ROLES = ['moderator', 'participant', 'visitor'] as const
const WHO = ['anyone', 'participants', 'moderators', 'none'] as const
export type Who = (typeof WHO)[number]

export interface RoomSettings {
  readonly name: string
  readonly description: string
  readonly language: string
  /** Undefined where none is needed. */
  readonly password: string | undefined
  readonly isPersistent: boolean
  readonly isPublic: boolean
  readonly isMembersOnly: boolean
  readonly isModerated: boolean
  readonly isArchived: boolean
  /** Nobody says anything more; what was said can be read. */
  readonly isReadOnly: boolean
  /** What people have read is kept, for owners and admins alone (XEP-0333). */
  readonly keepsMarks: boolean
  /** Who sees addresses: everybody, or moderators alone. */
  readonly whois: 'anyone' | 'moderators'
  readonly mayInvite: boolean
  readonly mayChangeSubject: boolean
  readonly privateMessages: Who
  readonly mostOccupants: number
  /** Whose presence is told to everybody (§15.5.3 presencebroadcast). */
  readonly shownRoles: readonly Role[]
  /** Who inside may ask who has which affiliation, besides those whose office it is (getmemberlist). */
  readonly listReaders: readonly Role[]
  /** Messages that newcomers are sent at most (maxhistoryfetch); the institution may allow fewer. */
  readonly mostHistory: number
  /** XEP-0500: so long people wait between two messages; 0 is not at all. */
  readonly slowSeconds: number
  /** A node of publish-subscribe that goes with the room. */
  readonly pubsub: string
  /** For how many days what is said is kept, where the institution does not keep it shorter; 0 for what is usual there. */
  readonly keepDays: number
  /** Of the picture in the room's vCard the SHA-1, in hexadecimal (XEP-0486); empty for none. */
  readonly avatar: string
  /** XEP-0317: roles that the room's people made up; and who has which, by its URI. */
  readonly hats: readonly Hat[]
  readonly wearers: readonly (readonly [BareJid, string])[]
}

/** Open to the institution, lasting, and everybody knows whom they talk to. */
export const USUAL_SETTINGS: RoomSettings = {
  name: '',
  description: '',
  language: '',
  password: undefined,
  isPersistent: true,
  isPublic: true,
  isMembersOnly: false,
  isModerated: false,
  isArchived: true,
  isReadOnly: false,
  keepsMarks: false,
  whois: 'anyone',
  mayInvite: true,
  mayChangeSubject: false,
  privateMessages: 'anyone',
  mostOccupants: 2000,
  shownRoles: SHOWN_ROLES,
  listReaders: ['moderator'],
  mostHistory: 1000,
  slowSeconds: 0,
  pubsub: '',
  keepDays: 0,
  avatar: '',
  hats: [],
  wearers: [],
}

/** As it was written as JSON; what cannot be read is as usual. */
export function readSettings(text: string): RoomSettings {
  const given = JSON.parse(text) as Readonly<Record<string, unknown>>
  const known = Object.entries(USUAL_SETTINGS).flatMap(([key, usual]) => {
    const value = given[key]
    const fits = usual === undefined ? typeof value === 'string' : typeof value === typeof usual
    return fits ? [[key, value] as const] : []
  })
  return { ...USUAL_SETTINGS, ...Object.fromEntries(known) }
}
