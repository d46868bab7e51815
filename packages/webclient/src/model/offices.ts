/** What one may do to whom in a room (XEP-0045 §5.1.2, §5.2.2): only that is offered. The room itself decides; this saves people refusals. */
import type { Affiliation, Role } from '@plodge/xmpp/xeps/muc.ts'

export interface Standing {
  readonly affiliation: Affiliation
  /** `none` of somebody who is not inside. */
  readonly role: Role
}

export type Deed = { readonly kind: 'affiliation'; readonly to: Affiliation } | { readonly kind: 'role'; readonly to: Role }

export type DeedName =
  | 'kick'
  | 'ban'
  | 'unban'
  | 'grantVoice'
  | 'revokeVoice'
  | 'makeModerator'
  | 'unmakeModerator'
  | 'makeMember'
  | 'unmakeMember'
  | 'makeAdmin'
  | 'unmakeAdmin'
  | 'makeOwner'
  | 'unmakeOwner'

export const DEEDS: Readonly<Record<DeedName, Deed>> = {
  grantVoice: { kind: 'role', to: 'participant' },
  revokeVoice: { kind: 'role', to: 'visitor' },
  makeModerator: { kind: 'role', to: 'moderator' },
  unmakeModerator: { kind: 'role', to: 'participant' },
  makeMember: { kind: 'affiliation', to: 'member' },
  unmakeMember: { kind: 'affiliation', to: 'none' },
  makeAdmin: { kind: 'affiliation', to: 'admin' },
  unmakeAdmin: { kind: 'affiliation', to: 'member' },
  makeOwner: { kind: 'affiliation', to: 'owner' },
  unmakeOwner: { kind: 'affiliation', to: 'admin' },
  kick: { kind: 'role', to: 'none' },
  ban: { kind: 'affiliation', to: 'outcast' },
  unban: { kind: 'affiliation', to: 'none' },
}

const RANK: Readonly<Record<Affiliation, number>> = { outcast: 0, none: 1, member: 2, admin: 3, owner: 4 }

export interface Question {
  readonly me: Standing
  readonly them: Standing
  readonly isMyself: boolean
  /** Where nobody needs voice none is given or taken. */
  readonly isModerated: boolean
}

export const deedsFor = (asked: Question): readonly DeedName[] => (Object.keys(DEEDS) as DeedName[]).filter(name => mayDo(name, asked))

function mayDo(name: DeedName, { me, them, isMyself, isModerated }: Question): boolean {
  if (isMyself) return false
  const [mine, theirs] = [RANK[me.affiliation], RANK[them.affiliation]]
  const isAdmin = mine >= RANK.admin
  const isOwner = mine === RANK.owner
  const outranks = isOwner || (isAdmin && theirs < RANK.admin)
  const isInside = them.role !== 'none'
  const moderates = me.role === 'moderator' && isInside && theirs <= mine
  switch (name) {
    case 'kick':
      return moderates
    case 'grantVoice':
      return moderates && them.role === 'visitor'
    case 'revokeVoice':
      // §8.4: admins and owners always have it; only they take it from a moderator.
      return moderates && isModerated && them.role === 'participant' && theirs < RANK.admin
    case 'makeModerator':
      return moderates && isAdmin && them.role !== 'moderator' && theirs < RANK.admin
    case 'unmakeModerator':
      return moderates && isAdmin && them.role === 'moderator' && theirs < RANK.admin
    case 'makeMember':
      return outranks && them.affiliation === 'none'
    case 'unmakeMember':
      return outranks && them.affiliation === 'member'
    case 'makeAdmin':
      return isOwner && (them.affiliation === 'none' || them.affiliation === 'member')
    case 'unmakeAdmin':
      return isOwner && them.affiliation === 'admin'
    case 'makeOwner':
      return isOwner && theirs >= RANK.none && theirs < RANK.owner
    case 'unmakeOwner':
      return isOwner && them.affiliation === 'owner'
    case 'ban':
      return outranks && them.affiliation !== 'outcast' && theirs < RANK.owner
    case 'unban':
      return outranks && them.affiliation === 'outcast'
  }
}

/** XEP-0425: who takes back what others said. */
export const mayModerate = ({ affiliation, role }: Standing): boolean => role === 'moderator' || RANK[affiliation] >= RANK.admin

/** §8.1. */
export const maySetTopic = (me: Standing, isForParticipants: boolean): boolean =>
  me.role === 'moderator' || (isForParticipants && me.role === 'participant')

/** §7.8.2, as far as one can know from outside: whoever is inside, but in a room for members its members. */
export const mayInvite = (me: Standing, isMembersOnly: boolean): boolean =>
  me.role !== 'none' && (!isMembersOnly || RANK[me.affiliation] >= RANK.member)

export const isOffice = ({ affiliation }: Pick<Standing, 'affiliation'>): boolean => RANK[affiliation] >= RANK.admin
