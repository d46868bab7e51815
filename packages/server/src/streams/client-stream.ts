/** One client's stream (RFC 6120 §4): from chunks to elements, one at a time and in order, and to its end with the right error. */
import { randomUUID } from 'node:crypto'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type StreamCondition, StreamError } from '@plodge/xmpp/stream/errors.ts'
import type { StreamEvent } from '@plodge/xmpp/xml/raw.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'
import type { Connection, ConnectionHandler } from '../net/connection.ts'
import { type Now, isPending } from '../routing/now.ts'
import type { BoundSession } from './bound-session.ts'
import type { Known, Phase, Stream, StreamContext } from './stream.ts'
import { type Framing, type Header, TCP, WEBSOCKET, checkHeader } from './framing.ts'
import { Bucket } from '../routing/rate.ts'
import { readerLimits } from './reader-limits.ts'
import { realmOf } from './realm.ts'
import { closeSession, endSession, loseSession } from './session-end.ts'

/** Streams that end with these may be resumed (XEP-0198 §5): the client is not at fault. */
const RESUMABLE: ReadonlySet<StreamCondition> = new Set(['connection-timeout', 'resource-constraint'])
/** However far over its rate a client is; a timer of Node also overflows into none at all. */
const LONGEST_WAIT_MS = 60_000

export class ClientStream implements ConnectionHandler, Stream {
  readonly connection: Connection
  context: StreamContext
  readonly since: number
  phase: Phase
  /** The bound client, from binding to the end. */
  session: BoundSession | undefined
  /** Who has logged in, until there is a session. */
  known: Known | undefined
  /** Who the client says it will be, until it has proven who it is: a bare address. */
  claimed: string | undefined
  /** When the client was last heard, and when it was last asked for a sign of life (0: not since); milliseconds since 1970. */
  heardAt: number
  probedAt = 0
  /** Told when the client has logged in, and when its line is gone. */
  onKnown: () => void = () => {}
  readonly #gone: (() => void)[] = []
  readonly #framing: Framing
  #reader: XmlReader
  /** The client's header has come; of what it says only the language is kept. */
  #hasHeader = false
  #lang: string | undefined
  #hasOpened = false
  /** How many things the next stanza waits for. */
  #holds = 0
  /** Over WebSocket: messages that wait, each to be read by itself. */
  readonly #messages: string[] | undefined
  /** Over WebSocket: the message that is being read has had its element. */
  #hasElement = false
  /** The client says no more. */
  #isOver = false
  #isClosed = false
  #stanzas: Bucket | undefined
  #bytes: Bucket | undefined

  constructor(connection: Connection, context: StreamContext, phase: Phase) {
    this.connection = connection
    this.context = context
    this.phase = phase
    this.since = context.host.clock()
    this.heardAt = this.since
    this.#framing = connection.isFramed ? WEBSOCKET : TCP
    this.#messages = connection.isFramed ? [] : undefined
    this.#reader = new XmlReader(readerLimits(context.limits(), false), { framed: connection.isFramed })
    connection.handler = this
    context.streams.add(this)
  }

  get isFramed(): boolean {
    return this.#framing.isFramed
  }

  get address(): string {
    return this.connection.address
  }

