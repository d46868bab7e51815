/** The open requests of one BOSH session, in the order of their numbers, and the last answers, for a client that did not get them (XEP-0124 §14). */
import type { ServerResponse } from 'node:http'

export interface Held {
  readonly rid: number
  response: ServerResponse
  /** The client is gone from it; it may come back with the same number. */
  isGone: boolean
  readonly timer: NodeJS.Timeout | undefined
}

export interface RequestsOptions {
  readonly contentType: string
  /** How many answers are remembered. */
  readonly remembered: number
  /** A client left its request without an answer. */
  readonly gone: () => void
}

export class Requests {
  readonly #options: RequestsOptions
  readonly #held: Held[] = []
  readonly #answers = new Map<number, string>()

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#held.length
  }

  /** Somebody waits for an answer. */
  get areAwaited(): boolean {
    return this.#held.some(({ isGone }) => !isGone)
  }

  /** Characters of answers that are remembered. */
  get size(): number {
    let size = 0
    for (const answer of this.#answers.values()) size += answer.length
    return size
  }

  get oldest(): number | undefined {
    return this.#held[0]?.rid
  }

  has(rid: number): boolean {
    return this.#held.some(held => held.rid === rid)
  }

  /** Holds it; `late` is called when it has waited that long. */
  hold(rid: number, response: ServerResponse, waitMs: number, late: () => void): void {
    const held: Held = { rid, response, isGone: response.destroyed, timer: waitMs > 0 ? setTimeout(late, waitMs).unref() : undefined }
    this.#held.push(held)
    this.#watch(held, response)
  }

  /** §14.3: the same request again. False when its answer is not known any more. */
  repeat(rid: number, response: ServerResponse): boolean {
    const held = this.#held.find(one => one.rid === rid)
    if (held) {
      // The older one hears that the newer one has taken its place.
      reply(held.response, this.#options.contentType, `<body xmlns='http://jabber.org/protocol/httpbind' type='error'/>`)
      held.response = response
      held.isGone = false
      this.#watch(held, response)
      return true
    }
    const answer = this.#answers.get(rid)
    if (answer === undefined) return false
    reply(response, this.#options.contentType, answer)
    return true
  }

  /** Answers the oldest, which must be there. */
  answer(text: string): void {
    const held = this.#held.shift()
    if (!held) return
    clearTimeout(held.timer)
    this.#answers.set(held.rid, text)
    for (const rid of this.#answers.keys()) if (this.#answers.size > this.#options.remembered) this.#answers.delete(rid)
    reply(held.response, this.#options.contentType, text)
  }

  /** The client has all answers up to there. */
  forget(upTo: number): void {
    for (const rid of this.#answers.keys()) if (rid <= upTo) this.#answers.delete(rid)
  }

  #watch(held: Held, response: ServerResponse): void {
    response.once('close', () => {
      if (held.response !== response || response.writableEnded) return
      held.isGone = true
      this.#options.gone()
    })
  }
}

export function reply(response: ServerResponse, contentType: string, text: string): void {
  if (response.destroyed || response.writableEnded) return
  response.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    // A client may ask for an answer that a browser takes for HTML.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    ...CORS,
  })
  response.end(text)
}

export const CORS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'OPTIONS, POST',
  'Access-Control-Allow-Headers': 'Content-Type',
  'Access-Control-Max-Age': '86400',
}
