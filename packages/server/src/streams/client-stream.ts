/** One client's stream (RFC 6120 §4): from chunks to elements, one at a time and in order, and to its end with the right error. */
import { randomUUID } from 'node:crypto'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type StreamCondition, StreamError } from '@plodge/xmpp/stream/errors.ts'
import type { StreamEvent } from '@plodge/xmpp/xml/raw.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'
import type { Connection, ConnectionHandler } from '../net/connection.ts'
import { type Now, isPending } from '../routing/now.ts'
import type { Limits } from '../settings.ts'
import type { BoundSession, Line } from './bound-session.ts'
import type { StreamContext } from './context.ts'
import { type Framing, type Header, TCP, WEBSOCKET } from './framing.ts'
import type { Phase } from './phase.ts'
import { Bucket } from './rate.ts'
import { endSession, loseSession } from './session-end.ts'

/** Streams that end with these may be resumed (XEP-0198 §5): the client is not at fault. */
const RESUMABLE: ReadonlySet<StreamCondition> = new Set(['connection-timeout', 'resource-constraint'])
const LONGEST_TAG = 16_384

export class ClientStream implements ConnectionHandler, Line {
  readonly connection: Connection
  readonly context: StreamContext
  readonly since: number
  phase: Phase
  /** The bound client, from binding to the end. */
  session: BoundSession | undefined
  /** When the client was last heard, and when it was last asked for a sign of life (0: not since); milliseconds since 1970. */
  heardAt: number
  probedAt = 0
  /** Told when the client has logged in, and when its line is gone. */
  onKnown: () => void = () => {}
  readonly #gone: (() => void)[] = []
  readonly #framing: Framing
  #reader: XmlReader
  #header: Header | undefined
  #hasOpened = false
  /** How many things the next stanza waits for. */
  #holds = 0
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
    return this.#header?.lang
  }

  /** Called when the line is gone. */
  onEnd(hear: () => void): void {
    this.#gone.push(hear)
  }

  onText(text: string): void {
    if (this.#isClosed) return
    this.heardAt = this.context.host.clock()
    this.probedAt = 0
    this.#reader.push(text)
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

  onClose(): void {
    for (const hear of this.#gone) hear()
    this.#isClosed = true
    this.context.streams.delete(this)
    const { session } = this
    this.session = undefined
    if (session?.line === this) loseSession(session, this.context)
  }

  write(text: string): void {
    this.connection.write(text)
  }

  /** A new stream begins on the same line: after STARTTLS, after SASL (RFC 6120 §4.3.3). */
  restart(phase: Phase, { discard }: { readonly discard: boolean }): void {
    this.phase = phase
    this.#header = undefined
    this.#reader.restart({ discard })
  }

  /** From here on the limits of people who are known hold. */
  authenticated(): void {
    this.onKnown()
    const before = this.#reader
    this.#reader = new XmlReader(readerLimits(this.context.limits(), true), { framed: this.isFramed })
    this.#reader.push(before.rest)
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
    this.#isClosed = true
    this.context.streams.delete(this)
    if (!this.#hasOpened) this.#open(undefined)
    if (error) this.write(this.#framing.error(error))
    this.write(this.#framing.close)
    const { session } = this
    this.session = undefined
    if (session?.line === this) {
      if (error && RESUMABLE.has(error.condition)) loseSession(session, this.context)
      else endSession(session, this.context)
    }
    this.connection.end()
  }

  #pump(): void {
    try {
      while (this.#holds === 0 && !this.#isClosed) {
        const event = this.#reader.next()
        if (!event) {
          if (this.isFramed && this.#reader.isMidway)
            throw new StreamError('not-well-formed', 'A message over WebSocket is one whole element')
          return
        }
        const work = this.#handle(event)
        if (isPending(work)) this.#await(work)
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** The next stanza waits until this one is done: that keeps order and slows the sender down (RFC 6120 §10.1). */
  #await(work: Promise<unknown>): void {
    this.#holds += 1
    work.then(
      () => this.#goOn(),
      (error: unknown) => this.#failed(error),
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
    setTimeout(() => this.#goOn(), milliseconds).unref()
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
    if (this.#framing.isClose(event)) return this.#end(undefined)
    const header = this.#framing.headerOf(event)
    if (header) return this.#onHeader(header)
    if (event.kind !== 'element') return undefined
    if (!this.#header) throw new StreamError('bad-format', 'A stream begins with its header')
    if (this.session) this.#countStanza()
    return this.phase.element(event.element, this)
  }

  #countStanza(): void {
    const limits = this.context.limits()
    if (!limits.rates || limits.stanzasPerSecond === Infinity) return
    const rate = { perSecond: limits.stanzasPerSecond, burst: limits.stanzaBurst }
    this.#wait((this.#stanzas ??= new Bucket(rate, this.heardAt)).take(1, rate, this.heardAt))
  }

  #onHeader(header: Header): void {
    if (this.#header) throw new StreamError('bad-format', 'The stream has begun already')
    this.#header = header
    this.#open(header)
    const { domain } = this.context.host
    const to = header.to === undefined ? undefined : Jid.parse(header.to)
    if (to?.full !== domain.full) throw new StreamError('host-unknown', `This server is ${domain.full}`)
    if (header.version === undefined || !/^\d{1,3}\.\d{1,3}$/.test(header.version) || Number.parseInt(header.version, 10) < 1) {
      throw new StreamError('unsupported-version', 'This server speaks XMPP 1.0')
    }
    this.sendFeatures()
  }

  #open(header: Header | undefined): void {
    this.#hasOpened = true
    const from = header?.from === undefined ? undefined : Jid.parse(header.from)?.full
    this.write(this.#framing.open({ id: randomUUID(), domain: this.context.host.domain.full, to: from }))
  }
}

type ReaderLimits = ConstructorParameters<typeof XmlReader>[0]
/** Before and after log-in; one pair serves all streams. */
const known = new WeakMap<Limits, readonly [ReaderLimits, ReaderLimits]>()

function readerLimits(limits: Limits, isLoggedIn: boolean): ReaderLimits {
  const pair = known.get(limits) ?? pairOf(limits)
  known.set(limits, pair)
  return pair[isLoggedIn ? 1 : 0]
}

function pairOf(limits: Limits): readonly [ReaderLimits, ReaderLimits] {
  const { stanzaBytes, stanzaBytesBeforeLogin, stanzaDepth: depth, stanzaElements: elements, elementAttributes: attributes } = limits
  const common = { tag: LONGEST_TAG, depth, elements, attributes }
  return [
    { ...common, bytes: Math.min(stanzaBytes, stanzaBytesBeforeLogin) },
    { ...common, bytes: stanzaBytes },
  ]
}
