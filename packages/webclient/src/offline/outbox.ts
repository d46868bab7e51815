/**
 * What is not known to be on the server: kept across pages, sent in order, once. After a line that could not be resumed nobody knows what became
 * of it; then the archive is asked for its name (XEP-0359's origin-id) before it goes again.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Desk } from '../session/desk.ts'
import type { Page } from '../session/archive.ts'
import type { Waiting } from '../store/kept.ts'
import type { Memory } from '../store/memory.ts'
import { thisTab, whenGone } from './tabs.ts'

const MOST = 500
const PAGE = 100
/** Of pages that are looked through; a message that is further away than this was sent by somebody who was away for months. */
const MOST_PAGES = 20
/** When it is not known where to begin. */
const MOST_PAGES_BACK = 4

interface Entry extends Omit<Waiting, 'stanza'> {
  readonly stanza: Element
}

export interface OutboxNeeds {
  readonly desk: Pick<Desk, 'archive' | 'send' | 'state'>
  readonly memory: Pick<Memory, 'write' | 'adopt' | 'waiting'>
  /** It is on the server. */
  readonly sent: (waiting: Pick<Waiting, 'address' | 'id'>) => void
  /** Left behind by a window that is gone: ours now, and to be shown. */
  readonly adopted: (waiting: Waiting) => void
}

export class Outbox {
  readonly #needs: OutboxNeeds
  readonly #entries = new Map<string, Entry>()
  /** Conversations in which something's fate is unknown, or that cannot be written to yet: what is written there waits its turn. */
  readonly #unsettled = new Set<string>()
  readonly #settling = new Set<string>()
  #hasBegun = false
  #order = 0

  constructor(needs: OutboxNeeds) {
    this.#needs = needs
  }

  /** False when too much waits already. */
  put(address: string, kind: Waiting['kind'], stanza: Element, message: Waiting['message'], after: string | undefined): boolean {
    const id = stanza.attributes['id'] ?? ''
    if (this.#entries.size >= MOST) return false
    this.#order = Math.max(this.#order + 1, Date.now())
    const entry: Entry = { id, tab: thisTab, order: this.#order, address, kind, stanza, message, after }
    this.#entries.set(id, entry)
    void this.#needs.memory.write([['outbox', id, { ...entry, stanza: stanza.toString() } satisfies Waiting]])
    if (this.#mayGo(address)) this.#needs.desk.send(stanza)
    else this.#unsettled.add(address)
    return true
  }

  /** Undefined when it was none of ours. */
  take(id: string): Pick<Waiting, 'address' | 'id'> | undefined {
    const entry = this.#entries.get(id)
    if (!entry) return undefined
    this.#entries.delete(id)
    void this.#needs.memory.write([['outbox', id, undefined]])
    return entry
  }

  /** What this window, or one that is gone, left; what a living one has is that one's own. */
  restore(waiting: readonly Waiting[]): void {
    for (const tab of new Set(waiting.map(one => one.tab))) {
      whenGone(tab, async () => {
        for (const one of await this.#needs.memory.adopt(tab, thisTab)) this.#adopt(one)
        if (this.#hasBegun) await this.settle()
      })
    }
  }

  /** A session that is not the one before: nobody knows what became of what was sent. */
  begin(): void {
    this.#hasBegun = true
    for (const { address } of this.#entries.values()) this.#unsettled.add(address)
  }

  /** Whatever can be told now is told, and goes. */
  async settle(): Promise<void> {
    if (this.#hasBegun) await Promise.all([...this.#unsettled].map(address => this.settleOne(address)))
  }

  async settleOne(address: string): Promise<void> {
    if (!this.#hasBegun || !this.#unsettled.has(address) || this.#settling.has(address) || !this.#isOpen(address)) return
    this.#settling.add(address)
    try {
      const mine = this.#of(address)
      const [first] = mine
      const found = first ? await this.#arrived(first, new Set(mine.map(({ id }) => id))) : new Set<string>()
      for (const id of found) if (this.take(id)) this.#needs.sent({ address, id })
      this.#unsettled.delete(address)
      for (const { stanza } of this.#of(address)) this.#needs.desk.send(stanza)
    } catch (error) {
      // The line is gone again, or slow: asked anew when it is back.
      if (!(error instanceof StanzaError)) throw error
    } finally {
      this.#settling.delete(address)
    }
  }

  #adopt(waiting: Waiting): void {
    if (this.#entries.has(waiting.id)) return
    let stanza: Element
    try {
      stanza = parse(waiting.stanza)
    } catch {
      return void this.#needs.memory.write([['outbox', waiting.id, undefined]])
    }
    this.#entries.set(waiting.id, { ...waiting, stanza })
    this.#unsettled.add(waiting.address)
    this.#needs.adopted(waiting)
  }

  #of(address: string): readonly Entry[] {
    return [...this.#entries.values()].filter(entry => entry.address === address).sort((one, other) => one.order - other.order)
  }

  #mayGo(address: string): boolean {
    return this.#hasBegun && !this.#unsettled.has(address) && this.#isOpen(address)
  }

  /** One speaks in a room that one is in; to a person always. */
  #isOpen(address: string): boolean {
    const room = this.#needs.desk.state.conversations[address]?.room
    return !room || room.joined.kind === 'inside'
  }

  /** Which of them the archive has. */
  async #arrived(first: Entry, sought: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { address, kind, after } = first
    const where = kind === 'room' ? { room: address } : { with: address }
    const found = new Set<string>()
    let from = after
    let before = ''
    for (let i = 0; i < (after === undefined ? MOST_PAGES_BACK : MOST_PAGES); i += 1) {
      const page = await this.#page({ ...where, most: PAGE, ...(from === undefined ? { before } : { after: from }) })
      // What was the newest then may be gone from the archive by now.
      if (!page) return i === 0 && after !== undefined ? this.#arrived({ ...first, after: undefined }, sought) : found
      for (const { message } of page.kept) {
        const origin = message.child(SID, 'origin-id')?.attributes['id']
        for (const id of [message.attributes['id'], origin]) if (id !== undefined && sought.has(id)) found.add(id)
      }
      const edge = from === undefined ? page.kept[0] : page.kept.at(-1)
      if (page.isEnd || !edge || found.size === sought.size) break
      if (from === undefined) before = edge.archive
      else from = edge.archive
    }
    return found
  }

  /** Undefined where there is no archive: then it goes again, because it matters more that it arrives than that it may come twice. */
  async #page(wanted: Parameters<Desk['archive']['page']>[0]): Promise<Page | undefined> {
    try {
      return await this.#needs.desk.archive.page(wanted)
    } catch (error) {
      if (error instanceof StanzaError && NO_ARCHIVE.has(error.condition)) return undefined
      throw error
    }
  }
}

const NO_ARCHIVE = new Set(['feature-not-implemented', 'service-unavailable', 'not-allowed', 'forbidden', 'item-not-found'])