  get queued(): number {
    return this.connection.queued
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The language of the stream, for stanzas that name none (RFC 6120 §8.1.5). */
  get lang(): string | undefined {
    return this.#lang
  }

  /** Called when the line is gone. */
  whenGone(hear: () => void): void {
    this.#gone.push(hear)
  }

  onText(text: string): void {
    if (this.#isClosed) return
    this.heardAt = this.context.host.clock()
    this.probedAt = 0
    if (this.#messages) this.#messages.push(text)
    else this.#reader.push(text)
    const limits = this.context.limits()
    if (limits.rates && limits.bytesPerSecond !== Infinity) {
      const rate = { perSecond: limits.bytesPerSecond, burst: limits.bytesPerSecond * 10 }
      this.#wait((this.#bytes ??= new Bucket(rate, this.heardAt)).take(text.length, rate, this.heardAt))
    }
    if (this.#holds > 0) this.connection.pause()
    else this.#pump()
  }

  onBadInput(condition: StreamCondition, text: string): void {
    this.fail(condition, text)
  }

  onEnd(): void {
    this.#isOver = true
    if (this.#holds === 0) this.#lineIsOver()
  }

  onClose(): void {
    this.context.streams.delete(this)
    this.#leave(loseSession)
    for (const hear of this.#gone) hear()
  }

  /** RFC 6120 §4.4: a client that goes without closing its stream may come back to its session. */
  #lineIsOver(): void {
    this.#leave(loseSession)
    this.connection.end()
  }

  #leave(how: typeof endSession): void {
    this.#isClosed = true
    const { session } = this
    this.session = undefined
    if (session?.line === this) how(session, this.context)
  }

  write(text: string): void {
    this.connection.write(text)
  }

  /** A new stream begins on the same line: after STARTTLS, after SASL (RFC 6120 §4.3.3). */
  restart(phase: Phase, { discard }: { readonly discard: boolean }): void {
    this.phase = phase
    this.#hasHeader = false
    // The new stream has not been answered: an error in it still needs our header first (RFC 6120 §4.9.1.2).
    this.#hasOpened = false
    this.#reader.restart({ discard })
  }

  /** From here on the limits of people who are known hold. */
  authenticated(known: Known): void {
    this.onKnown()
    this.known = known
    this.claimed = undefined
    const before = this.#reader
    this.#reader = new XmlReader(readerLimits(this.context.limits(), true), { framed: this.isFramed })
    this.#reader.push(before.rest)
  }

  /** The same without a new stream (XEP-0388 §2.6.1). */
  proceed(phase: Phase): void {
    this.onKnown()
    this.claimed = undefined
    this.phase = phase
    this.#reader.limits = readerLimits(this.context.limits(), true)
  }

  sendFeatures(): void {
    this.write(this.#framing.features(this.phase.features(this)))
  }

  /** RFC 6120 §4.9: says why, and closes. */
  fail(condition: StreamCondition, text: string, detail = ''): void {
    this.#end(new StreamError(condition, text, detail))
  }

  #end(error: StreamError | undefined): void {
    if (this.#isClosed) return
    if (!this.#hasOpened) this.#open(undefined)
    if (error) this.write(this.#framing.error(error))
    this.write(this.#framing.close)
    this.#leave(!error ? closeSession : RESUMABLE.has(error.condition) ? loseSession : endSession)
    this.connection.end()
  }

  #pump(): void {
    try {
      while (this.#holds === 0 && !this.#isClosed) {
        const event = this.#reader.next()
        if (event) {
          if (this.isFramed) this.#countElement()
          const work = this.#handle(event)
          if (isPending(work)) this.#await(work)
        } else if (!this.#nextMessage()) {
          if (this.#isOver) this.#lineIsOver()
          return
        }
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** RFC 7395 §3.3.3: a message is an element, whole and alone. */
  #countElement(): void {
    if (this.#hasElement) throw new StreamError('not-well-formed', 'A message over WebSocket is one element')
    this.#hasElement = true
  }

  #nextMessage(): boolean {
    if (!this.#messages) return false
    if (this.#reader.isMidway) throw new StreamError('not-well-formed', 'A message over WebSocket is one whole element')
    const message = this.#messages.shift()
    if (message === undefined) return false
    this.#hasElement = false
    this.#reader.push(message)
    return true
  }

  /** The next stanza waits until this one is done: that keeps order and slows the sender down (RFC 6120 §10.1). */
  #await(work: Promise<unknown>): void {
    this.#holds += 1
    const { session } = this
    if (session) session.work = work
    const over = (then: () => void): void => {
      if (session?.work === work) session.work = undefined
      then()
    }
    work.then(
      () => over(() => this.#goOn()),
      (error: unknown) => over(() => this.#failed(error)),
    )
  }

  #goOn(): void {
    this.#holds -= 1
    if (this.#isClosed || this.#holds > 0) return
    this.connection.resume()
    this.#pump()
  }

  #wait(milliseconds: number): void {
    if (milliseconds <= 0) return
    this.connection.pause()
    this.#holds += 1
    setTimeout(() => this.#goOn(), Math.min(milliseconds, LONGEST_WAIT_MS)).unref()
  }

  #failed(error: unknown): void {
    if (error instanceof StreamError) return this.#end(error)
    this.context.host.log.error(
      { err: error, address: this.address, account: this.session?.account.bare },
      'a stream met a mistake of ours',
    )
    return this.#end(new StreamError('internal-server-error', 'The server made a mistake; its operators can read about it in the log'))
  }

  #handle(event: StreamEvent): Now<void> {
    const header = this.#framing.headerOf(event)
    if (this.#framing.isClose(event)) return this.#end(undefined)
    if (header) return this.#onHeader(header)
    if (event.kind !== 'element') return undefined
    if (!this.#hasHeader) throw new StreamError('bad-format', 'A stream begins with its header')
    if (this.session) this.#countStanza()
    return this.phase.element(event.element, this)
  }

  #countStanza(): void {
    const limits = this.context.limits()
    if (!limits.rates || limits.stanzasPerSecond === Infinity) return
    const rate = { perSecond: limits.stanzasPerSecond, burst: limits.stanzaBurst }
    // Not when it was heard: what came at once is read over some time, in which the bucket fills.
    const now = this.context.host.clock()
    this.#wait((this.#stanzas ??= new Bucket(rate, now)).take(1, rate, now))
  }

  #onHeader(header: Header): void {
    if (this.#hasHeader) throw new StreamError('bad-format', 'The stream has begun already')
    this.#hasHeader = true
    this.#lang = header.lang
    if (!this.known) this.context = realmOf(header, this, this.context)
    this.#open(header)
    const from = checkHeader(header, this.context.host.domain)
    if (!this.known) this.claimed = from
    this.sendFeatures()
  }

  /** RFC 6120 §4.7.2: `to` is the bare address of who says who they are. */
  #open(header: Header | undefined): void {
    this.#hasOpened = true
    const from = header?.from === undefined ? undefined : Jid.parse(header.from)?.bare
    this.write(this.#framing.open({ id: randomUUID(), domain: this.context.host.domain.full, to: from }))
  }
}
