/** A signed-in person's session: puts its parts together, says what is asked at its beginning, and gives every stanza to the part it is for. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { CARBONS, EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import { FORWARD } from '@plodge/xmpp/xeps/forward.ts'
import { PUBSUB_EVENT } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Line, LineState, Listener } from '../connection/line.ts'
import { Questions } from '../connection/questions.ts'
import { bareOf, localOf } from '../model/address.ts'
import { type Heard, hear } from '../model/heard.ts'
import type { Message } from '../model/message.ts'
import { THREADS } from '../model/threads.ts'
import { type Timeline, append, change } from '../model/timeline.ts'
import { leave } from '../offline/leaving.ts'
import { Drafts } from '../store/drafts.ts'
import { Keeper } from '../store/keeper.ts'
import type { Memory, Remembered } from '../store/memory.ts'
import { restore } from '../store/restore.ts'
import { type AppState, makeStore } from '../state/state.ts'
import { Archive } from './archive.ts'
import { Blocking } from './blocking.ts'
import type { Desk } from './desk.ts'
import { Files } from './files.ts'
import { History } from './history.ts'
import { answer, capabilities } from './others.ts'
import { Status } from './own-status.ts'
import { People } from './people.ts'
import { Previews } from './previews.ts'
import { Profile } from './profile.ts'
import { DISPLAYED, ReadMarks } from './read-marks.ts'
import { serviceAtFirst } from './room-service.ts'
import { Rooms } from './rooms.ts'
import { Speech } from './speech.ts'
import { ThreadMarks } from './thread-marks.ts'
import { Timelines } from './timelines.ts'
import { Typing } from './typing.ts'

export interface SessionOptions {
  readonly own: string
  readonly domain: string
  readonly memory: Memory
  /** What the browser kept of it. */
  readonly remembered: Remembered
  /** Whoever has signed in here meanwhile is somebody else: nothing of this session is to be said in their name. */
  readonly isSomebodyElse: () => void
  readonly connect: (listener: Listener) => Line
  /** Where the web tier tells what a link leads to; undefined where it does not. */
  readonly previews: string | undefined
  /** The origin that files are shown from; undefined where there is none. */
  readonly uploads: string | undefined
  /** Somebody else said something just now. */
  readonly arrived: (conversation: string, message: Message) => void
}

export class Session implements Listener {
  readonly state: AppState
  readonly desk: Desk
  readonly people: People
  readonly status: Status
  readonly rooms: Rooms
  readonly blocking: Blocking
  readonly profile: Profile
  readonly timelines: Timelines
  readonly history: History
  readonly speech: Speech
  readonly files: Files
  readonly previews: Previews
  readonly marks: ReadMarks
  readonly threads: ThreadMarks
  readonly drafts: Drafts
  readonly #typing: Typing
  readonly #keeper: Keeper
  readonly #line: Line
  readonly #options: SessionOptions

