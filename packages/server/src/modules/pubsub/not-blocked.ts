/** XEP-0191 §3.3: nothing passes between a person and those they block; a notification is like presence, and nobody hears why. */
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'

/** `message` has no addressee yet. */
export function whenNotBlocked(host: Host, message: Stanza, session: Session, send: () => void): void {
  const { from } = message
  if (!from) return
  let blocked: Now<boolean> = false
  for (const guard of host.presence.guard) blocked = andThen(blocked, before => before || guard(message, from, session.jid))
  host.background(
    andThen(blocked, isBlocked => {
      if (!isBlocked) send()
    }),
    'a notification',
  )
}
