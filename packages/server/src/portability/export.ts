/** An account as XEP-0227 (1.1) writes it, piece by piece: nothing of it is in memory longer than it takes to write it down. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { BLOCKING, BlockList } from '@plodge/xmpp/xeps/blocking.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import { forwardedXml } from '@plodge/xmpp/xeps/forward.ts'
import { MAM } from '@plodge/xmpp/xeps/mam.ts'
import { PRIVATE } from '@plodge/xmpp/xeps/private-storage.ts'
import { ROSTER } from '@plodge/xmpp/xeps/roster.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import type { AccountRecord, ArchivedMessage, ArchiveId, RosterRow, Store, Verifier } from '../storage/repositories.ts'
import { exportedNodes, oldBookmarks } from './export-nodes.ts'
import { EXTRAS, PIE, PIE_MAM, PIE_SCRAM, PRIVACY } from './names.ts'

export type ExportedStore = Pick<Store, 'rosters' | 'documents' | 'nodes' | 'archive'>

const A_PAGE = 200

/** A whole file with one account in it. */
export async function* exported(store: ExportedStore, record: AccountRecord, address: Account): AsyncGenerator<string> {
  const { localpart, name, verifiers } = record
  yield `<?xml version='1.0' encoding='UTF-8'?>\n<server-data xmlns='${PIE}'>\n`
  const title = name === undefined ? '' : ` xmlns:plodge='${EXTRAS}' plodge:title='${escapeAttribute(name)}'`
  yield `<host jid='${escapeAttribute(address.domain)}'>\n<user name='${escapeAttribute(localpart)}'${title}>\n`
  for (const verifier of verifiers) yield line(credentials(verifier))
  yield* contacts(store, localpart)
  yield* documents(store, localpart)
  yield* exportedNodes(store, address)
  yield* history(store, localpart)
  yield* waiting(store, address)
  yield '</user>\n</host>\n</server-data>\n'
}

const line = (element: Element): string => `${element.toString(PIE)}\n`

/** §4.3. */
const credentials = ({ mechanism, iterations, salt, serverKey, storedKey }: Verifier): Element => {
  const part = (name: string, text: string): Element => new Element(PIE_SCRAM, name, {}, [text])
  return new Element(PIE_SCRAM, 'scram-credentials', { mechanism }, [
    part('iter-count', String(iterations)),
    part('salt', salt),
    part('server-key', serverKey),
    part('stored-key', storedKey),
  ])
}

/** §4.4, and §4.9 for who asks. */
async function* contacts({ rosters }: ExportedStore, localpart: string): AsyncGenerator<string> {
  const { rows } = await rosters.load(localpart)
  yield `<query xmlns='${ROSTER}'>\n`
  for (const row of rows) if (row.listed || row.approved) yield `${contact(row).toString(ROSTER)}\n`
  yield '</query>\n'
  for (const { pendingIn } of rows) if (pendingIn !== undefined) yield `${pendingIn}\n`
}

const contact = ({ contact: jid, name, subscription, ask, approved, listed, groups }: RosterRow): Element =>
  new Element(
    ROSTER,
    'item',
    {
      jid,
      ...(name !== undefined && { name }),
      subscription,
      ...(ask && { ask: 'subscribe' }),
      ...(approved && { approved: 'true' }),
      // Approved before it was asked for (RFC 6121 §3.4), and in no list.
      ...(!listed && { [`{${EXTRAS}}listed`]: 'false' }),
    },
    groups.map(group => new Element(ROSTER, 'group', {}, [group])),
  )

/** §4.6, §4.7; and what XEP-0227 has no place for: whom they block, and what they want kept. */
async function* documents(store: ExportedStore, localpart: string): AsyncGenerator<string> {
  const get = (kind: string): Promise<string | undefined> => store.documents.get(localpart, kind, '')
  const card = await get('vcard')
  if (card !== undefined) yield `${card}\n`
  const kept = await store.documents.list(localpart, 'private')
  const bookmarks = await oldBookmarks(store, localpart)
  if (kept.size > 0 || bookmarks) {
    yield `<query xmlns='${PRIVATE}'>\n`
    for (const text of kept.values()) yield `${text}\n`
    if (bookmarks) yield `${bookmarks.toString(PRIVATE)}\n`
    yield '</query>\n'
  }
  const blocked = (await get('block-list'))?.split('\n') ?? []
  if (blocked.length > 0) {
    yield line(BlockList.write({ items: blocked.map(jid => ({ jid })) }))
    yield line(privacyList(blocked))
  }
  const preferences = await get('archive-preferences')
  if (preferences !== undefined) yield `${preferences}\n`
}

/** §4.8: the same for servers that know nothing else. */
function privacyList(blocked: readonly string[]): Element {
  const part = (name: string, attributes: Readonly<Record<string, string>>, children: readonly Element[] = []): Element =>
    new Element(PRIVACY, name, attributes, children)
  const items = blocked.map((value, at) => part('item', { type: 'jid', value, action: 'deny', order: String(at + 1) }))
  return part('query', {}, [
    part('default', { name: BLOCKING }),
    part('list', { name: BLOCKING }, [...items, part('item', { action: 'allow', order: String(blocked.length + 1) })]),
  ])
}

const timeOf = (id: ArchiveId): string => writeDateTime(Math.floor(id / 1000))

/** §4.11. */
async function* history(store: ExportedStore, localpart: string): AsyncGenerator<string> {
  let isEmpty = true
  for await (const { id, stanza } of historyOf(store, localpart)) {
    if (isEmpty) yield `<archive xmlns='${PIE_MAM}'>\n`
    isEmpty = false
    yield `<result xmlns='${MAM}' id='${id}'>${forwardedXml(stanza, timeOf(id))}</result>\n`
  }
  if (!isEmpty) yield '</archive>\n'
}

/** Oldest first. */
export async function* historyOf({ archive }: Pick<Store, 'archive'>, owner: string): AsyncGenerator<ArchivedMessage> {
  let after: ArchiveId | undefined
  for (;;) {
    const { messages, complete } = await archive.page({ owner, after, max: A_PAGE })
    yield* messages
    after = messages.at(-1)?.id
    if (complete || after === undefined) return
  }
}

/** §4.5. Those that history has too say what it calls them. */
async function* waiting({ archive }: ExportedStore, { local, bare, domain }: Account): AsyncGenerator<string> {
  let after = await archive.deliveryMark(local)
  yield '<offline-messages>\n'
  for (;;) {
    const messages = await archive.undelivered(local, after, A_PAGE)
    for (const { id, stanza } of messages) {
      const delay = `<delay xmlns='${DELAY}' from='${escapeAttribute(domain)}' stamp='${timeOf(id)}'/>`
      const known = `<stanza-id xmlns='${SID}' id='${id}' by='${escapeAttribute(bare)}'/>`
      const isEmpty = stanza.endsWith('/>') && !stanza.endsWith('</message>')
      yield isEmpty
        ? `${stanza.slice(0, -2)}>${delay}${known}</message>\n`
        : `${stanza.slice(0, stanza.lastIndexOf('</'))}${delay}${known}</message>\n`
    }
    const last = messages.at(-1)
    if (!last || messages.length < A_PAGE) break
    after = last.id
  }
  yield '</offline-messages>\n'
}
