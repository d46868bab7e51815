/** How a session ends: at once, or after waiting for its client to come back (XEP-0198 §5). */
import type { BoundSession } from './bound-session.ts'
import type { StreamContext } from './stream.ts'

/** For good: routing forgets it, and modules hear of it. */
export function endSession(session: BoundSession, { host, resumables }: Pick<StreamContext, 'host' | 'resumables'>): void {
  session.detach()
  const { unacked } = session
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

/** The line broke. The session waits if its client asked for that. */
export function loseSession(session: BoundSession, context: Pick<StreamContext, 'host' | 'resumables'>): void {
  if (session.management?.resumeId === undefined) return endSession(session, context)
  session.detach()
  context.resumables.lost(session, context.host.clock())
  for (const handler of context.host.life.lost) handler(session)
}
