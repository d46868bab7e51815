/** XEP-0191 in rooms: nobody is whispered to, or invited, by those they block; what is said to all in a room is not for one of them to stop. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host } from '../../routing/host.ts'
import { andThen, type Now } from '../../routing/now.ts'

/** Why a message of one of these does not reach that person; undefined when it does. */
export function refusalFor(host: Host, message: Stanza, senders: readonly Jid[], to: Jid): Now<StanzaError | undefined> {
  let refusal = undefined as Now<StanzaError | undefined>
  for (const from of senders)
    for (const guard of host.messages.guard)
      refusal = andThen(
        refusal,
        before => before ?? guard(message, { from, to, origin: undefined, sender: undefined, recipient: undefined }),
      )
  return refusal
}
