/**
 * A client over BOSH (XEP-0124, XEP-0206). To its stream it looks like a WebSocket (RFC 7395): each payload is one message, <open/> begins
 * a stream and <close/> ends it. What it says waits here until a request can carry it.
 */
import type { ServerResponse } from 'node:http'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import type { ChannelBinding, Connection, ConnectionHandler } from '../connection.ts'
import type { HttpGuest } from '../http-route.ts'
import { type Flushable, flushSoon } from '../outbox.ts'
import { type BindingCondition, type Body, XBOSH, terminate, writeBody } from './body.ts'
import { Requests, reply } from './requests.ts'
import { MAX_PAUSE, type Terms, readSeconds } from './terms.ts'

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'
/** Of payloads in one answer; one that is larger goes alone. */
const ANSWER_LENGTH = 262_144
/** How long the last word waits for a client that has no request open. */
const LINGER_MS = 5000
const NO_BINDINGS: readonly ChannelBinding[] = []

interface Early {
  readonly body: Body
  readonly response: ServerResponse
}

export interface BoshOptions {
  readonly sid: string
  readonly domain: string
  readonly terms: Terms
  readonly guest: HttpGuest
  /** The session is over. */
  readonly over: () => void
}

export class BoshConnection implements Connection, Flushable {
  readonly address: string
  readonly isSecure = true
  readonly isFramed = true
  readonly protocol: string | undefined
  /** Each request comes through a TLS connection of its own. */
  readonly certificate = undefined
  readonly channelBindings = NO_BINDINGS
  handler: ConnectionHandler | undefined
  readonly #options: BoshOptions
  readonly #requests: Requests
  /** Requests that overtook others, by number. */
  readonly #early = new Map<number, Early>()
  #lastRid = 0
  #out: string[] = []
  #outLength = 0
  #hasAnswered = false
  #condition: BindingCondition | undefined
  #state: 'open' | 'ending' | 'closed' = 'open'
  #isPaused = false
  #silence: NodeJS.Timeout | undefined
  /** Seconds; a pause changes it until the next request. */
  #patience: number
  /** When the last request came, and whether it was empty and answered by nothing. */
  #heardAt = -Infinity
  #wasIdle = false

