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
import { type Change, type FileOf, type Message, NO_REACTIONS } from '../model/message.ts'
import { append, change, without } from '../model/timeline.ts'
import type { Desk } from './desk.ts'
import type { Timelines } from './timelines.ts'

const CORRECT = 'urn:xmpp:message-correct:0'
const REPLY = 'urn:xmpp:reply:0'

export interface Words {
  readonly text: string
  readonly reply?: Message | undefined
  readonly file?: FileOf | undefined
  readonly topic?: string | undefined
}

export class Speech {
  readonly #desk: Desk
  readonly #timelines: Timelines
  /** Sent, and not known to be on the server: by id, with the conversation. Bounded by what a stream lets wait. */
  readonly #outbox = new Map<string, { readonly address: string; readonly stanza: Element }>()
  readonly #saved: (outbox: readonly string[]) => void

  constructor(desk: Desk, timelines: Timelines, saved: (outbox: readonly string[]) => void) {
    this.#desk = desk
    this.#timelines = timelines
    this.#saved = saved
  }

  say(address: string, words: Words): void {
    const id = crypto.randomUUID()
    const { kind, room } = this.#timelines.conversation(address, 'person')
    const stanza = new Element(
      CLIENT,
      'message',
      { to: address, type: kind === 'room' ? 'groupchat' : 'chat', id },
      contents(id, kind, words),
    )
    const author = room?.joined.kind === 'inside' ? room.joined.nick : this.#desk.own
    this.#timelines.update(address, kind, timeline => append(timeline, outgoing(id, author, words)))
    this.#outbox.set(id, { address, stanza })
    this.#save()
    this.#desk.send(stanza)
  }

  edit(address: string, message: Message, text: string): void {
    const replace = new Element(CORRECT, 'replace', { id: message.id ?? message.key })
    const reply =
      message.reply === undefined
        ? []
        : [new Element(REPLY, 'reply', { id: message.reply.id, ...(message.reply.to !== undefined && { to: message.reply.to }) })]
    this.#change(address, [new Element(CLIENT, 'body', {}, [text]), replace, ...reply], {
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

  /** The server has it on disk. */
  confirmed(id: string): void {
    const sent = this.#outbox.get(id)
    if (!sent) return
    this.#outbox.delete(id)
    this.#save()
    this.#reach(sent.address, id, { kind: 'server' })
  }

  failed(id: string): void {
    if (this.#outbox.delete(id)) this.#save()
  }

  retry(address: string, message: Message): void {
    this.discard(address, message)
    this.say(address, { text: message.text, file: message.file, topic: message.topic })
  }

  discard(address: string, message: Message): void {
    if (message.id !== undefined) this.failed(message.id)
    this.#timelines.update(address, this.#timelines.conversation(address, 'person').kind, timeline => without(timeline, message.key))
  }

  /** A new session begins: nobody knows what became of what is in the outbox now. What is said from here on goes by itself. */
  begin(): readonly string[] {
    return [...this.#outbox.keys()]
  }

  /** Of what was in doubt, what the archive now has was sent; all else goes again, under the same id. */
  again(inDoubt: readonly string[]): void {
    for (const id of inDoubt) {
      const sent = this.#outbox.get(id)
      if (!sent) continue
      const { address, stanza } = sent
      const found = this.#timelines.get(address).messages.find(message => message.id === id)
      if (found?.archive === undefined) this.#desk.send(stanza)
      else this.confirmed(id)
    }
  }

  #change(address: string, contents: readonly Element[], what: Change): void {
    const { kind } = this.#timelines.conversation(address, 'person')
    this.#timelines.update(address, kind, timeline => change(timeline, what))
    this.#send(address, contents)
  }

  #send(address: string, contents: readonly Element[]): void {
    const { kind } = this.#timelines.conversation(address, 'person')
    const id = crypto.randomUUID()
    this.#desk.send(new Element(CLIENT, 'message', { to: address, type: kind === 'room' ? 'groupchat' : 'chat', id }, contents))
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
    const { room } = this.#timelines.conversation(address, 'person')
    return room?.joined.kind === 'inside' ? room.joined.nick : this.#desk.own
  }

  #by({ author }: Message): { readonly by: string; readonly isMine: true } {
    return { by: author, isMine: true }
  }

  #save(): void {
    this.#saved([...this.#outbox.values()].map(({ stanza }) => stanza.toString()))
  }
}

function contents(id: string, kind: 'person' | 'room', { text, reply, file, topic }: Words): readonly Element[] {
  // XEP-0447 §3.2: then the body is the address and nothing else, for those who know XEP-0066 alone.
  const address = text === '' ? file?.url : undefined
  const quoted = reply && address === undefined ? quote(reply.text) : ''
  const body = address ?? `${quoted}${text}`
  const elements = [new Element(CLIENT, 'body', {}, [body]), new Element(SID, 'origin-id', { id })]
  if (kind === 'person') elements.push(new Element(RECEIPTS, 'request'))
  elements.push(new Element(MARKERS, 'markable'), new Element(CHAT_STATES, 'active'))
  if (reply) {
    const named = kind === 'room' ? reply.archive : reply.id
    elements.push(new Element(REPLY, 'reply', { id: named ?? reply.key, ...(kind === 'person' && { to: reply.author }) }))
    const region = new Element(FALLBACK, 'body', { start: '0', end: String(Array.from(quoted).length) })
    if (quoted !== '') elements.push(new Element(FALLBACK, 'fallback', { for: REPLY }, [region]))
  }
  if (file) elements.push(...fileElements(file))
  if (address !== undefined) elements.push(new Element(FALLBACK, 'fallback', { for: SFS }, [new Element(FALLBACK, 'body')]))
  if (topic !== undefined) elements.push(new Element(CLIENT, 'subject', {}, [topic]), new Element(CLIENT, 'thread', {}, [topic]))
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

const outgoing = (id: string, author: string, { text, reply, file, topic }: Words): Message => ({
  key: id,
  archive: undefined,
  id,
  author,
  isMine: true,
  time: Date.now(),
  text,
  file,
  reply: reply && { id: reply.archive ?? reply.id ?? reply.key, to: reply.author },
  topic,
  delivery: { kind: 'sending' },
  edited: undefined,
  removed: undefined,
  reactions: NO_REACTIONS,
})