  constructor(options: SessionOptions) {
    const { own, domain, memory } = options
    const [state, store] = makeStore(own, domain, serviceAtFirst(domain))
    const timelineOf = (address: string): Timeline => this.timelines.get(address)
    this.#keeper = new Keeper({ state, memory, timelineOf, nickIn: room => this.rooms.nickIn(room) })
    // Whatever is shown passes here.
    const set = ((...path: readonly unknown[]) => {
      ;(store as (...path: readonly unknown[]) => void)(...path)
      this.#keeper.changed(path[0], path[1])
    }) as typeof store
    const send = (stanza: Element): void => this.#line.send(stanza)
    const questions = new Questions(`${crypto.randomUUID().slice(0, 8)}-`, send)
    this.#options = options
    this.state = state
    this.desk = { own, domain, state, set, send, questions, archive: new Archive(questions, own) }
    this.people = new People(this.desk)
    this.timelines = new Timelines(this.desk)
    this.rooms = new Rooms(this.desk, this.timelines, this.people)
    this.status = new Status(this.desk, this.people, () => this.rooms.sayPresence())
    this.blocking = new Blocking(this.desk)
    this.profile = new Profile(this.desk, this.rooms)
    this.history = new History(this.desk, this.timelines, (room, nick, id) => this.rooms.isMine(room, nick, id))
    this.speech = new Speech(this.desk, this.timelines, room => this.rooms.nickIn(room) ?? localOf(own), memory)
    this.files = new Files(this.desk, this.speech, options.uploads)
    this.previews = new Previews(options.previews)
    this.marks = new ReadMarks(this.desk, this.timelines)
    this.threads = new ThreadMarks(this.desk, this.timelines, this.marks)
    this.drafts = new Drafts(options.remembered.drafts, writes => void memory.write(writes))
    this.#typing = new Typing(this.desk)
    restore(this, options.remembered, this.#keeper)
    this.#line = options.connect(this)
  }

  /** The line is needed now. */
  hurry(): void {
    this.#line.hurry()
  }

  close(): void {
    this.status.close()
    this.#keeper.flushLast()
    this.#line.close()
  }

  /** What changed lately is written down now: the page may go any moment. */
  keep(): void {
    void this.#keeper.flush()
  }

  /** They sign out: settles when nothing of them is left in this browser. */
  leave(goodbyes: readonly Promise<unknown>[]): Promise<void> {
    return leave(this.#options.memory, this, goodbyes)
  }

  /** They leave: nothing is written down any more. */
  forget(): void {
    this.#keeper.stop()
  }

  lineIs(line: LineState): void {
    this.desk.set('line', line)
  }

  online(how: 'fresh' | 'resumed', address: string): void {
    if (bareOf(address) !== this.desk.own) {
      this.#line.close()
      return this.#options.isSomebodyElse()
    }
    if (how === 'fresh') void this.#begin()
    else void this.#goOn()
    return undefined
  }

  /** Nothing was lost; but a tab may have gone meanwhile, and left something. */
  async #goOn(): Promise<void> {
    await this.speech.outbox.settle()
    this.speech.outbox.restore(await this.#options.memory.waiting())
  }

  confirmed(stanza: Element): void {
    const { id } = stanza.attributes
    if (stanza.name !== 'message' || id === undefined) return
    // What another tab said through the same stream; of what is said in a room the room tells all.
    if (!this.speech.confirmed(id) && stanza.child(SID, 'origin-id') && stanza.attributes['type'] !== 'groupchat')
      this.#message(new Element(CLIENT, 'message', { ...stanza.attributes, from: this.desk.own }, stanza.children), false)
    this.rooms.care.told.confirmed(id)
  }

  /** All that is asked goes out in one breath, and is answered in about one round trip. */
  async #begin(): Promise<void> {
    this.desk.questions.giveUp()
    this.timelines.stale()
    this.rooms.begin()
    this.speech.outbox.begin()
    const [contacts, history, marks, rooms] = [
      this.people.load(),
      this.history.begin(),
      Promise.all([this.marks.load(), this.threads.load()].map(one => one.catch(ignoreRefusal))),
      this.rooms.load().catch(ignoreRefusal),
    ]
    this.desk.questions.ask(EnableCarbons, {}).catch(ignoreRefusal)
    const caps = await capabilities()
    this.people.begin(caps)
    try {
      await Promise.all([contacts, history])
      await marks
    } catch (error) {
      return ignoreRefusal(error)
    }
    this.marks.apply()
    this.threads.apply()
    this.desk.set({ isKnown: true, isReady: true })
    void this.speech.outbox.settle()
    this.speech.outbox.restore(await this.#options.memory.waiting())
    await rooms
    this.threads.apply()
    this.rooms.enterAll()
    // Nothing on the first screen waits for these.
    await Promise.all([this.rooms.service.look(), this.blocking.load(), this.profile.load()].map(one => one.catch(ignoreRefusal)))
    await this.history.catchUp()
  }

  heard(stanza: Element): void {
    const { own } = this.desk
    const { from } = stanza.attributes
    try {
      if (stanza.name === 'iq') {
        if (this.desk.questions.hear(stanza, own)) return
        if (!this.people.push(stanza) && !this.blocking.push(stanza)) return answer(this.desk, stanza)
        return this.desk.send(resultOf(stanza))
      }
      if (stanza.name === 'presence') {
        if (!this.rooms.hearPresence(stanza)) return this.people.hear(stanza)
        // What was written before one was inside.
        return void this.speech.outbox.settleOne(bareOf(from ?? ''))
      }
      const isOwn = from === undefined || from === own
      if (this.desk.archive.hear(stanza)) return
      // XEP-0280 §11: a copy is believed only from one's own account.
      const copied = stanza.child(CARBONS, 'received') ?? stanza.child(CARBONS, 'sent')
      if (copied) return isOwn ? this.#copied(copied) : undefined
      const event = stanza.child(PUBSUB_EVENT, 'event')
      if (event) return isOwn ? this.#event(event) : undefined
      return this.rooms.hearMessage(stanza) ? undefined : this.#message(stanza, true)
    } catch (error) {
      return ignoreRefusal(error)
    }
  }

  #copied(copied: Element): void {
    const message = copied.child(FORWARD, 'forwarded')?.child(CLIENT, 'message')
    if (message) this.#message(message, false)
  }

  #event(event: Element): void {
    const items = event.child(PUBSUB_EVENT, 'items')
    const node = items?.attributes['node']
    if (!items) return
    if (node === DISPLAYED) this.marks.take(items.childrenNamed(PUBSUB_EVENT, 'item'))
    else if (node === THREADS) this.threads.take(items.childrenNamed(PUBSUB_EVENT, 'item'))
    else if (node === BOOKMARKS) this.rooms.take(items.childrenNamed(PUBSUB_EVENT, 'item'), items.childrenNamed(PUBSUB_EVENT, 'retract'))
  }

