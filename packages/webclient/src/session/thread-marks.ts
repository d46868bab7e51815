/** Which threads of rooms were read by themselves, and which are muted: on all of one's devices, in a private node (XEP-0223), an item for each room. */
import { Element } from '@plodge/xmpp/xml/element.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { THREADS } from '../model/threads.ts'
import { type ThreadMark, unreadOf } from '../model/unread.ts'
import type { Desk } from './desk.ts'
import { AskNode, SetNode, publishing } from './nodes.ts'
import type { ReadMarks } from './read-marks.ts'
import type { Timelines } from './timelines.ts'

/** Of one room; those that were read longest ago are forgotten. */
const MOST_MARKS = 50
const LONGEST = 200

type Marks = Record<string, ThreadMark>

export class ThreadMarks {
  readonly #desk: Desk
  readonly #timelines: Timelines
  readonly #readMarks: ReadMarks
  /** Of rooms that are not known yet. */
  readonly #early = new Map<string, Marks>()

  constructor(desk: Desk, timelines: Timelines, readMarks: ReadMarks) {
    this.#desk = desk
    this.#timelines = timelines
    this.#readMarks = readMarks
  }

  async load(): Promise<void> {
    const asked = new Element(PUBSUB, 'pubsub', {}, [new Element(PUBSUB, 'items', { node: THREADS })])
    const answer = await this.#desk.questions.ask(AskNode, asked)
    this.take(answer?.child(PUBSUB, 'items')?.childrenNamed(PUBSUB, 'item') ?? [])
  }

  /** Items, as asked for or as told of. */
  take(items: readonly Element[]): void {
    for (const item of items) {
      const room = item.attributes['id']
      const threads = item.child(THREADS, 'threads')
      if (room === undefined || !threads) continue
      const marks = marksIn(threads)
      if (this.#desk.state.conversations[room]) this.#timelines.threads(room, marks)
      else this.#early.set(room, marks)
    }
  }

  /** Those that were told of before their room was known. */
  apply(): void {
    for (const [room, marks] of this.#early) {
      if (!this.#desk.state.conversations[room]) continue
      this.#early.delete(room)
      this.#timelines.threads(room, marks)
    }
  }

  /** Somebody sees the end of it. When nothing before is left unread, the mark of the whole room (XEP-0490) says as much. */
  async seen(room: string, thread: string): Promise<void> {
    const conversation = this.#desk.state.conversations[room]
    const { messages } = this.#timelines.get(room)
    const read = messages.findLast(({ archive, thread: its }) => its?.id === thread && archive !== undefined)?.archive
    if (!conversation || read === undefined) return
    const unread = unreadOf(messages, conversation)
    if (!unread.some(({ thread: its }) => its?.id === thread)) return
    const left = unread.find(({ thread: its }) => its?.id !== thread)
    const before = left
      ? messages.slice(
          0,
          messages.findIndex(({ key }) => key === left.key),
        )
      : messages
    const whole = before.findLast(({ archive }) => archive !== undefined)?.archive
    if (left) await this.#put(room, thread, { read })
    if (whole !== undefined) await this.#readMarks.mark(room, whole)
  }

  async mute(room: string, thread: string, isMuted: boolean): Promise<void> {
    await this.#put(room, thread, { isMuted })
  }

  async #put(room: string, thread: string, change: Partial<ThreadMark>): Promise<void> {
    const { [thread]: before, ...others } = this.#desk.state.conversations[room]?.threads ?? {}
    const marks: Marks = Object.fromEntries([
      ...Object.entries(others).slice(1 - MOST_MARKS),
      [thread, { read: undefined, isMuted: false, ...before, ...change }],
    ])
    this.#timelines.threads(room, marks)
    await this.#desk.questions.ask(SetNode, publishing(THREADS, room, elementOf(marks))).catch(() => {})
  }
}

function marksIn(threads: Element): Marks {
  const marks = threads.childrenNamed(THREADS, 'thread').flatMap(({ attributes: { id, read, muted } }) => {
    if (id === undefined || id.length > LONGEST || (read?.length ?? 0) > LONGEST) return []
    return [[id, { read, isMuted: muted === 'true' }] as const]
  })
  return Object.fromEntries(marks.slice(-MOST_MARKS))
}

const elementOf = (marks: Marks): Element =>
  new Element(
    THREADS,
    'threads',
    {},
    Object.entries(marks).map(
      ([id, { read, isMuted }]) =>
        new Element(THREADS, 'thread', { id, ...(read !== undefined && { read }), ...(isMuted && { muted: 'true' }) }),
    ),
  )
