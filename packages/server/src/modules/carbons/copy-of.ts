/** XEP-0280 §7: what a device is sent of a message that another device of the same person sent or got. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { CARBONS } from '@plodge/xmpp/xeps/carbons.ts'
import { forwardedXml } from '@plodge/xmpp/xeps/forward.ts'
import type { Direction } from './eligible.ts'

/** Without `to`: it is the same for all devices. `stamp` says when the message was sent, if that is not now (XEP-0297 §3.1). */
export function copyOf(message: Stanza, direction: Direction, owner: Account, stamp?: string): Stanza {
  const payload = `<${direction} xmlns='${CARBONS}'>${forwardedXml(message.toXml(CLIENT), stamp)}</${direction}>`
  const children = [{ ns: CARBONS, name: direction, start: 0, end: payload.length }]
  return Stanza.read('message', { from: owner, type: message.type }, payload, children)
}