  #message(stanza: Element, isDirect: boolean): void {
    const where = { own: this.desk.own, isMine: this.rooms.isMine.bind(this.rooms), archive: undefined, time: Date.now() }
    const heard = hear(stanza, where)
    if (!heard || (heard.isRoom && !this.state.conversations[heard.conversation])) return
    // A whisper in a room that did not arrive is answered by a plain error, which hear() takes for one of the room's.
    const { from = '', type } = stanza.attributes
    const meant = type === 'error' && this.state.conversations[from] ? { ...heard, conversation: from } : heard
    for (const what of meant.what) this.#take(meant, what, stanza, isDirect)
  }

  #take(heard: Heard, what: Heard['what'][number], stanza: Element, isDirect: boolean): void {
    const { conversation, author, isMine, isRoom } = heard
    const kind = isRoom ? 'room' : 'person'
    switch (what.kind) {
      case 'typing':
        return isMine ? undefined : this.#typing.hear(conversation, author, what.isTyping)
      case 'subject':
        return this.rooms.subject(conversation, what.subject)
      case 'invited':
        return isMine ? undefined : this.rooms.invited(what.room, what.from, what.reason, what.isMediated)
      case 'changed': {
        if (what.change.kind === 'reach' && what.change.delivery.kind === 'failed') this.speech.failed(what.change.target)
        // What another of one's devices displayed says nothing about whether the other side did.
        if (isMine && what.change.kind === 'reach')
          return isRoom ? this.rooms.care.acknowledged(conversation, what.change.target) : undefined
        return this.timelines.update(conversation, kind, timeline => change(timeline, what.change))
      }
      case 'said': {
        this.timelines.update(conversation, kind, timeline => append(timeline, what.message))
        if (isMine) return undefined
        this.#typing.hear(conversation, author, false)
        const { from, id } = stanza.attributes
        if (what.wantsReceipt && isDirect && !isRoom && id !== undefined && from !== undefined) this.speech.received(from, id)
        return this.#options.arrived(conversation, what.message)
      }
    }
  }
}

/** What the server would not do is said where it matters; the rest of the session goes on. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof StanzaError)) throw error
}

function resultOf(question: Element): Element {
  const { id = '', from } = question.attributes
  return new Element(CLIENT, 'iq', { type: 'result', id, ...(from !== undefined && { to: from }) })
}
