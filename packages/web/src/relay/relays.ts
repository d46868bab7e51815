/** The WebSocket door for browsers: who may come in, and all who are in. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { isFromOurPage, sessionOf } from '../http/browser.ts'
import { browserName } from '../http/browser-name.ts'
import { plain } from '../http/reply.ts'
import { refuseUpgrade } from '../http/server.ts'
import type { Session, Sessions } from '../sessions.ts'
import type { Log } from '../settings.ts'
import { WEBSOCKET_PATH } from './path.ts'
import { Relay, type RelayNeeds, type Visitor } from './relay.ts'
import { Turns } from './turns.ts'

/** What is larger is no stanza that the chat server would take. */
const MOST_BYTES = 1_048_576
const MOST_PER_SESSION = 20
const ASK_MS = 30_000
/** One log line for as many browsers as come while the chat server is away. */
const QUIET_MS = 10_000

export interface RelaysNeeds {
  readonly origin: string
  readonly domain: string
  readonly sessions: Sessions
  readonly connect: () => WebSocket
  readonly most: number
  readonly idleMs: number
  readonly log: Log
  readonly clock: () => number
}

export class Relays {
  readonly #needs: RelaysNeeds
  readonly #open = new Set<Relay>()
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MOST_BYTES,
    handleProtocols: protocols => (protocols.has('xmpp') ? 'xmpp' : false),
  })
  readonly #relayNeeds: RelayNeeds
  readonly #asking: NodeJS.Timeout
  #quietUntil = 0
  #isClosing = false
  /** The last trouble with the chat server; undefined when the last log-in went well or none was tried. */
  trouble: string | undefined
  frames = 0
  bytes = 0

  constructor(needs: RelaysNeeds) {
    this.#needs = needs
    const { domain, sessions, connect, clock, idleMs } = needs
    const turns = new Turns()
    this.#relayNeeds = {
      domain,
      sessions,
      turns,
      clock,
      idleMs,
      connect,
      gone: relay => {
        this.#open.delete(relay)
        sessions.leave(relay.session, relay)
      },
      trouble: why => this.#trouble(why),
      through: () => {
        this.trouble = undefined
        turns.wake()
      },
      counted: bytes => {
        this.frames += 1
        this.bytes += bytes
      },
    }
    this.#asking = setInterval(() => {
      for (const relay of this.#open) relay.ask()
    }, ASK_MS).unref()
  }

  get size(): number {
    return this.#open.size
  }

  upgrade(path: string, address: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { origin, sessions, most } = this.#needs
    const { headers } = request
    const refuse = (status: number, why: string): void => refuseUpgrade(socket, plain(status, why))
    if (path !== WEBSOCKET_PATH) return refuse(404, `The WebSocket is at ${WEBSOCKET_PATH}.`)
    // A browser says which site a WebSocket is from, and sends our cookies to us whichever that is.
    if (!isFromOurPage(headers, origin)) return refuse(403, 'This is for pages of this site.')
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
    if (!offered.includes('xmpp')) return refuse(400, 'RFC 7395: the protocol is xmpp.')
    const session = sessionOf(headers, sessions)
    if (!session) return refuse(401, 'Sign in first.')
    if (this.#isClosing || this.#open.size >= most) return refuse(503, 'Try again later.')
    if (sessions.usesOf(session) >= MOST_PER_SESSION) return refuse(429, 'There are too many windows.')
    const visitor = { address, name: browserName(headers['user-agent']) }
    return this.#sockets.handleUpgrade(request, socket, head, browser => this.#welcome(browser, session, visitor))
  }

  #welcome(browser: WebSocket, session: Session, visitor: Visitor): void {
    const relay = new Relay(browser, session, visitor, this.#relayNeeds)
    this.#open.add(relay)
    if (!this.#needs.sessions.use(session, relay)) relay.onSessionEnd('signed out')
  }

  #trouble(why: string): void {
    this.trouble = `The chat server cannot be reached, or does not let us in: ${why}`
    const now = this.#needs.clock()
    if (now < this.#quietUntil) return
    this.#quietUntil = now + QUIET_MS
    this.#needs.log.error({ why }, 'the chat server cannot be reached, or does not let us in')
  }

  /** Tells everybody; their streams can be resumed when we are back. */
  close(): void {
    this.#isClosing = true
    clearInterval(this.#asking)
    for (const relay of this.#open) relay.leave()
  }
}
