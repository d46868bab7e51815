/** Where blocks hold: messages, presence and questions, both ways (XEP-0191 §3.3). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Blocked } from '@plodge/xmpp/xeps/blocking.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, isPending, andThen } from '../../routing/now.ts'
import type { BlockLists } from './block-lists.ts'

/** `out`: the sender blocks the recipient. `in`: the recipient blocks the sender. */
type Verdict = 'free' | 'out' | 'in'

export function guard(host: Host, lists: BlockLists): void {
  const verdict = (from: Jid, to: Jid): Now<Verdict> => {
    // §5: never between devices of one account.
    if (from.bare === to.bare) return 'free'
    const mine = from.local !== '' && host.isLocal(from) && lists.of(from.local)
    const theirs = to.local !== '' && host.isLocal(to) && lists.of(to.local)
    if (isPending(mine) || isPending(theirs)) {
      return Promise.all([mine, theirs]).then(([mine, theirs]) => judge(mine, theirs, from, to))
    }
    return judge(mine, theirs, from, to)
  }

  host.messages.guard.push((_, { from, to }) => {
    const found = verdict(from, to)
    if (found === 'free') return undefined
    return andThen(found, found => (found === 'out' ? outgoing() : found === 'in' ? incoming() : undefined))
  })

  // Silent: an error would tell that there is somebody. But who blocks is told why their own stanza went nowhere, if they named the address.
  host.presence.guard.push((presence, from, to) =>
    andThen(verdict(from, to), found => {
      if (found === 'out' && isAddressed(presence, to)) throw outgoing()
      return found !== 'free'
    }),
  )

  host.iqGuard.push((iq, from, to) =>
    andThen(verdict(from, to), found => {
      if (found === 'out' && (iq.type === 'get' || iq.type === 'set')) throw outgoing()
      return found !== 'free'
    }),
  )
}

interface List {
  blocks(jid: Jid): boolean
}

function judge(mine: List | false, theirs: List | false, from: Jid, to: Jid): Verdict {
  if (mine && mine.blocks(to)) return 'out'
  return theirs && theirs.blocks(from) ? 'in' : 'free'
}

/** Presence that a client sent to that very address, not a copy of its broadcast. */
const isAddressed = (presence: Stanza, to: Jid): boolean => presence.to?.bare === to.bare && presence.type !== 'error'

const outgoing = (): StanzaError =>
  new StanzaError('not-acceptable', 'You have blocked that address; unblock it first', { type: 'cancel', detail: Blocked() })

const incoming = (): StanzaError =>
  new StanzaError('service-unavailable', 'There is nobody of that address here, or they cannot be reached now')
