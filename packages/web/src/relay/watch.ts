/**
 * The tier's own stream at the chat server, on which both say which sessions are over (docs/decisions/0020-web-sessions.md). When it breaks it is begun
 * anew; what the chat server did not note is said again then, and so does the chat server.
 */
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { Ended, Noted, WEB_TIER, Watch as Watching } from '@plodge/xmpp/web-tier/words.ts'
import type { WebSocket } from 'ws'
import type { Log } from '../settings.ts'
import { openFrame } from './login.ts'

const FIRST_REST_MS = 500
const LONGEST_REST_MS = 30_000
const ASK_MS = 30_000
/** Sessions that ended while the chat server was away; without them it takes a while until their people's lists are true. */
const MOST_UNNOTED = 10_000

export interface WatchNeeds {
  readonly domain: string
  readonly connect: () => WebSocket
  /** Somebody ended this session elsewhere; false when there is no such session here. */
  readonly end: (localpart: string, id: string) => boolean
  readonly log: Log
}

export class Watch {
  readonly #needs: WatchNeeds
  /** Whose they are, by id. */
  readonly #unnoted = new Map<string, string>()
  #line: WebSocket | undefined
  #isWatching = false
  #isAlive = true
  #isOver = false
  #rest = FIRST_REST_MS
  #timer: NodeJS.Timeout | undefined
  readonly #asking: NodeJS.Timeout

  constructor(needs: WatchNeeds) {
    this.#needs = needs
    this.#asking = setInterval(() => this.#ask(), ASK_MS).unref()
  }

  /** Call it once. */
  begin(): void {
    const line = this.#needs.connect()
    this.#line = line
    this.#isAlive = true
    let why = 'it closed the line'
    line.on('open', () => line.send(openFrame(this.#needs.domain)))
    line.on('message', data => this.#hear(read((data as Buffer).toString('utf8')), line))
    line.on('pong', () => {
      this.#isAlive = true
    })
    line.on('error', error => {
      why = error.message
    })
    line.on('close', () => this.#lost(why))
  }

  /** The session ended here. */
  tell(localpart: string, id: string): void {
    this.#unnoted.set(id, localpart)
    const [oldest] = this.#unnoted.keys()
    if (this.#unnoted.size > MOST_UNNOTED && oldest !== undefined) this.#unnoted.delete(oldest)
    if (this.#isWatching) this.#line?.send(Ended.write({ of: localpart, id }).toString())
  }

  stop(): void {
    this.#isOver = true
    clearInterval(this.#asking)
    clearTimeout(this.#timer)
    if (this.#line?.readyState === this.#line?.OPEN) this.#line?.close()
    else this.#line?.terminate()
  }

  #hear(said: Element | undefined, line: WebSocket): void {
    if (said?.name === 'features' && !this.#isWatching) {
      this.#isWatching = true
      line.send(Watching.write({}).toString())
      for (const [id, of] of this.#unnoted) line.send(Ended.write({ of, id }).toString())
    }
    if (said?.ns !== WEB_TIER) return
    this.#rest = FIRST_REST_MS
    const { of, id } = Ended.read(said)
    if (said.name === Noted.name) this.#unnoted.delete(id)
    // Where there are several tiers, the one that has it says so.
    else if (said.name === Ended.name && this.#needs.end(of, id)) line.send(Noted.write({ of, id }).toString())
  }

  #lost(why: string): void {
    this.#isWatching = false
    if (this.#isOver) return
    if (this.#rest === FIRST_REST_MS)
      this.#needs.log.warn({ why }, 'the chat server does not say which browsers are signed out; trying again')
    this.#timer = setTimeout(() => this.begin(), this.#rest).unref()
    this.#rest = Math.min(this.#rest * 2, LONGEST_REST_MS)
  }

  #ask(): void {
    const line = this.#line
    if (line?.readyState !== line?.OPEN) return
    if (!this.#isAlive) return line?.terminate()
    this.#isAlive = false
    line?.ping()
  }
}

function read(frame: string): Element | undefined {
  try {
    return parse(frame)
  } catch {
    return undefined
  }
}
