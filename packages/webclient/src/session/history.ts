/** Brings pages of archives into timelines: the newest of all conversations at once, then of each what somebody looks at. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import { type Heard, type Where, hear } from '../model/heard.ts'
import type { Change, Message } from '../model/message.ts'
import { EMPTY, change, merge } from '../model/timeline.ts'
import { bareOf, resourceOf } from '../model/address.ts'
import type { Who } from '../state/state.ts'
import { knowSpeakers } from './room-crowd.ts'
import type { Kept, Page } from './archive.ts'
import type { Desk } from './desk.ts'
import type { Timelines } from './timelines.ts'

const FIRST_PAGE = 100
const PAGE = 50
/** Pages that are fetched to meet what is in hand. */
const MOST_CATCH_UP = 5
const MOST_ROOMS = 30
/** Rows of a page that are made in one frame, and how long that is: who scrolls is not to notice. */
const SLICE = 10
const FRAME_MS = 16

export class History {
  readonly #desk: Desk
  readonly #timelines: Timelines
  readonly #where: Omit<Where, 'archive' | 'time'>

  constructor(desk: Desk, timelines: Timelines, isMine: Where['isMine']) {
    this.#desk = desk
    this.#timelines = timelines
    this.#where = { own: desk.own, isMine }
  }

  /** The newest of one's own archive: who one talks with, and what was said. */
  async begin(): Promise<void> {
    const kept: Kept[] = []
    let isEnd = false
    // Back to what is in hand already, unless one was away for very long.
    for (let i = 0; i < MOST_CATCH_UP; i += 1) {
      const page = await this.#desk.archive.page({ before: kept[0]?.archive ?? '', most: FIRST_PAGE })
      kept.unshift(...page.kept)
      isEnd = page.isEnd
      if (isEnd || this.#timelines.isEmpty || page.kept.length === 0 || page.kept.some(one => this.#isKnown(one))) break
    }
    const byConversation = new Map<string, Kept[]>()
    for (const one of kept) {
      const heard = this.#hear(one)
      // An invitation that was kept says nothing about what was said in the room.
      if (heard?.what.some(({ kind }) => kind === 'said' || kind === 'changed'))
        byConversation.set(heard.conversation, [...(byConversation.get(heard.conversation) ?? []), one])
    }
    for (const [address, some] of byConversation) this.#newest(address, 'person', { kept: some, isEnd })
  }

  #isKnown(one: Kept): boolean {
    const heard = this.#hear(one)
    return heard !== undefined && this.#timelines.unbroken(heard.conversation).has(one.archive)
  }

