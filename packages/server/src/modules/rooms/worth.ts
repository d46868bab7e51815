/** What of a room's talk belongs to its history (XEP-0313 §6.1.2, XEP-0334 §4). */
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { HINTS } from '@plodge/xmpp/xeps/hints.ts'
import { kindOf } from '../../messages/kinds.ts'

const hint = (name: string) => ({ ns: HINTS, name })

export const isWorthKeeping = (message: Stanza): boolean =>
  !message.has(hint('no-store')) &&
  !message.has(hint('no-permanent-store')) &&
  (message.has(hint('store')) || message.children.some(name => kindOf(name).kept === 'history'))
