/**
 * All that a person has here as a zip that they can read: pages and texts of their conversations, contacts, files, and the whole account once
 * more for other servers (XEP-0227), without what proves the password. Made while it is taken: two passes over the history, and a page of it
 * in memory.
 */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { AccountRecord, ArchiveId, Store } from '../storage/repositories.ts'
import { exported, historyOf } from './export.ts'
import { html, link, PAGE_END, pageHead, table } from './html.ts'
import { dayOf, readSaid, type Said, saidAsHtml, saidAsText } from './said.ts'
import { type ZipEntry, zipped } from './zip.ts'

export interface OwnFile {
  readonly name: string
  readonly type: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly content: () => AsyncIterable<Uint8Array>
}

export interface ReadableNeeds {
  readonly store: Pick<Store, 'rosters' | 'documents' | 'nodes' | 'archive'>
  readonly record: AccountRecord
  readonly address: Account
  /** What they uploaded, newest first. */
  readonly files: AsyncIterable<OwnFile>
  readonly now: number
}

interface Conversation {
  readonly peer: string
  /** In the zip. */
  readonly folder: string
  /** By year. */
  readonly years: Map<number, number>
}

/** What more people than this said is in account.xml alone. */
const MOST_CONVERSATIONS = 10_000
const A_PAGE = 200

export const readable = (needs: ReadableNeeds): AsyncGenerator<Buffer> => zipped(entriesOf(needs))

async function* entriesOf(needs: ReadableNeeds): AsyncGenerator<ZipEntry> {
  const { store, record, address, now } = needs
  const page = (name: string, content: AsyncIterable<string>): ZipEntry => ({ name, time: now, isCompressed: true, content })
  const conversations = await conversationsOf(needs)
  for (const { peer, folder, years } of conversations) {
    for (const year of years.keys()) {
      yield page(`${folder}/${year}.html`, asHtml(needs, peer, year))
      yield page(`${folder}/${year}.txt`, asText(needs, peer, year))
    }
  }
  const files: { readonly name: string; readonly size: number; readonly path: string; readonly createdAt: number }[] = []
  for await (const { name, type, size, createdAt, content } of needs.files) {
    const path = `files/${String(files.length + 1).padStart(4, '0')} ${inFolder(name)}`
    files.push({ name, size, path, createdAt })
    yield { name: path, time: createdAt, isCompressed: /^text\/|json|xml/.test(type), content: content() }
  }
  // Without what proves the password: whoever has this can read, and no more.
  yield page('account.xml', exported(store, { ...record, verifiers: [] }, address))
  yield page('contacts.html', contacts(needs))
  yield page('index.html', index(needs, conversations, files))
}

/** A name that every system takes, and that leads nowhere else. */
const inFolder = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N} @._+-]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120)

/** The first pass: who there is, in which years. */
async function conversationsOf({ store, address }: ReadableNeeds): Promise<readonly Conversation[]> {
  const found = new Map<string, Map<number, number>>()
  for await (const message of historyOf(store, address.local)) {
    const head = parse(`${message.stanza.slice(0, endOfTag(message.stanza)).replace(/\/$/, '')}/>`, CLIENT)
    const [from, to] = [head.attributes['from'], head.attributes['to']].map(text => Jid.parse(text ?? '')?.bare ?? address.bare)
    const peer = (from === address.bare ? to : from) ?? address.bare
    const years = found.get(peer) ?? new Map<number, number>()
    if (!found.has(peer) && found.size >= MOST_CONVERSATIONS) continue
    found.set(peer, years)
    const year = yearOf(message.id)
    years.set(year, (years.get(year) ?? 0) + 1)
  }
  return [...found]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([peer, years], at) => ({
      peer,
      folder: `conversations/${String(at + 1).padStart(4, '0')} ${inFolder(peer)}`,
      years,
    }))
}

/** Our own writer escapes every `>` in attributes. */
const endOfTag = (stanza: string): number => stanza.indexOf('>')
const yearOf = (id: ArchiveId): number => new Date(Math.floor(id / 1000)).getUTCFullYear()