  constructor(options: BoshOptions) {
    this.#options = options
    this.address = options.guest.address
    this.protocol = options.guest.protocol
    this.#patience = options.terms.inactivity
    this.#requests = new Requests({
      contentType: options.terms.contentType,
      remembered: options.terms.requests + 1,
      gone: () => this.#watchSilence(),
    })
  }

  get queued(): number {
    return this.#outLength + this.#requests.size
  }

  /** The client's first request. */
  begin(body: Body, response: ServerResponse): void {
    this.#lastRid = (body.rid ?? 1) - 1
    this.#early.set(this.#lastRid + 1, { body, response })
    this.#work()
  }

  /** Each later one. */
  take(body: Body, rid: number, response: ServerResponse): void {
    if (this.#state === 'closed') return reply(response, this.#options.terms.contentType, terminate('item-not-found'))
    if (rid <= this.#lastRid) {
      if (!this.#requests.repeat(rid, response)) this.#fail('item-not-found', response)
      else this.flush()
      return
    }
    // §11: one more than is allowed may come to pause or to end.
    const isExtra = body.attributes['pause'] !== undefined || body.attributes['type'] === 'terminate'
    if (rid > this.#lastRid + this.#options.terms.requests + (isExtra ? 1 : 0)) return this.#fail('item-not-found', response)
    const before = this.#early.get(rid)
    if (before) reply(before.response, this.#options.terms.contentType, writeBody({ type: 'error' }))
    this.#early.set(rid, { body, response })
    this.#work()
  }

  write(text: string): void {
    if (this.#state !== 'open' || text.startsWith('<open ') || text.startsWith('<close ')) return
    if (text.startsWith('<stream:error')) this.#condition = 'remote-stream-error'
    this.#outLength += text.length
    if (this.#out.push(text) === 1) flushSoon(this)
  }

  /** Answers as many requests as there is something to say for, and those beyond what may be held. */
  flush(): void {
    if (this.#state !== 'open') return
    const { hold } = this.#options.terms
    while (this.#requests.areAwaited && (this.#out.length > 0 || this.#requests.count > hold)) this.#answerOldest()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    setImmediate(() => this.#work())
  }

  startTls(): void {
    throw new Error('BOSH is secure already')
  }

  channelBinding(): undefined {
    return undefined
  }

  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    clearTimeout(this.#silence)
    if (this.#requests.areAwaited) this.#sayLast()
    else this.#silence = setTimeout(() => this.#close(), LINGER_MS).unref()
  }

  destroy(): void {
    if (this.#state === 'closed') return
    this.#condition ??= 'remote-connection-failed'
    this.#sayLast()
  }

  /** In the order of their numbers, as far as there is no gap and the stream keeps up. */
  #work(): void {
    while (!this.#isPaused && this.#state !== 'closed') {
      const next = this.#early.get(this.#lastRid + 1)
      if (!next) break
      this.#early.delete(this.#lastRid + 1)
      this.#lastRid += 1
      this.#hear(next.body, next.response)
    }
    this.flush()
    this.#watchSilence()
  }

  #hear(body: Body, response: ServerResponse): void {
    const { attributes, payloads } = body
    const { terms } = this.#options
    this.#requests.hold(this.#lastRid, response, terms.wait * 1000, () => this.#late())
    if (this.#state === 'ending') return this.#sayLast()
    this.#requests.forget(Number(attributes['ack'] ?? 0) || 0)
    this.#patience = terms.inactivity
    const isRestart = /^(?:true|1)$/.test(attributes[`{${XBOSH}}restart`] ?? '')
    const isFirst = !this.#hasAnswered && attributes['sid'] === undefined
    if (this.#isTooFast(body, isRestart || isFirst)) return this.#violated()
    if (isRestart || isFirst) return this.handler?.onText(opening(attributes, isFirst, this.#options.domain))
    const pause = readSeconds(attributes['pause'])
    if (pause !== undefined && pause <= MAX_PAUSE) return this.#pauseFor(pause)
    for (const payload of payloads) this.handler?.onText(payload)
    if (attributes['type'] === 'terminate') this.handler?.onText(`<close xmlns='${FRAMING}'/>`)
  }

  /** §11 and §12: empty requests that come faster than `polling` allows, though there was nothing to fetch. */
  #isTooFast({ attributes, payloads }: Body, isOpening: boolean): boolean {
    const { requests, polling, hold } = this.#options.terms
    const now = performance.now()
    const isEmpty = payloads.length === 0 && !isOpening && attributes['pause'] === undefined && attributes['type'] !== 'terminate'
    const isSoon = now - this.#heardAt < polling * 1000
    this.#heardAt = now
    if (!isEmpty) {
      this.#wasIdle = false
      return false
    }
    const isTooMany = hold > 0 && this.#requests.count >= requests && this.#out.length === 0
    const isPolling = hold === 0 && this.#wasIdle
    this.#wasIdle = this.#out.length === 0
    return isSoon && (isTooMany || isPolling)
  }

  #violated(): void {
    this.#condition = 'policy-violation'
    this.#sayLast()
  }

  /** §10: the answers must be empty; what there is to say waits. */
  #pauseFor(seconds: number): void {
    this.#patience = seconds
    while (this.#requests.count > 0) this.#reply(writeBody(this.#extras()))
  }

  #late(): void {
    if (this.#state === 'open' && this.#requests.count > 0) this.#answerOldest()
    this.#watchSilence()
  }

  #answerOldest(): void {
    const payload: string[] = []
    let length = 0
    while (this.#out.length > 0 && (length === 0 || length + (this.#out[0]?.length ?? 0) <= ANSWER_LENGTH)) {
      const text = this.#out.shift() ?? ''
      payload.push(text)
      length += text.length
    }
    this.#outLength -= length
    this.#wasIdle &&= length === 0
    this.#reply(writeBody(this.#extras(), payload.join('')))
    this.#watchSilence()
  }

  #reply(text: string): void {
    this.#hasAnswered = true
    this.#requests.answer(text)
  }

  /** What the session is, in the first answer; in later ones how far we have heard the client (§9.1). */
  #extras(): Record<string, string | number | undefined> {
    if (this.#hasAnswered) return { ack: this.#lastRid === this.#requests.oldest ? undefined : this.#lastRid }
    const { sid, domain, terms } = this.#options
    const { wait, hold, requests, inactivity, polling, version: ver } = terms
    const ours = { sid, wait, hold, requests, inactivity, polling, ver, maxpause: MAX_PAUSE, ack: this.#requests.oldest, from: domain }
    return { ...ours, 'xmpp:version': '1.0', 'xmpp:restartlogic': 'true' }
  }

  /** §17.2, to this request; the others hear that another one was at fault. */
  #fail(condition: BindingCondition, response: ServerResponse): void {
    reply(response, this.#options.terms.contentType, terminate(condition))
    this.#condition = 'other-request'
    this.#sayLast()
  }

  /** §13: the oldest request hears why, with what was still to be said; the others nothing. */
  #sayLast(): void {
    const payload = this.#out.join('')
    this.#out = []
    this.#outLength = 0
    if (this.#requests.count > 0) this.#reply(terminate(this.#condition, payload))
    while (this.#requests.count > 0) this.#reply(writeBody({}))
    for (const { response } of this.#early.values()) reply(response, this.#options.terms.contentType, writeBody({}))
    this.#early.clear()
    this.#close()
  }

  /** §10: nobody asks for too long. */
  #watchSilence(): void {
    if (this.#state !== 'open') return
    clearTimeout(this.#silence)
    this.#silence = this.#requests.areAwaited ? undefined : setTimeout(() => this.#sayLast(), this.#patience * 1000).unref()
  }

  #close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    clearTimeout(this.#silence)
    this.#options.over()
    this.handler?.onClose()
    this.handler = undefined
  }
}

/** What would be a stream's header (XEP-0206 §3, §5): as RFC 7395 has it. */
function opening(attributes: Readonly<Record<string, string>>, isFirst: boolean, domain: string): string {
  const { to = isFirst ? undefined : domain, from, 'xml:lang': lang } = attributes
  const named = Object.entries({ to, from, 'xml:lang': lang, version: attributes[`{${XBOSH}}version`] ?? '1.0' })
  const written = named.map(([name, value]) => (value === undefined ? '' : ` ${name}='${escapeAttribute(value)}'`))
  return `<open xmlns='${FRAMING}'${written.join('')}/>`
}
