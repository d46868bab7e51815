/**
 * One browser's WebSocket and one of ours to the chat server, and what passes between: whole frames, unread and unchanged. Neither side is read
 * while the other does not take what there is, so that no more waits here than a little and one frame.
 *
 * A browser that vanishes leaves a stream that may be resumed (XEP-0198), so ours is cut too, without a word. A session that ends is over:
 * then the chat server hears the end of the stream.
 */
import type { RawData, WebSocket } from 'ws'
import type { EndOfSession, Session, Sessions, Use } from '../sessions.ts'
import { CLOSE_FRAME, Login, farewell, isForGood } from './login.ts'
import type { Turns, Waiting } from './turns.ts'

/** When so much waits for one side, the other is not read until it is out. */
const HIGH = 262_144
/** From a browser's coming to the end of the log-in, with the time in line. */
const LOGIN_MS = 60_000
/** How long a browser waits for a chat server that is away, such as one that is restarted. */
const PATIENCE_MS = 8000
/** For whoever is told that it is over to close the line. */
const LINGER_MS = 2000

export interface RelayNeeds {
  readonly domain: string
  readonly sessions: Sessions
  readonly turns: Turns
  readonly clock: () => number
  readonly idleMs: number
  /** A new WebSocket to the chat server, not open yet. */
  readonly connect: () => WebSocket
  readonly gone: (relay: Relay) => void
  readonly trouble: (why: string) => void
  readonly through: () => void
  readonly counted: (bytes: number) => void
}

const WORDS: Readonly<Record<EndOfSession, string>> = {
  'signed out': 'You signed out',
  expired: 'You were signed in for as long as is allowed; sign in again',
  'shut out': 'You may not be here any more',
  'ended elsewhere': 'You were signed out from another device',
}

/** Which browser it is, for its person to know it by. */
export interface Visitor {
  readonly address: string
  readonly name: string | undefined
}

export class Relay implements Use, Waiting {
  readonly session: Session
  readonly #browser: WebSocket
  readonly #needs: RelayNeeds
  readonly #came: number
  /** Until the log-in is done. */
  #visitor: Visitor | undefined
  /** Only while it logs in. */
  #login: Login | undefined
  #server: WebSocket | undefined
  #state: 'waiting' | 'logging in' | 'through' | 'over' = 'waiting'
  #timer: NodeJS.Timeout | undefined
  /** Whether the browser answered since it was asked last. */
  #isAlive = true

  constructor(browser: WebSocket, session: Session, visitor: Visitor, needs: RelayNeeds) {
    this.session = session
    this.#browser = browser
    this.#needs = needs
    this.#came = needs.clock()
    this.#visitor = visitor
    this.#timer = setTimeout(() => this.#fail('the chat server does not answer'), LOGIN_MS).unref()
    // What the browser says is for a stream that is not there yet.
    browser.pause()
    this.#listenToBrowser()
    needs.turns.ask(this)
  }

  onTurn(): void {
    const { domain, connect, idleMs } = this.#needs
    const { localpart, id, until } = this.session
    const { address, name } = this.#visitor ?? { address: '', name: undefined }
    this.#state = 'logging in'
    const browser = { id, until, idle: Math.round(idleMs / 1000), address, name }
    this.#login = new Login(domain, localpart, { kind: 'signed in', browser })
    this.#server = connect()
    this.#listenTo(this.#server)
  }

