/** What one says: messages and changes of them, and the signs that one writes or has read. A message is in the outbox until the server has it. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { CHAT_STATES } from '@plodge/xmpp/xeps/chat-states.ts'
import { FALLBACK } from '@plodge/xmpp/xeps/fallback.ts'
import { HINTS } from '@plodge/xmpp/xeps/hints.ts'
import { MARKERS } from '@plodge/xmpp/xeps/chat-markers.ts'
import { REACTIONS } from '@plodge/xmpp/xeps/reactions.ts'
import { RECEIPTS } from '@plodge/xmpp/xeps/receipts.ts'
import { RETRACT } from '@plodge/xmpp/xeps/retract.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { SFS, fileElements } from '../model/file.ts'
import { regionsIn } from '../model/mentions.ts'
import { type Change, type FileOf, type Message, NO_REACTIONS } from '../model/message.ts'
import { type InThread, opening, threadElements } from '../model/threads.ts'
import { append, change, without } from '../model/timeline.ts'
import { Outbox, type OutboxNeeds } from '../offline/outbox.ts'
import type { Desk } from './desk.ts'
import type { Timelines } from './timelines.ts'

const CORRECT = 'urn:xmpp:message-correct:0'
const REPLY = 'urn:xmpp:reply:0'
const TOO_MUCH = 'too much waits to be sent already'
const REFERENCE = 'urn:xmpp:reference:0'
const MOST_REFUSED = 200
const MOST_REFERENCES = 20

export interface Words {
  readonly text: string
  readonly reply?: Message | undefined
  readonly file?: FileOf | undefined
  readonly thread?: InThread | undefined
}

export class Speech {
  readonly #desk: Desk
  readonly #timelines: Timelines
  readonly #outbox: Outbox
  /** Of what was said here and came back: the server acknowledges that too (XEP-0198), right after. */
  readonly #refused = new Set<string>()
  readonly #nickIn: (room: string) => string

  /** `nickIn` is for rooms that one is not inside yet. */
  constructor(desk: Desk, timelines: Timelines, nickIn: (room: string) => string, memory: OutboxNeeds['memory']) {
    this.#nickIn = nickIn
    this.#desk = desk
    this.#timelines = timelines
    this.#outbox = new Outbox({
      desk,
      memory,
      sent: ({ address, id }) => this.#reach(address, id, { kind: 'server' }),
      adopted: ({ address, kind, message }) => {
        if (message) timelines.update(address, kind, timeline => append(timeline, message))
      },
    })
  }

  get outbox(): Outbox {
    return this.#outbox
  }

  say(address: string, words: Words): void {
    const id = crypto.randomUUID()
    const { kind } = this.#timelines.conversation(address, 'person')
    const stanza = messageTo(address, kind, id, [...contents(id, kind, words), ...this.#references(address, words)])
    const author = this.#author(address)
    const message = outgoing(id, author, words)
    const after = this.#newest(address)
    this.#timelines.update(address, kind, timeline => append(timeline, message))
    if (!this.#outbox.put(address, kind, stanza, message, after)) this.#reach(address, id, { kind: 'failed', why: TOO_MUCH })
  }

  /** XEP-0372 §3.3: who is spoken to in a room, for clients that look for it; the text says it to all others. */
  #references(address: string, { text, reply, thread }: Words): readonly Element[] {
    const who = this.#desk.state.conversations[address]?.room?.who
    if (!who) return []
    const before = Array.from(`${thread ? opening(thread) : ''}${reply ? quote(reply.text) : ''}`).length
    return regionsIn(text, nick => who[nick]?.address !== undefined)
      .slice(0, MOST_REFERENCES)
      .map(({ nick, begin, end }) => {
        const [from, to] = [String(before + begin), String(before + end)]
        return new Element(REFERENCE, 'reference', { type: 'mention', begin: from, end: to, uri: `xmpp:${who[nick]?.address}` })
      })
  }

  edit(address: string, message: Message, text: string): void {
    const replace = new Element(CORRECT, 'replace', { id: message.id ?? message.key })
    const reply =
      message.reply === undefined
        ? []
        : [new Element(REPLY, 'reply', { id: message.reply.id, ...(message.reply.to !== undefined && { to: message.reply.to }) })]
    // XEP-0308 §3: what else was in it is said again.
    const thread = message.thread ? threadElements({ ...message.thread, isNew: false }) : []
    this.#change(address, [new Element(CLIENT, 'body', {}, [text]), replace, ...reply, ...thread], {
      ...this.#by(message),
      kind: 'edit',
      target: message.key,
      text,
      file: undefined,
      time: Date.now(),
    })
  }

  retract(address: string, message: Message): void {
    const target = this.#nameOf(address, message)
    const why = '/me took a message back, but it is unsupported by your client.'
    const fallback = new Element(FALLBACK, 'fallback', { for: RETRACT }, [])
    const contents = [
      new Element(RETRACT, 'retract', { id: target }),
      fallback,
      new Element(CLIENT, 'body', {}, [why]),
      new Element(HINTS, 'store'),
    ]
    this.#change(address, contents, { ...this.#by(message), kind: 'remove', target: message.key, reason: undefined, isModerated: false })
  }

  react(address: string, message: Message, signs: readonly string[]): void {
    const reactions = signs.map(sign => new Element(REACTIONS, 'reaction', {}, [sign]))
    const contents = [new Element(REACTIONS, 'reactions', { id: this.#nameOf(address, message) }, reactions), new Element(HINTS, 'store')]
    this.#change(address, contents, { by: this.#author(address), isMine: true, kind: 'react', target: message.key, signs })
  }

  /** That one writes, or no longer. */
  typing(address: string, isTyping: boolean): void {
    if (this.#desk.state.line.kind !== 'online') return
    const state = new Element(CHAT_STATES, isTyping ? 'composing' : 'active')
    this.#send(address, [state, new Element(HINTS, 'no-store')])
  }

  /** Other people's devices learn it from here, one's own from the node of XEP-0490. */
  displayed(address: string, message: Message): void {
    const { kind } = this.#timelines.conversation(address, 'person')
    const id = kind === 'room' ? message.archive : message.id
    if (id !== undefined && kind === 'person') this.#send(address, [new Element(MARKERS, 'displayed', { id })])
  }

  received(to: string, id: string): void {
    const contents = [new Element(RECEIPTS, 'received', { id })]
    this.#desk.send(new Element(CLIENT, 'message', { to, type: 'chat', id: crypto.randomUUID() }, contents))
  }

  /** The server has it on disk. False when it was not said in this tab. */
  confirmed(id: string): boolean {
    if (this.#refused.delete(id)) return true
    const sent = this.#outbox.take(id)
    if (sent) this.#reach(sent.address, id, { kind: 'server' })
    return sent !== undefined
  }

  failed(id: string): void {
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear()
    if (this.#outbox.take(id)) this.#refused.add(id)
  }

  retry(address: string, message: Message): void {
    this.discard(address, message)
    this.say(address, { text: message.text, file: message.file, ...(message.thread && { thread: { ...message.thread, isNew: false } }) })
  }

  discard(address: string, message: Message): void {
    if (message.id !== undefined) this.failed(message.id)
    this.#timelines.update(address, this.#timelines.conversation(address, 'person').kind, timeline => without(timeline, message.key))
  }

  #change(address: string, contents: readonly Element[], what: Change): void {
    const { kind } = this.#timelines.conversation(address, 'person')
    const after = this.#newest(address)
    this.#timelines.update(address, kind, timeline => change(timeline, what))
    const id = crypto.randomUUID()
    const named = [...contents, new Element(SID, 'origin-id', { id })]
    this.#outbox.put(address, kind, messageTo(address, kind, id, named), undefined, after)
  }

  /** The newest of its archive that is known here. */
  #newest(address: string): string | undefined {
    return this.#timelines.get(address).messages.findLast(({ archive }) => archive !== undefined)?.archive
  }

  #send(address: string, contents: readonly Element[]): void {
    const { kind } = this.#timelines.conversation(address, 'person')
    const id = crypto.randomUUID()
    this.#desk.send(messageTo(address, kind, id, contents))
  }

  #reach(address: string, target: string, delivery: Message['delivery']): void {
    const { kind } = this.#timelines.conversation(address, 'person')
    this.#timelines.update(address, kind, timeline =>
      change(timeline, { target, by: '', isMine: true, kind: 'reach', delivery, upTo: false }),
    )
  }

  /** XEP-0444 §4.2, XEP-0424 §4: in rooms by the room's name for it. */
  #nameOf(address: string, message: Message): string {
    const isRoom = this.#timelines.conversation(address, 'person').kind === 'room'
    return (isRoom ? message.archive : message.id) ?? message.key
  }

  #author(address: string): string {
    const { kind, room } = this.#timelines.conversation(address, 'person')
    if (room?.joined.kind === 'inside') return room.joined.nick
    return kind === 'room' ? this.#nickIn(address) : this.#desk.own
  }

  #by({ author }: Message): { readonly by: string; readonly isMine: true } {
    return { by: author, isMine: true }
  }
}

