/**
 * What browsers ask of a link in a message: its page's title and a sentence. For people who are signed in, of pages of ours, at a rate; each page is
 * fetched once for all of them, for a while. Whatever goes wrong has one answer.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isFromOurPage, sessionOf } from '../http/browser.ts'
import { Rates } from '../http/rates.ts'
import { type Reply, plain } from '../http/reply.ts'
import type { Asked } from '../http/server.ts'
import type { Sessions } from '../sessions.ts'
import { type FetchNeeds, fetchPage } from './fetch-page.ts'
import { type PageWords, decode, wordsOf } from './page-words.ts'

export const PREVIEW_PATH = '/preview'
/** In bytes; longer ones are not links that people follow. */
export const MOST_ADDRESS = 2048
/** A screen full of links at once, and then as one reads. */
const RATE = { perSecond: 0.5, burst: 30 }
const MOST_AT_ONCE = 16
const MOST_KEPT = 2000
const KEPT_MS = 3_600_000
/** Of a page that was not to be had. */
const NOTHING_MS = 300_000

interface PreviewNeeds {
  readonly origin: string
  readonly sessions: Sessions
  /** Undefined where there are none: it may change while the tier runs. */
  readonly fetching: () => FetchNeeds | undefined
  readonly clock: () => number
}

interface Kept {
  readonly words: Promise<PageWords | undefined>
  until: number
}

export class Previews {
  readonly #needs: PreviewNeeds
  readonly #rates: Rates
  /** The one that was asked for longest ago first. */
  readonly #kept = new Map<string, Kept>()
  #open = 0

  constructor(needs: PreviewNeeds) {
    this.#needs = needs
    this.#rates = new Rates(RATE, needs.clock)
  }

  /** Undefined for what is none of its business. */
  answer({ method, path, body, headers }: Asked): Reply | undefined | Promise<Reply> {
    if (method !== 'POST' || path !== PREVIEW_PATH) return undefined
    const refused = this.#refusal(headers)
    return refused ?? this.#preview(body)
  }

  #refusal(headers: IncomingHttpHeaders): Reply | undefined {
    const { origin, sessions, fetching } = this.#needs
    if (!isFromOurPage(headers, origin)) return plain(403, 'Previews are for pages of this site.')
    const session = sessionOf(headers, sessions)
    if (!session) return plain(401, 'Sign in first.')
    if (!fetching()) return plain(404, 'There are no previews here.')
    return this.#rates.take(session.localpart) ? undefined : plain(429, 'You asked for many pages; wait a little.', { 'Retry-After': '10' })
  }

  async #preview(address: string): Promise<Reply> {
    const kept = this.#find(address)
    if (!kept) return plain(503, 'Many people ask for pages; wait a little.', { 'Retry-After': '5' })
    const words = await kept.words
    if (!words) return { status: 204, headers: {}, body: '' }
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(words) }
  }

  #find(address: string): Kept | undefined {
    const now = this.#needs.clock()
    const known = this.#kept.get(address)
    this.#kept.delete(address)
    if (known && known.until > now) {
      this.#kept.set(address, known)
      return known
    }
    const needs = this.#needs.fetching()
    if (!needs || this.#open >= MOST_AT_ONCE) return undefined
    const kept: Kept = { words: this.#fetch(address, needs), until: Infinity }
    this.#kept.set(address, kept)
    void kept.words.then(words => (kept.until = this.#needs.clock() + (words ? KEPT_MS : NOTHING_MS)))
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(oldest)
    }
    return kept
  }

  async #fetch(address: string, needs: FetchNeeds): Promise<PageWords | undefined> {
    this.#open += 1
    try {
      const page = await fetchPage(address, needs)
      return page && wordsOf(decode(page.body, page.type))
    } finally {
      this.#open -= 1
    }
  }
}
