/** Timelines of all conversations: values here, and what is shown of them in the store. */
import { reconcile, unwrap } from 'solid-js/store'
import { localOf } from '../model/address.ts'
import type { Message } from '../model/message.ts'
import { EMPTY, type Timeline } from '../model/timeline.ts'
import { type ThreadMark, isMentioned, unreadOf } from '../model/unread.ts'
import { type Conversation, newConversation } from '../state/state.ts'
import type { Desk } from './desk.ts'

/** Those that were not looked at for longest are let go; the archive has them. */
const MOST_HELD = 200

/** Messages may come in floods; what is in hand is shown so often at most. */
const SHOW_MS = 100

/** The store changes what it holds in place, so that it gets copies; of a message that did not change always the same one. */
const copies = new WeakMap<Message, Message>()

function shown(message: Message): Message {
  const copy = copies.get(message) ?? structuredClone(message)
  copies.set(message, copy)
  return copy
}

export class Timelines {
  readonly #desk: Desk
  readonly #held = new Map<string, Timeline>()
  /** Shown a moment ago, and whether it has changed since. */
  readonly #due = new Map<string, boolean>()
  /** Where a gap may be: the last of the archive that is known to follow what is before it. */
  readonly #edges = new Map<string, string>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  get(address: string): Timeline {
    return this.#held.get(address) ?? EMPTY
  }

  get isEmpty(): boolean {
    return this.#held.size === 0
  }

  conversation(address: string, kind: Conversation['kind']): Conversation {
    const { state, set } = this.#desk
    const found = state.conversations[address]
    if (found && (found.kind === kind || kind === 'person')) return found
    set('conversations', address, newConversation(address, kind))
    return this.#desk.state.conversations[address] as Conversation
  }

  update(address: string, kind: Conversation['kind'], how: (timeline: Timeline) => Timeline): void {
    const now = how(this.get(address))
    this.conversation(address, kind)
    this.#held.delete(address)
    this.#held.set(address, now)
    this.#showSoon(address)
    if (this.#held.size > MOST_HELD) this.#forgetOldest(address)
  }

  /** What the browser kept of it. */
  restore(address: string, kind: Conversation['kind'], timeline: Timeline, known: Partial<Conversation>): void {
    this.#desk.set('conversations', address, { ...newConversation(address, kind), ...known })
    this.#held.set(address, timeline)
    this.#show(address, timeline)
  }

  displayed(address: string, archive: string): void {
    this.#desk.set('conversations', address, 'displayed', archive)
    this.#count(address)
  }

  threads(address: string, threads: Record<string, ThreadMark>): void {
    this.#desk.set('conversations', address, 'threads', reconcile(threads))
    this.#count(address)
  }

  set(address: string, changes: Partial<Conversation>): void {
    this.#desk.set('conversations', address, changes)
  }

  /** A new session: what is in hand may end before the newest. */
  stale(): void {
    for (const address of Object.keys(this.#desk.state.conversations)) {
      this.set(address, { isCurrent: false, typing: [] })
      const newest = this.get(address).messages.findLast(({ archive }) => archive !== undefined)?.archive
      if (newest !== undefined && !this.#edges.has(address)) this.#edges.set(address, newest)
    }
  }

  /** What is in hand reaches to the newest. */
  current(address: string): void {
    this.#edges.delete(address)
    this.set(address, { isCurrent: true })
  }

  /** What in hand is known to be without a gap, as the archive calls it. */
  unbroken(address: string): ReadonlySet<string> {
    const names = this.get(address).messages.flatMap(({ archive }) => (archive === undefined ? [] : [archive]))
    const edge = this.#edges.get(address)
    return new Set(edge === undefined ? names : names.slice(0, names.lastIndexOf(edge) + 1))
  }

  /** However lately it was shown. */
  showNow(address: string): void {
    if (this.#due.get(address) !== true) return
    this.#due.set(address, false)
    this.#show(address, this.get(address))
  }

  /** At once when it is quiet. */
  #showSoon(address: string): void {
    if (this.#due.has(address)) return void this.#due.set(address, true)
    this.#due.set(address, false)
    this.#show(address, this.get(address))
    setTimeout(() => {
      const isChanged = this.#due.get(address) === true
      this.#due.delete(address)
      if (isChanged) this.#showSoon(address)
    }, SHOW_MS)
  }

  #show(address: string, { messages, older, newer }: Timeline): void {
    const { state, set } = this.#desk
    // What the store has already is given back as the store knows it: it looks no deeper.
    const known = new Map(state.conversations[address]?.messages.map(message => [unwrap(message), message]))
    const now = messages.map(message => known.get(shown(message)) ?? shown(message))
    set('conversations', address, 'messages', reconcile(now, { key: 'key' }))
    set('conversations', address, { older, newer })
    this.#count(address)
  }

  #count(address: string): void {
    const { state, set, own } = this.#desk
    const conversation = state.conversations[address]
    if (!conversation) return
    const { messages } = this.get(address)
    const names = [localOf(own), ...(state.ownName === undefined ? [] : [state.ownName])]
    const fresh = unreadOf(messages, conversation)
    const unread = fresh.length
    const mentions = conversation.kind === 'person' ? unread : fresh.filter(({ text }) => isMentioned(text, names)).length
    set('conversations', address, { unread, mentions })
  }

  #forgetOldest(kept: string): void {
    for (const address of this.#held.keys()) {
      if (address === kept || this.#held.size <= MOST_HELD) return
      this.#held.delete(address)
      this.#edges.delete(address)
      this.#desk.set('conversations', address, { messages: [], older: 'unknown', newer: 'none', isCurrent: false })
    }
  }
}
