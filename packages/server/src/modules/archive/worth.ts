/** Which messages are worth keeping (XEP-0313 §6.1.1, XEP-0160 §3, XEP-0334), by what is in them. */
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { HINTS } from '@plodge/xmpp/xeps/hints.ts'
import { isInvitation, kindOf } from '../../messages/kinds.ts'

/**
 * `history`: goes into the archives of both sides. `waiting`: only waits for somebody who is away. `nothing`: whoever is not there
 * misses it.
 */
export type Worth = 'history' | 'waiting' | 'nothing'

export function worth(message: Stanza): Worth {
  const { type, children } = message
  if (type === 'error' || type === 'groupchat' || type === 'headline') return 'nothing'
  let result: Worth = 'nothing'
  let isPassing = false
  for (const child of children) {
    const { ns, name } = child
    if (ns === HINTS) {
      if (name === 'no-store') return 'nothing'
      if (name === 'store') result = 'history'
      else if (name === 'no-permanent-store') isPassing = true
    } else if (result !== 'history') {
      const { kept } = kindOf(child)
      if (kept === 'history' || (ns === MUC_USER && isInvitation(message))) result = 'history'
      else if (kept === 'waiting') result = 'waiting'
    }
  }
  return isPassing && result === 'history' ? 'waiting' : result
}
