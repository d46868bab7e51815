/** The archive of messages in memory, for tests: the contract of `storage/repositories.ts` and nothing more. */
import type {
  Archive,
  ArchiveEntry,
  ArchivePage,
  ArchivePageQuery,
  ArchivedMessage,
  ArchiveId,
  Localpart,
  RestoredMessage,
  Retraction,
} from '@plodge/server/storage/repositories.ts'
import { tombstoneOf } from '@plodge/server/messages/tombstone.ts'
import { searchableText } from '@plodge/server/search/searchable.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { hasPhrases, wordsOf } from '@plodge/server/search/words.ts'

interface Kept extends ArchiveEntry, Omit<ArchivedMessage, 'peer'> {}

export class MemoryArchive implements Archive {
  readonly #clock: () => number
  #entries: readonly Kept[] = []
  readonly #marks = new Map<Localpart, ArchiveId>()
  #last: ArchiveId = 0
  #committing: Promise<void> | undefined

  constructor(clock: () => number) {
    this.#clock = clock
  }

  append(stanza: string, entries: readonly ArchiveEntry[]): ArchiveId {
    const id = Math.max(this.#last + 1, this.#clock() * 1000)
    this.#last = id
    this.#entries = [...this.#entries, ...entries.map(entry => ({ ...entry, id, stanza }))]
    // As with a disk: what was appended is kept a little later.
    this.#committing ??= this.#commit()
    return id
  }

  async #commit(): Promise<void> {
    await Promise.resolve()
    this.#committing = undefined
  }

  committed(): Promise<void> | undefined {
    return this.#committing
  }

  async page(query: ArchivePageQuery): Promise<ArchivePage> {
    const own = this.#history(query.owner)
    const ids = new Set(own.map(({ id }) => id))
    const named = [query.afterId, query.beforeId, query.after, query.before === 'last' ? undefined : query.before, ...(query.ids ?? [])]
    if (named.some(id => id !== undefined && !ids.has(id))) return { messages: [], complete: false, count: undefined, found: false }
    const matching = own.filter(entry => matches(entry, query))
    const { after, before } = query
    const rest = matching.filter(
      ({ id }) => (after === undefined || id > after) && (before === undefined || before === 'last' || id < before),
    )
    const page = before === undefined ? rest.slice(0, query.max) : rest.slice(Math.max(0, rest.length - query.max))
    const messages = page.map(kept => (query.tellsPeers ? { ...toMessage(kept), peer: kept.peer } : toMessage(kept)))
    return { messages, complete: page.length === rest.length, count: matching.length, found: true }
  }

  async bounds(owner: Localpart): Promise<{ readonly first: ArchivedMessage; readonly last: ArchivedMessage } | undefined> {
    const own = this.#history(owner)
    const [first] = own
    const last = own.at(-1)
    return first && last && { first: toMessage(first), last: toMessage(last) }
  }

  async undelivered(owner: Localpart, after: ArchiveId, limit: number): Promise<readonly ArchivedMessage[]> {
    return this.#entries
      .filter(entry => entry.owner === owner && entry.direction === 'received' && entry.id > after)
      .slice(0, limit)
      .map(toMessage)
  }

  async find(ids: readonly ArchiveId[]): Promise<readonly ArchivedMessage[]> {
    const wanted = new Set(ids)
    return [...new Map(this.#entries.filter(({ id }) => wanted.has(id)).map(entry => [entry.id, toMessage(entry)])).values()]
  }

  async retract({ owner, peer, author, messageId, at, called }: Retraction): Promise<void> {
    const meant = new Set([messageId])
    const signs = { author, by: called, stamp: writeDateTime(Math.floor(at / 1000)) }
    for (const { id, stanza } of this.#history(owner)
      .filter(entry => entry.peer === peer && entry.id < at)
      .toReversed()) {
      const tombstone = tombstoneOf(stanza, meant, signs)
      if (!tombstone) continue
      this.#entries = this.#entries.map(entry => (entry.id === id ? { ...entry, stanza: tombstone.text } : entry))
      if (tombstone.replaces === undefined) break
      meant.add(tombstone.replaces)
    }
  }

  async rewrite(owner: Localpart, id: ArchiveId, stanza: string): Promise<void> {
    const isOwned = this.#entries.some(entry => entry.id === id && entry.owner === owner)
    if (isOwned) this.#entries = this.#entries.map(entry => (entry.id === id ? { ...entry, stanza } : entry))
  }

  async restore(owner: Localpart, messages: readonly RestoredMessage[]): Promise<number> {
    let restored = 0
    for (const message of messages) {
      const has = (id: ArchiveId): Kept[] => this.#entries.filter(entry => entry.id === id)
      let { id } = message
      while (has(id).some(({ stanza }) => stanza !== message.stanza)) id += 1
      if (has(id).some(entry => entry.owner === owner)) continue
      restored += 1
      this.#last = Math.max(this.#last, id)
      this.#entries = [...this.#entries, { ...message, owner, id }].sort((one, other) => one.id - other.id)
    }
    return restored
  }

  async deliveryMark(owner: Localpart): Promise<ArchiveId> {
    return this.#marks.get(owner) ?? 0
  }

  async setDeliveryMarks(marks: ReadonlyMap<Localpart, ArchiveId>): Promise<void> {
    for (const [owner, mark] of marks) this.#marks.set(owner, Math.max(mark, this.#marks.get(owner) ?? 0))
    this.#entries = this.#entries.filter(({ kept, owner, id }) => kept || id > (this.#marks.get(owner) ?? 0))
  }

  async expire(before: number, owner?: Localpart): Promise<number> {
    const rest = this.#entries.filter(entry => entry.id >= before * 1000 || (owner !== undefined && entry.owner !== owner))
    const ids = (entries: readonly Kept[]): number => new Set(entries.map(({ id }) => id)).size
    const gone = owner === undefined ? ids(this.#entries) - ids(rest) : this.#entries.length - rest.length
    this.#entries = rest
    return gone
  }

  /** Forgets what an account owns. */
  remove(owner: Localpart): void {
    this.#entries = this.#entries.filter(entry => entry.owner !== owner)
    this.#marks.delete(owner)
  }

  #history(owner: Localpart): readonly Kept[] {
    return this.#entries.filter(entry => entry.owner === owner && entry.kept)
  }
}

function matches({ id, peer, stanza }: Kept, query: ArchivePageQuery): boolean {
  const time = id / 1000
  if (query.peer !== undefined && peer !== query.peer) return false
  if (query.start !== undefined && time < query.start) return false
  if (query.end !== undefined && Math.floor(time) > query.end) return false
  if (query.afterId !== undefined && id <= query.afterId) return false
  if (query.beforeId !== undefined && id >= query.beforeId) return false
  if (query.phrases && !hasPhrases(wordsOf(searchableText(stanza)), query.phrases)) return false
  return query.ids === undefined || query.ids.includes(id)
}

const toMessage = ({ id, stanza }: Kept): ArchivedMessage => ({ id, stanza })
