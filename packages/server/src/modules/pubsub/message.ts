/** A notification as a message (XEP-0060 §7.1.2, §12): still without an addressee. */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { type PubsubEvent, PubsubEvent as Event } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Node } from '../../pubsub/node.ts'
import type { Place, TellMore } from '../../pubsub/place.ts'

const ADDRESSES = 'http://jabber.org/protocol/address'

export function messageOf(place: Place, { config }: Node, event: PubsubEvent, { publisher, at }: TellMore): Stanza {
  const { notificationType: type, itemReply } = config
  const parts = [Event.write(event)]
  if (itemReply === 'publisher' && publisher)
    parts.push(new Element(ADDRESSES, 'addresses', {}, [new Element(ADDRESSES, 'address', { type: 'replyto', jid: publisher.full })]))
  if (at !== undefined) parts.push(Delay.write({ from: undefined, stamp: writeDateTime(at), reason: '' }))
  return Stanza.of('message', { from: place.address, type: type === 'normal' ? undefined : type }, parts)
}

/** A form for an owner to fill in (§8.6). */
export const formMessage = (place: Place, form: DataForm): Stanza => Stanza.of('message', { from: place.address }, [DataForm.write(form)])
