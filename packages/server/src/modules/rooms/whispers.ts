/**
 * What one occupant says to another alone (XEP-0045 §7.5). It passes the messages' pipeline once for each side, so that each has it in their
 * own history under the addresses that they know (XEP-0313 §6.1.1), and one's other devices in the room get copies (XEP-0280 §6.1). The
 * history of the room has none of it.
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { UserMark } from '@plodge/xmpp/xeps/muc.ts'
import { type Delivery, devicesOf, type Room } from '../../rooms/room.ts'
import { whisper } from '../../rooms/speech.ts'
import type { Host } from '../../routing/host.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Passage } from '../../routing/pipeline.ts'
import type { Session } from '../../routing/session.ts'
import { refusalFor } from './blocks.ts'
import type { Open } from './directory.ts'
import type { Speaker } from './speaker.ts'

/** Throws StanzaError to refuse. */
export function passWhisper(host: Host, open: Open, message: Stanza, speaker: Speaker): Now<void> {
  const { room, voice } = open
  const { from } = speaker
  const delivery = whisper(room, message, from)
  const [listener] = delivery.to
  const { from: occupant } = delivery.stanza
  if (!listener || !occupant) return undefined
  // Where addresses are not shown, whose whispers a block ends would tell whose they are.
  const senders = room.settings.whois === 'anyone' ? [from, occupant] : [occupant]
  const refused = andThen(refusalFor(host, delivery.stanza, senders, listener), refusal => {
    if (refusal) throw refusal
    if (message.type !== 'error') return toBoth(host, open, message, speaker, listener)
    voice.say([delivery])
    return undefined
  })
  return andThen(refused, refusal => {
    if (refusal) throw refusal
  })
}

/** First the history of whoever said it. Gives why it did not arrive. */
function toBoth(host: Host, open: Open, message: Stanza, { from, origin }: Speaker, listener: Jid): Now<StanzaError | undefined> {
  const { to } = message
  if (!to) return undefined
  // XEP-0313 §6.1.1: what somebody says to themselves is in their history once, and all their devices hear it.
  const sender = host.isLocal(from) && listener.bare !== from.bare ? from.account : undefined
  const passage: Passage = { from, to, origin, sender, recipient: undefined }
  // §7.5: so that whoever reads it later knows it for what it is.
  const said = message.without(UserMark).plus(UserMark, undefined).with({ from, to })
  return host.messages.run(said, passage, rewritten =>
    andThen(toListener(host, open, whisper(open.room, rewritten, from)), refusal => ({
      reached: [],
      refusal,
      copiesFor: sessionsOf(host, devicesIn(open.room, from)),
    })),
  )
}

const devicesIn = (room: Room, device: Jid): readonly Jid[] => {
  const occupant = room.occupantOf(device)
  return occupant ? devicesOf(occupant) : []
}
const sessionsOf = (host: Host, devices: readonly Jid[]): readonly Session[] => devices.flatMap(device => host.sessions.at(device) ?? [])

/** To all their devices in the room, of which none gets a copy besides. */
function toListener(host: Host, { voice }: Open, { stanza, to }: Delivery): Now<StanzaError | undefined> {
  const [device] = to
  const { from } = stanza
  if (!device || !from) return undefined
  const recipient = host.isLocal(device) ? device.account : undefined
  const passage: Passage = { from, to: device.account, origin: undefined, sender: undefined, recipient }
  return host.messages.run(stanza.with({ to: device.account }), passage, (message, _, mark) => {
    const stamped = recipient && mark !== undefined ? host.messages.stamp(message, recipient, mark) : message
    voice.say([{ stanza: stamped, to, mark }])
    return { reached: sessionsOf(host, to) }
  })
}