const messageTo = (address: string, kind: 'person' | 'room', id: string, contents: readonly Element[]): Element =>
  new Element(CLIENT, 'message', { to: address, type: kind === 'room' ? 'groupchat' : 'chat', id }, contents)

function contents(id: string, kind: 'person' | 'room', { text, reply, file, thread }: Words): readonly Element[] {
  // XEP-0447 §3.2: then the body is the address and nothing else, for those who know XEP-0066 alone.
  const address = text === '' ? file?.url : undefined
  const quoted = reply && address === undefined ? quote(reply.text) : ''
  const named = thread && address === undefined ? opening(thread) : ''
  const body = address ?? `${named}${quoted}${text}`
  const elements = [new Element(CLIENT, 'body', {}, [body]), new Element(SID, 'origin-id', { id })]
  if (kind === 'person') elements.push(new Element(RECEIPTS, 'request'))
  elements.push(new Element(MARKERS, 'markable'), new Element(CHAT_STATES, 'active'))
  if (reply) {
    const target = kind === 'room' ? reply.archive : reply.id
    elements.push(new Element(REPLY, 'reply', { id: target ?? reply.key, ...(kind === 'person' && { to: reply.author }) }))
    const [start, end] = [Array.from(named).length, Array.from(named + quoted).length]
    const region = new Element(FALLBACK, 'body', { start: String(start), end: String(end) })
    if (quoted !== '') elements.push(new Element(FALLBACK, 'fallback', { for: REPLY }, [region]))
  }
  if (file) elements.push(...fileElements(file))
  if (address !== undefined) elements.push(new Element(FALLBACK, 'fallback', { for: SFS }, [new Element(FALLBACK, 'body')]))
  if (thread) elements.push(...threadElements(named === '' ? { ...thread, isNew: false } : thread))
  return elements
}

/** For clients that know nothing of replies (XEP-0461 §3). */
const quote = (text: string): string =>
  `${text
    .slice(0, 500)
    .split('\n')
    .slice(0, 4)
    .map(line => `> ${line}`)
    .join('\n')}\n`

const outgoing = (id: string, author: string, { text, reply, file, thread }: Words): Message => ({
  key: id,
  archive: undefined,
  id,
  author,
  isMine: true,
  time: Date.now(),
  text,
  asks: true,
  file,
  reply: reply && { id: reply.archive ?? reply.id ?? reply.key, to: reply.author },
  thread: thread && { id: thread.id, name: thread.name },
  delivery: { kind: 'sending' },
  edited: undefined,
  removed: undefined,
  reactions: NO_REACTIONS,
})
