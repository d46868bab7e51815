/**
 * The subscription states of RFC 6121 Appendix A as pure functions on one roster row: what a request or an answer makes of it.
 * They give the same row when nothing changes. "Out" is what the owner sends, "in" is what reaches the owner.
 */
import { isSeenByOwner, seesOwner } from '../../accounts/roster.ts'
import type { RosterRow, Subscription } from '../../storage/repositories.ts'

export type SubscriptionType = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed'

const withTo = (row: RosterRow, to: boolean): Subscription => (to ? (seesOwner(row) ? 'both' : 'to') : seesOwner(row) ? 'from' : 'none')
const withFrom = (row: RosterRow, from: boolean): Subscription =>
  from ? (isSeenByOwner(row) ? 'both' : 'from') : isSeenByOwner(row) ? 'to' : 'none'

/** §A.2.1–A.2.4. */
export const OUT: Readonly<Record<SubscriptionType, (row: RosterRow) => RosterRow>> = {
  subscribe: row => (isSeenByOwner(row) || (row.ask && row.listed) ? row : { ...row, ask: true, listed: true }),
  unsubscribe: row => (isSeenByOwner(row) || row.ask ? { ...row, ask: false, subscription: withTo(row, false) } : row),
  subscribed: row => {
    if (seesOwner(row)) return row
    if (row.pendingIn !== undefined)
      return { ...row, pendingIn: undefined, approved: false, subscription: withFrom(row, true), listed: true }
    // §3.4.2: an approval before anybody asked.
    return row.approved ? row : { ...row, approved: true, listed: true }
  },
  unsubscribed: row => {
    if (!seesOwner(row) && row.pendingIn === undefined && !row.approved) return row
    return { ...row, pendingIn: undefined, approved: false, subscription: withFrom(row, false) }
  },
}

/** Whether what the owner sends goes on to the contact: only what answers or ends something (§A.2.3, §A.2.4). */
export function goesOut(type: SubscriptionType, before: RosterRow): boolean {
  if (type === 'subscribed') return before.pendingIn !== undefined
  if (type === 'unsubscribed') return before.pendingIn !== undefined || seesOwner(before)
  return true
}

export interface Reaction {
  readonly row: RosterRow
  /** The owner's devices are told. */
  readonly isDelivered: boolean
  /** The server answers for the owner. */
  readonly reply?: 'subscribed' | 'unsubscribed'
}

/** §A.3.1–A.3.4. `stanza` is the request as text, kept until it is answered. */
export function react(type: SubscriptionType, row: RosterRow, stanza: string): Reaction {
  switch (type) {
    case 'subscribe':
      if (seesOwner(row)) return { row, isDelivered: false, reply: 'subscribed' }
      if (row.approved)
        return { row: { ...row, approved: false, subscription: withFrom(row, true) }, isDelivered: false, reply: 'subscribed' }
      return { row: { ...row, pendingIn: stanza }, isDelivered: row.pendingIn === undefined }
    case 'unsubscribe':
      if (!seesOwner(row) && row.pendingIn === undefined) return { row, isDelivered: false }
      return { row: { ...row, pendingIn: undefined, subscription: withFrom(row, false) }, isDelivered: true }
    case 'subscribed':
      if (!row.ask || isSeenByOwner(row)) return { row, isDelivered: false }
      return { row: { ...row, ask: false, subscription: withTo(row, true) }, isDelivered: true }
    case 'unsubscribed':
      if (!row.ask && !isSeenByOwner(row)) return { row, isDelivered: false }
      return { row: { ...row, ask: false, subscription: withTo(row, false) }, isDelivered: true }
  }
}

/** RFC 6121 §3.1.3: only what is in the roster, not a mere request, is pushed to devices. */
export const isPushed = (before: RosterRow | undefined, after: RosterRow | undefined): boolean =>
  (before?.listed ?? false) || (after?.listed ?? false)
