/** XEP-0313 §4: a page of history goes out message by message, and then the answer that says what it was; and its first and last (§5). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import type { Metadata, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import type { Session } from '../../routing/session.ts'
import type { Archive, ArchivedMessage, ArchivePage, Localpart } from '../../storage/repositories.ts'
import { findPage, type Reader, resultOf, timeOf } from './pages.ts'
import type { Wanted } from './query.ts'

interface Audience {
  readonly session: Session
  readonly from: Reader['account']
  /** What they are told of a message. */
  readonly tell?: (message: ArchivedMessage) => ArchivedMessage
}

/** The results, before the answer that is due; with §4.3.4 in either order. */
export async function sendPage(
  archive: Pick<Archive, 'page'>,
  wanted: Wanted,
  { queryId, isFlipped }: Pick<Value<typeof QueryArchive.request>, 'queryId' | 'isFlipped'>,
  { session, from, tell }: Audience,
): Promise<ArchivePage> {
  const page = await findPage(archive, wanted)
  if (page.isNotReady)
    throw new StanzaError('resource-constraint', 'This history is still being prepared for search; search again in some minutes')
  if (!page.found) throw new StanzaError('item-not-found', 'There is no message with that id in this history')
  const reader = { account: from, device: session.jid, queryId }
  for (const message of isFlipped ? page.messages.toReversed() : page.messages)
    session.send(resultOf(tell ? tell(message) : message, reader))
  return page
}

export async function metadataOf(archive: Pick<Archive, 'bounds'>, owner: Localpart): Promise<Value<typeof Metadata>> {
  const bounds = await archive.bounds(owner)
  return { start: bounds && edgeOf(bounds.first), end: bounds && edgeOf(bounds.last) }
}

const edgeOf = ({ id }: ArchivedMessage): { id: string; timestamp: string } => ({ id: String(id), timestamp: timeOf(id) })
