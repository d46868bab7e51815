/** Which messages other devices get copies of: the rules of XEP-0280 §6.1, all of them. */
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Private } from '@plodge/xmpp/xeps/carbons.ts'
import { NoCopy } from '@plodge/xmpp/xeps/hints.ts'
import { isInvitation, kindOf } from '../../messages/kinds.ts'

export type Direction = 'sent' | 'received'

const MucUser = { ns: MUC_USER, name: 'x' }

/** Says nothing of errors: those are eligible when what they answer was. */
export function isEligible(message: Stanza, direction: Direction): boolean {
  const { type } = message
  if (type === 'groupchat' || type === 'error') return false
  if (message.has(Private) || message.has(NoCopy)) return false
  if (message.has(MucUser)) {
    if (isInvitation(message)) return true
    // The room sends what one occupant tells another to each device that is in the room.
    if (direction === 'received' && message.from?.resource) return false
  }
  if (type === 'chat') return true
  return message.children.some(child => {
    const { copied } = kindOf(child)
    return copied === 'always' || (copied === 'usually' && type !== 'headline')
  })
}
