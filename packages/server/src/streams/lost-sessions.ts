/** Sessions whose clients are away (XEP-0198 §5): how long they wait, and what they may take in memory. Looked at once a second. */
import type { Limits } from '../settings.ts'
import type { BoundSession } from './bound-session.ts'
import type { StreamContext } from './stream.ts'
import { endSession } from './session-end.ts'

/** A line that breaks for a moment costs no reading. */
const SHRINK_AFTER_MS = 10_000
const MANY = 50

type Context = Pick<StreamContext, 'host' | 'resumables' | 'streams'>
type Bounds = Pick<Limits, 'resumeSeconds' | 'resumeSecondsMobile' | 'unackedBytesTotal'>

export function careForLost(context: Context, limits: Bounds, now: number): void {
  let bytes = 0
  for (const { session } of context.streams) bytes += session?.waitingBytes ?? 0
  for (const session of context.resumables.waiting()) {
    const away = now - (session.management?.lostAt ?? 0)
    if (away > patience(session, limits) * 1000) {
      endSession(session, context)
      continue
    }
    if (!session.isShrunk && (away > SHRINK_AFTER_MS || session.waitingCount > MANY)) session.shrink()
    bytes += session.waitingBytes
  }
  if (bytes > limits.unackedBytesTotal) giveUp(context, bytes - limits.unackedBytesTotal)
}

/** Phones sleep. */
const patience = ({ isMobile }: BoundSession, { resumeSeconds, resumeSecondsMobile }: Bounds): number =>
  isMobile ? Math.max(resumeSeconds, resumeSecondsMobile) : resumeSeconds

/** Those that were lost first; what waited for them is in the archive, and goes to the next device. */
function giveUp(context: Context, tooMuch: number): void {
  let rest = tooMuch
  let count = 0
  for (const session of context.resumables.waiting()) {
    if (rest <= 0) break
    rest -= session.waitingBytes
    count += 1
    endSession(session, context)
  }
  context.host.log.warn({ sessions: count }, 'too much waited for clients that are away: those that left first must log in anew')
}