  /** Rooms have archives of their own: what was said while one was away, one after the other. */
  async catchUp(): Promise<void> {
    const rooms = Object.values(this.#desk.state.conversations).filter(({ room, isCurrent }) => room?.isBookmarked && !isCurrent)
    for (const { address } of rooms.slice(0, MOST_ROOMS)) await this.open(address)
  }

  /** Somebody looks at it: its newest page, when what is in hand may lack something. */
  async open(address: string): Promise<void> {
    const conversation = this.#desk.state.conversations[address]
    if (!conversation || conversation.loading.kind === 'loading') return
    if (conversation.isCurrent && (conversation.messages.length >= PAGE / 2 || conversation.older === 'none')) return
    await this.#loading(address, async () => {
      this.#newest(address, conversation.kind, await this.#page(address, { before: '' }))
    })
  }

  async older(address: string): Promise<void> {
    const before = this.#timelines.get(address).messages.find(({ archive }) => archive !== undefined)?.archive
    if (before === undefined) return this.open(address)
    return this.#loading(address, async () => this.#takeSlowly(address, await this.#page(address, { before }), before))
  }

  async newer(address: string): Promise<void> {
    const after = this.#timelines.get(address).messages.findLast(({ archive }) => archive !== undefined)?.archive
    if (after === undefined) return this.open(address)
    return this.#loading(address, async () => this.#take(address, await this.#page(address, { after }), 'newer'))
  }

  /** Away from what is in hand, to the newest. */
  async latest(address: string): Promise<void> {
    return this.#loading(address, async () => this.#replace(address, await this.#page(address, { before: '' })))
  }

  /** Around one message: what leads up to it and what follows. */
  async around(address: string, archive: string): Promise<boolean> {
    if (this.#timelines.get(address).messages.some(message => message.archive === archive)) return true
    await this.#loading(address, async () => {
      const [before, after] = await Promise.all([this.#page(address, { before: archive }), this.#page(address, { after: archive })])
      // Between two pages is the message itself: the page after what is before it begins with it.
      const last = before.kept.at(-1)
      const from = last ? await this.#page(address, { after: last.archive }) : await this.#page(address, { after: archive })
      this.#replace(address, before)
      this.#timelines.update(address, this.#kind(address), timeline => ({ ...timeline, newer: 'more' }))
      this.#take(address, from, 'newer')
      if (after.kept.length > 0 && !last) this.#take(address, after, 'newer')
    })
    return this.#timelines.get(address).messages.some(message => message.archive === archive)
  }

  /** Everywhere, or in one conversation; newest first. */
  async search(words: string, address: string | undefined): Promise<readonly (Message & { readonly conversation: string })[]> {
    const isRoom = address !== undefined && this.#kind(address) === 'room'
    const { kept } = await this.#desk.archive.page({
      search: words,
      most: PAGE,
      ...(isRoom && { room: address }),
      ...(address !== undefined && !isRoom && { with: address }),
    })
    return kept.toReversed().flatMap(one => {
      const heard = this.#hear(one)
      return (heard?.what ?? []).flatMap(what =>
        what.kind === 'said' ? [{ ...what.message, conversation: heard?.conversation ?? '' }] : [],
      )
    })
  }

  #kind(address: string): 'person' | 'room' {
    return this.#desk.state.conversations[address]?.kind ?? 'person'
  }

  #page(address: string, where: { readonly before?: string; readonly after?: string }): Promise<Page> {
    const isRoom = this.#kind(address) === 'room'
    return this.#desk.archive.page({ ...where, most: PAGE, ...(isRoom ? { room: address } : { with: address }) })
  }

  /** The newest page. When it does not meet what is in hand, pages between are fetched, or what is in hand is let go. */
  #newest(address: string, kind: 'person' | 'room', page: Page): void {
    const isEmpty = this.#timelines.get(address).messages.every(({ archive }) => archive === undefined)
    const known = this.#timelines.unbroken(address)
    const meets = isEmpty || page.isEnd || page.kept.some(({ archive }) => known.has(archive))
    if (!meets) {
      this.#timelines.update(address, kind, timeline => ({
        ...EMPTY,
        messages: timeline.messages.filter(({ archive, isMine }) => archive === undefined && isMine),
      }))
    }
    this.#take(address, page, isEmpty || !meets ? 'older' : 'newer', true)
  }

  #replace(address: string, page: Page): void {
    this.#timelines.update(address, this.#kind(address), ({ messages }) => ({
      ...EMPTY,
      messages: messages.filter(({ archive, isMine }) => archive === undefined && isMine),
    }))
    this.#take(address, page, 'older', true)
  }

  /** An older page, from its newest on, a few messages in each frame; as long as what they come before is in hand. */
  async #takeSlowly(address: string, { kept, isEnd }: Page, before: string): Promise<void> {
    let next = before
    for (let end = kept.length; end > 0; end -= SLICE) {
      if (end < kept.length) await new Promise(resolve => setTimeout(resolve, FRAME_MS))
      if (!this.#timelines.get(address).messages.some(({ archive }) => archive === next)) return
      const start = Math.max(0, end - SLICE)
      const slice = kept.slice(start, end)
      this.#take(address, { kept: slice, isEnd: isEnd && start === 0 }, 'older')
      this.#timelines.showNow(address)
      next = slice.find(({ archive }) => this.#timelines.get(address).messages.some(one => one.archive === archive))?.archive ?? next
    }
    if (kept.length === 0) this.#take(address, { kept, isEnd }, 'older')
  }

  #take(address: string, { kept, isEnd }: Page, side: 'older' | 'newer', isNewest = false): void {
    const messages: Message[] = []
    const changes: Change[] = []
    if (this.#kind(address) === 'room') this.#knowSpeakers(address, kept)
    for (const one of kept) {
      for (const what of this.#hear(one)?.what ?? []) {
        if (what.kind === 'said') messages.push(what.message)
        else if (what.kind === 'changed') changes.push(what.change)
      }
    }
    this.#timelines.update(address, this.#kind(address), timeline => {
      // A page of what is newest says nothing about what is older, unless there is nothing in hand.
      const edge = isNewest && side === 'newer' ? true : isEnd
      let next = merge(timeline, messages, side, edge)
      for (const what of changes) next = change(next, what)
      return next
    })
    if (isNewest || (side === 'newer' && isEnd)) this.#timelines.current(address)
  }

  /** XEP-0313 §6.1.2: a room may say whose a message is, also of those who are not inside now. */
  #knowSpeakers(room: string, kept: readonly Kept[]): void {
    const known = this.#desk.state.conversations[room]?.room?.who ?? {}
    const names = new Map<string, Who>()
    for (const { message } of kept) {
      const nick = resourceOf(message.attributes['from'] ?? '')
      const jid = message.child(MUC_USER, 'x')?.child(MUC_USER, 'item')?.attributes['jid']
      if (jid !== undefined && nick !== undefined && !(nick in known)) names.set(nick, { name: undefined, address: bareOf(jid) })
    }
    knowSpeakers(this.#desk, room, names)
  }

  #hear({ archive, time, message }: Kept): Heard | undefined {
    return hear(message, { ...this.#where, archive, time })
  }

  async #loading(address: string, what: () => Promise<void>): Promise<void> {
    this.#timelines.set(address, { loading: { kind: 'loading' } })
    try {
      await what()
      this.#timelines.set(address, { loading: { kind: 'idle' } })
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      this.#timelines.set(address, { loading: { kind: 'failed', why: error.text ?? error.condition } })
    }
  }
}
