/** How a session ends: at once, or after waiting for its client to come back (XEP-0198 §5). */
import type { Unacked } from '../routing/session.ts'
import type { BoundSession } from './bound-session.ts'
import type { StreamContext } from './stream.ts'

type Context = Pick<StreamContext, 'host' | 'resumables'>

/** For good: routing forgets it, and modules hear of it. */
export function endSession(
  session: BoundSession,
  { host, resumables }: Context,
  isMissed: (unacked: Unacked) => boolean = () => true,
): void {
  session.detach()
  const unacked = session.unacked.filter(isMissed)
  resumables.remove(session)
  if (!host.sessions.remove(session)) return
  for (const handler of host.life.closed) {
    try {
      handler(session, unacked)
    } catch (error) {
      // The others must hear of it, and whoever ended the session, a timer perhaps, can do nothing about it.
      host.log.error({ err: error, account: session.account.bare }, 'a module made a mistake when a session ended')
    }
  }
}

/**
 * Its client closed its stream. One that reads its history finds there, when it is started again, whatever it had not acknowledged, and is
 * not sent that as well (XEP-0313 §6.1.1): mostly it has it, as few clients acknowledge before they close (XEP-0198 §4).
 */
export function closeSession(session: BoundSession, context: Context): void {
  if (!session.readsHistory) return endSession(session, context)
  session.shrink()
  endSession(session, context, ({ stanza }) => stanza !== undefined)
}

/** The line broke. The session waits if its client asked for that. */
export function loseSession(session: BoundSession, context: Context): void {
  if (session.management?.resumeId === undefined) return endSession(session, context)
  session.detach()
  context.resumables.lost(session, context.host.clock())
  for (const handler of context.host.life.lost) handler(session)
}
