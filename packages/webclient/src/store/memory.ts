/** What a browser remembers of a person between pages: read once when a page opens, written as things change, gone when they sign out. */
import type { Person } from '../state/state.ts'
import { Database, type Owner, type Write } from './database.ts'
import { FORMAT, type KeptConversation, type Waiting } from './kept.ts'

/** Of a person who does not come back it goes after so long. */
const LONGEST_MS = 30 * 86_400_000
const SEEN = 'seen'
const PEOPLE = 'people'
const OWN_NAME = 'ownName'

export interface Remembered {
  readonly people: readonly Person[]
  readonly ownName: string | undefined
  readonly conversations: readonly KeptConversation[]
  /** Of all windows. */
  readonly waiting: readonly Waiting[]
  readonly drafts: ReadonlyMap<string, string>
}

export const NOTHING: Remembered = { people: [], ownName: undefined, conversations: [], waiting: [], drafts: new Map() }

export const peopleWrites = (people: readonly Person[], ownName: string | undefined): readonly Write[] => [
  ['facts', PEOPLE, people],
  ['facts', OWN_NAME, ownName],
  ['facts', SEEN, Date.now()],
]

export class Memory {
  readonly #database: Database | undefined
  #owner: string | undefined
  /** Begun, and not known to be written. */
  readonly #unwritten = new Set<readonly Write[]>()

  private constructor(database: Database | undefined) {
    this.#database = database
  }

  /** Where nothing can be kept it works all the same, for as long as the page is open. */
  static async open(): Promise<Memory> {
    return new Memory(await Database.open())
  }

  /** There is nothing to wait for. */
  get isNew(): boolean {
    return this.#database?.isNew ?? true
  }

  /** Whose page can be shown before the server says who is here; undefined when it cannot. */
  async owner(now = Date.now()): Promise<Owner | undefined> {
    try {
      const owner = await this.#database?.owner()
      if (!owner || owner.isOut || owner.format !== FORMAT) return undefined
      const { facts } = (await this.#database?.all()) ?? { facts: new Map<string, unknown>() }
      return Number(facts.get(SEEN)) > now - LONGEST_MS ? owner : undefined
    } catch {
      return undefined
    }
  }

  /** The server says who is here: what is kept of anybody else goes. */
  async claim(who: Pick<Owner, 'address' | 'domain' | 'previews' | 'uploads'>): Promise<void> {
    this.#owner = who.address
    const owner: Owner = { ...who, format: FORMAT, isOut: false }
    await this.#database
      // What waits and what is being written is nowhere else, so that it outlives a change of format, which it is not part of.
      ?.claim(owner, before => (before.format === FORMAT ? [] : ['facts', 'conversations']))
      .catch(() => {})
    await this.write([['facts', SEEN, Date.now()]])
  }

  /** Nobody has signed in, or the server ended it: what it has is forgotten here; what only this browser has waits for its owner. */
  async signedOut(): Promise<void> {
    const owner = await this.#database?.owner().catch(() => undefined)
    if (owner && !owner.isOut) await this.#database?.claim({ ...owner, isOut: true }, () => ['facts', 'conversations']).catch(() => {})
  }

  /** They leave. */
  async wipe(): Promise<void> {
    this.#owner = undefined
    await this.#database?.wipe().catch(() => {})
  }

  async read(address: string): Promise<Remembered> {
    this.#owner = address
    try {
      const all = await this.#database?.all()
      if (!all) return NOTHING
      const owner = (await this.#database?.owner())?.address
      if (owner !== address) return NOTHING
      return {
        people: (all.facts.get(PEOPLE) as readonly Person[] | undefined) ?? [],
        ownName: all.facts.get(OWN_NAME) as string | undefined,
        conversations: [...all.conversations.values()] as readonly KeptConversation[],
        waiting: [...all.outbox.values()] as readonly Waiting[],
        drafts: all.drafts as ReadonlyMap<string, string>,
      }
    } catch {
      return NOTHING
    }
  }

  async write(writes: readonly Write[]): Promise<void> {
    if (this.#owner === undefined || writes.length === 0) return
    this.#unwritten.add(writes)
    await this.#database?.write(this.#owner, writes)
    this.#unwritten.delete(writes)
  }

  /** As the page goes: that, and whatever was begun a moment ago. */
  writeLast(writes: readonly Write[]): void {
    if (this.#owner !== undefined) this.#database?.writeLast([...[...this.#unwritten].flat(), ...writes])
  }

  /** What a window that is gone left behind is `tab`'s now. */
  async adopt(gone: string, tab: string): Promise<readonly Waiting[]> {
    try {
      const change = (_key: string, value: unknown): Waiting | undefined => {
        const waiting = value as Waiting
        return waiting.tab === gone ? { ...waiting, tab } : undefined
      }
      return (await this.#database?.change('outbox', change)) ?? []
    } catch {
      return []
    }
  }

  /** All that waits, whichever window sees to it. */
  async waiting(): Promise<readonly Waiting[]> {
    try {
      return [...((await this.#database?.all())?.outbox.values() ?? [])] as readonly Waiting[]
    } catch {
      return []
    }
  }
}