  /** Asks the browser for a sign of life; without one since the last time it has vanished. */
  ask(): void {
    if (this.#state === 'over') return
    if (!this.#isAlive) return this.#browser.terminate()
    this.#isAlive = false
    this.#browser.ping()
  }

  onSessionEnd(why: EndOfSession): void {
    // RFC 6120 §4.9.3.16: whoever comes back authenticates anew; that may take the person no more than a moment.
    this.end(why === 'expired' ? 'reset' : 'not-authorized', WORDS[why])
  }

  /** Ends the stream on both sides for good. */
  end(condition: string, text: string): void {
    if (this.#state === 'over') return
    const wasThrough = this.#state === 'through'
    this.#over()
    if (this.#browser.readyState === this.#browser.OPEN) for (const frame of farewell(condition, text)) this.#browser.send(frame)
    if (wasThrough && this.#server?.readyState === this.#server?.OPEN) this.#server?.send(CLOSE_FRAME)
    this.#close(1000)
  }

  /** The tier stops: the browser comes back to it, or to another, and resumes. */
  leave(): void {
    if (this.#state === 'over') return
    this.#over()
    this.#server?.terminate()
    this.#close(1001)
  }

  #listenToBrowser(): void {
    const browser = this.#browser
    browser.on('message', (data, isBinary) => {
      const server = this.#server
      if (this.#state !== 'through' || !server) return
      // RFC 7395 §3.2: messages are text.
      if (isBinary) return this.end('policy-violation', 'RFC 7395: messages are text')
      this.#isAlive = true
      this.#pass(data, browser, server)
    })
    browser.on('pong', () => {
      this.#isAlive = true
    })
    // A frame that is too large or not UTF-8: `ws` has said so to the browser.
    browser.on('error', () => {})
    browser.on('close', () => {
      this.#over()
      // The chat server keeps what was not ended, for a browser that comes back.
      this.#server?.terminate()
      this.#needs.gone(this)
    })
  }

  /** What it says is heard as long as it is the one in use. */
  #listenTo(server: WebSocket): void {
    const browser = this.#browser
    server.on('open', () => server.send(this.#login?.first ?? ''))
    server.on('message', data => {
      if (server !== this.#server) return
      if (this.#state === 'through') this.#pass(data, server, browser)
      else if (this.#state === 'logging in' && this.#login) this.#hear((data as Buffer).toString('utf8'), server, this.#login)
    })
    server.on('error', error => this.#lost(server, error.message, 1011))
    // It has said why, if there was a reason.
    server.on('close', () => this.#lost(server, 'it closed the line', 1000))
  }

  #lost(server: WebSocket, why: string, code: number): void {
    if (server !== this.#server || this.#state === 'over') return
    if (this.#state === 'through') {
      this.#over()
      return this.#close(code)
    }
    if (this.#needs.clock() - this.#came >= PATIENCE_MS) return this.#fail(why)
    this.#needs.trouble(why)
    this.#state = 'waiting'
    this.#server = undefined
    return this.#needs.turns.again(this)
  }

  #pass(data: RawData, from: WebSocket, to: WebSocket): void {
    const frame = data as Buffer
    this.#needs.counted(frame.length)
    if (to.bufferedAmount + frame.length < HIGH) {
      to.send(frame, { binary: false })
      return
    }
    from.pause()
    to.send(frame, { binary: false }, () => from.resume())
  }

  #hear(frame: string, server: WebSocket, login: Login): void {
    const step = login.hear(frame)
    switch (step.kind) {
      case 'send':
        return step.frames.forEach(frame => server.send(frame))
      case 'wait':
        return undefined
      case 'done':
        clearTimeout(this.#timer)
        this.#state = 'through'
        this.#login = undefined
        this.#visitor = undefined
        this.#needs.through()
        this.#needs.turns.leave(this)
        return this.#browser.resume()
      case 'ended':
        return this.#needs.sessions.close(this.session, 'ended elsewhere')
      case 'refused':
        if (isForGood(step.condition)) return this.#needs.sessions.shutOut(this.session.localpart)
        return this.end('resource-constraint', 'The chat server asks you to try again later')
      case 'broken':
        return this.#fail(step.why)
    }
  }

  /** The chat server is of no use just now; the browser may try again. */
  #fail(why: string): void {
    if (this.#state === 'over') return
    this.#needs.trouble(why)
    this.end('remote-connection-failed', 'The chat server cannot be reached just now')
  }

  #over(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#state = 'over'
    this.#needs.turns.leave(this)
  }

  #close(code: number): void {
    const both = [this.#browser, ...(this.#server ? [this.#server] : [])]
    for (const socket of both) {
      // A paused socket would never hear that the other side closes; one that never came to be has nothing to resume.
      if (socket.readyState === socket.OPEN) socket.resume()
      if (socket.readyState === socket.CONNECTING) socket.terminate()
      else socket.close(code)
    }
    setTimeout(() => {
      for (const socket of both) socket.terminate()
    }, LINGER_MS).unref()
  }
}
