/** What a device missed, out of the archive again: as it was sent, with the time when that was (XEP-0198 §5, XEP-0203). */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host } from '../../routing/host.ts'
import type { Place } from '../../routing/session.ts'
import type { Archive } from '../../storage/repositories.ts'
import { timeOf } from '../archive/pages.ts'
import { copyOf } from '../carbons/copy-of.ts'
import { delayed, readArchived } from './late.ts'

/** In the order of the places; undefined where history has lost it. Only for what the account's history had. */
export async function recall(
  archive: Pick<Archive, 'find'>,
  host: Host,
  account: Account,
  places: readonly Place[],
): Promise<readonly (Stanza | undefined)[]> {
  const messages = await archive.find(places.map(({ id }) => id))
  const found = new Map(messages.map(message => [message.id, message]))
  return places.map(({ id, copied }) => {
    const archived = found.get(id)
    const message = archived && readArchived(archived)
    if (!message) return undefined
    const stamped = host.messages.stamp(message, account, id)
    return copied ? copyOf(stamped, copied, account, timeOf(id)) : delayed(stamped, id, host)
  })
}
