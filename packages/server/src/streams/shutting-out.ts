/** Who may not be here any more is not: sessions, and what is just about to become one. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Session } from '../routing/session.ts'
import type { Localpart } from '../storage/repositories.ts'
import type { StreamContext } from './stream.ts'

type Parts = Pick<StreamContext, 'host' | 'streams'>
const SHUT_OUT = 'This device was shut out of the account'

export function sessionsOfPerson({ host }: Pick<Parts, 'host'>, localpart: Localpart): readonly Session[] {
  const account = Jid.of(localpart, host.domain.domain)
  return account ? host.sessions.of(account) : []
}

export function endSessionsOf(parts: Pick<Parts, 'host'>, localparts: readonly Localpart[], why: string): void {
  for (const localpart of localparts) for (const session of sessionsOfPerson(parts, localpart)) session.end('not-authorized', why)
}

/** Those that fit, of one person. */
export function shutOut(parts: Parts, localpart: Localpart, fits: (known: Pick<Session, 'client' | 'appPassword'>) => boolean): void {
  // After what this turn of the loop says: a device that shuts itself out hears that it did.
  setImmediate(() => {
    for (const session of sessionsOfPerson(parts, localpart)) if (fits(session)) session.end('not-authorized', SHUT_OUT)
    for (const stream of parts.streams) {
      const { known } = stream
      if (known?.localpart === localpart && fits(known)) stream.fail('not-authorized', SHUT_OUT)
    }
  })
}

export function endOne(session: Session): void {
  setImmediate(() => session.end('not-authorized', SHUT_OUT))
}