async function* saidIn({ store, address }: ReadableNeeds, peer: string, year: number): AsyncGenerator<Said> {
  const span = { start: Date.UTC(year, 0, 1), end: Date.UTC(year + 1, 0, 1) - 1 }
  let after: ArchiveId | undefined
  for (;;) {
    const { messages, complete } = await store.archive.page({ owner: address.local, peer, ...span, after, max: A_PAGE })
    for (const message of messages) {
      const said = readSaid(message, address.bare)
      if (said) yield said
    }
    after = messages.at(-1)?.id
    if (complete || after === undefined) return
  }
}

async function* asHtml(needs: ReadableNeeds, peer: string, year: number): AsyncGenerator<string> {
  yield `${pageHead(`${peer}, ${year}`)}<p class="dim">Times are UTC. <a href="../../index.html">All conversations</a></p>\n`
  let day = ''
  for await (const said of saidIn(needs, peer, year)) {
    if (dayOf(said.time) !== day) yield `<h2 class="day">${(day = dayOf(said.time))}</h2>\n`
    yield saidAsHtml(said)
  }
  yield PAGE_END
}

async function* asText(needs: ReadableNeeds, peer: string, year: number): AsyncGenerator<string> {
  for await (const said of saidIn(needs, peer, year)) yield saidAsText(said)
}

async function* contacts({ store, address }: ReadableNeeds): AsyncGenerator<string> {
  yield `${pageHead('Contacts')}<p class="dim"><a href="index.html">Back</a></p>\n`
  const { rows } = await store.rosters.load(address.local)
  const sees = { none: 'neither', to: 'you see them', from: 'they see you', both: 'both' }
  const known = rows
    .filter(({ listed }) => listed)
    .map(({ contact, name, groups, subscription }) => [contact, name ?? '', groups.join(', '), sees[subscription]].map(html))
  yield table(['Address', 'Name', 'Groups', 'Who sees whose presence'], known)
  const asking = rows.flatMap(({ contact, pendingIn }) => (pendingIn === undefined ? [] : [[html(contact)]]))
  if (asking.length > 0) yield `<h2>They asked to be contacts</h2>\n${table(['Address'], asking)}`
  const blocked = (await store.documents.get(address.local, 'block-list', ''))?.split('\n') ?? []
  if (blocked.length > 0)
    yield `<h2>Blocked</h2>\n${table(
      ['Address'],
      blocked.map(one => [html(one)]),
    )}`
  yield PAGE_END
}

async function* index(
  needs: ReadableNeeds,
  conversations: readonly Conversation[],
  files: readonly { readonly name: string; readonly size: number; readonly path: string; readonly createdAt: number }[],
): AsyncGenerator<string> {
  const { record, address, now, store } = needs
  yield pageHead(record.name ?? address.bare)
  yield `<p>${html(address.bare)}, as it was on ${new Date(now).toISOString().slice(0, 16).replace('T', ' at ')} UTC.</p>\n`
  const card = await store.documents.get(address.local, 'vcard', '')
  const name = card === undefined ? undefined : parse(card).child(VCARD, 'FN')?.text
  if (name !== undefined && name !== record.name) yield `<p>Your card says ${html(name)}.</p>\n`
  yield `<p>${link('contacts.html', 'Contacts')} · ${link('account.xml', 'account.xml')}: all of it in a form that other chat servers read</p>\n`
  yield '<h2>Conversations</h2>\n'
  yield table(
    ['With', 'Years', 'Messages'],
    conversations.map(({ peer, folder, years }) => [
      html(peer),
      [...years.keys()]
        .map(year => `${link(`${folder}/${year}.html`, String(year))} (${link(`${folder}/${year}.txt`, 'text')})`)
        .join(', '),
      String([...years.values()].reduce((sum, count) => sum + count, 0)),
    ]),
  )
  if (files.length > 0) yield '<h2>Files that you sent</h2>\n'
  if (files.length > 0)
    yield table(
      ['Name', 'Bytes', 'Sent'],
      files.map(file => [link(file.path, file.name), String(file.size), dayOf(file.createdAt)]),
    )
  yield PAGE_END
}
