/** A message that is delivered later than it was sent (XEP-0160 §2, XEP-0203). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Host } from '../../routing/host.ts'
import type { ArchivedMessage, ArchiveId } from '../../storage/repositories.ts'
import { timeOf } from '../archive/pages.ts'

/** Out of the archive; undefined when what is there is no message, which would be a mistake of whoever put it there. */
export function readArchived({ stanza }: ArchivedMessage): Stanza | undefined {
  const element = parse(stanza, CLIENT)
  const { to, from, type, id, 'xml:lang': lang } = element.attributes
  return Stanza.from(element, { to: addressOf(to), from: addressOf(from), type, id, lang })
}

const addressOf = (text: string | undefined): Jid | undefined => (text === undefined ? undefined : Jid.parse(text))

/** Says when the server got it, unless it says so already. */
export function delayed(message: Stanza, id: ArchiveId, host: Host): Stanza {
  const from = host.domain.full
  if (message.has(Delay) && message.all(Delay).some(delay => delay.from === from)) return message
  return message.plus(Delay, { from, stamp: timeOf(id), reason: '' })
}
