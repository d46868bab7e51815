/** Where a message to a room comes from. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Session } from '../../routing/session.ts'

export interface Speaker {
  readonly from: Jid
  /** The client, when it is one of ours. */
  readonly origin: Session | undefined
}
