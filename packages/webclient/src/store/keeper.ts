/** Writes down what changes, soon after and all together; what did not really change is not written. */
import type { Message } from '../model/message.ts'
import type { Timeline } from '../model/timeline.ts'
import type { AppState, Person } from '../state/state.ts'
import type { Write } from './database.ts'
import { type KeptConversation, MOST_CONVERSATIONS, newestOf } from './kept.ts'
import { type Memory, peopleWrites } from './memory.ts'

const SOON_MS = 1000

export interface KeeperNeeds {
  readonly state: AppState
  readonly timelineOf: (address: string) => Timeline
  readonly nickIn: (room: string) => string | undefined
  readonly memory: Pick<Memory, 'write' | 'writeLast'>
}

export class Keeper {
  readonly #needs: KeeperNeeds
  readonly #written = new Map<string, KeptConversation>()
  readonly #due = new Set<string>()
  #peopleDue = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #isOver = false

  constructor(needs: KeeperNeeds) {
    this.#needs = needs
  }

  /** Something in the store was set: where, by the first parts of its path. */
  changed(what: unknown, which: unknown): void {
    if (what === 'conversations' && typeof which === 'string') this.#due.add(which)
    else if (what === 'people' || what === 'ownName') this.#peopleDue = true
    else return
    this.#timer ??= setTimeout(() => void this.flush(), SOON_MS)
  }

  /** What was read is what is written. */
  restored(conversation: KeptConversation): void {
    this.#written.set(conversation.address, conversation)
  }

  async flush(): Promise<void> {
    await this.#needs.memory.write(this.#writes())
  }

  /** The page goes now. */
  flushLast(): void {
    this.#needs.memory.writeLast(this.#writes())
  }

  #writes(): readonly Write[] {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isOver) return []
    const writes: Write[] = []
    if (this.#peopleDue) writes.push(...peopleWrites(plain(Object.values(this.#needs.state.people)), this.#needs.state.ownName))
    this.#peopleDue = false
    for (const address of this.#due) {
      const kept = this.#keptOf(address)
      if (!kept || isSame(kept, this.#written.get(address))) continue
      this.#written.delete(address)
      this.#written.set(address, kept)
      writes.push(['conversations', address, kept])
    }
    this.#due.clear()
    for (const address of this.#excess()) writes.push(['conversations', address, undefined])
    return writes
  }

  /** Nothing is written any more: they are out. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#isOver = true
  }

  #keptOf(address: string): KeptConversation | undefined {
    const conversation = this.#needs.state.conversations[address]
    const before = this.#written.get(address)
    if (!conversation) return undefined
    const timeline = this.#needs.timelineOf(address)
    const messages = newestOf(timeline) ?? before?.messages ?? []
    const isBookmarked = conversation.room?.isBookmarked === true
    if (messages.length === 0 && !isBookmarked && !before) return undefined
    const { kind, name, displayed, notify, room } = conversation
    const older = messages.length === timeline.messages.length ? timeline.older : 'more'
    const kept: KeptConversation = {
      address,
      kind,
      name,
      displayed,
      notify,
      isBookmarked,
      nick: this.#needs.nickIn(address),
      subject: room?.subject ?? '',
      older,
      messages,
    }
    return before && isSameList(before.messages, messages) ? { ...kept, messages: before.messages } : kept
  }

  /** Those in which nothing happened for longest; rooms one is in stay. */
  #excess(): readonly string[] {
    const gone: string[] = []
    const excess = this.#written.size - MOST_CONVERSATIONS
    if (excess <= 0) return gone
    const oldest = [...this.#written.values()].filter(({ isBookmarked }) => !isBookmarked).sort((one, other) => lastOf(one) - lastOf(other))
    for (const { address } of oldest.slice(0, excess)) {
      this.#written.delete(address)
      gone.push(address)
    }
    return gone
  }
}

const lastOf = ({ messages }: KeptConversation): number => messages.at(-1)?.time ?? 0

const isSameList = (one: readonly Message[], other: readonly Message[]): boolean =>
  one.length === other.length && one.every((message, i) => message === other[i])

const isSame = (one: KeptConversation, other: KeptConversation | undefined): boolean =>
  other !== undefined && (Object.keys(one) as (keyof KeptConversation)[]).every(key => one[key] === other[key])

/** What is in the store cannot be cloned as it is: it tells who reads it. */
const plain = (people: readonly Person[]): readonly Person[] => JSON.parse(JSON.stringify(people)) as Person[]
