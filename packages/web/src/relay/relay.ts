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

/** When so much waits for one side, the other is not read until it is out. */
const HIGH = 262_144
/** From a browser's coming to the end of the log-in. */
const LOGIN_MS = 15_000
/** For whoever is told that it is over to close the line. */
const LINGER_MS = 2000

export interface RelayNeeds {
  readonly domain: string
  readonly sessions: Sessions
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
}

export class Relay implements Use {
  readonly session: Session
  readonly #browser: WebSocket
  readonly #needs: RelayNeeds
  readonly #login: Login
  readonly #server: WebSocket
  #state: 'logging in' | 'through' | 'over' = 'logging in'
  #timer: NodeJS.Timeout | undefined
  /** Whether the browser answered since it was asked last. */
  #isAlive = true

  constructor(browser: WebSocket, session: Session, needs: RelayNeeds) {
    this.session = session
    this.#browser = browser
    this.#needs = needs
    this.#login = new Login(needs.domain, session.localpart)
    this.#server = needs.connect()
    this.#timer = setTimeout(() => this.#fail('the chat server does not answer'), LOGIN_MS).unref()
    // What the browser says is for a stream that is not there yet.
    browser.pause()
    this.#listenToBrowser()
    this.#listenToServer()
  }

  /** Asks the browser for a sign of life; without one since the last time it has vanished. */
  ask(): void {
    if (this.#state === 'over') return
    if (!this.#isAlive) return this.#browser.terminate()
    this.#isAlive = false
    this.#browser.ping()
  }

  onSessionEnd(why: EndOfSession): void {
    this.end('not-authorized', WORDS[why])
  }

  /** Ends the stream on both sides for good. */
  end(condition: string, text: string): void {
    if (this.#state === 'over') return
    const wasThrough = this.#state === 'through'
    this.#over()
    if (this.#browser.readyState === this.#browser.OPEN) for (const frame of farewell(condition, text)) this.#browser.send(frame)
    if (wasThrough && this.#server.readyState === this.#server.OPEN) this.#server.send(CLOSE_FRAME)
    this.#close(1000)
  }

  /** The tier stops: the browser comes back to it, or to another, and resumes. */
  leave(): void {
    if (this.#state === 'over') return
    this.#over()
    this.#server.terminate()
    this.#close(1001)
  }

  #listenToBrowser(): void {
    const [browser, server] = [this.#browser, this.#server]
    browser.on('message', (data, isBinary) => {
      if (this.#state !== 'through') return
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
      this.#server.terminate()
      this.#needs.gone(this)
    })
  }

  #listenToServer(): void {
    const [browser, server] = [this.#browser, this.#server]
    server.on('open', () => server.send(this.#login.first))
    server.on('message', data => {
      if (this.#state === 'through') this.#pass(data, server, browser)
      else if (this.#state === 'logging in') this.#hear((data as Buffer).toString('utf8'))
    })
    server.on('error', error => this.#fail(error.message))
    server.on('close', () => {
      if (this.#state === 'logging in') return this.#fail('it closed the line')
      if (this.#state === 'over') return
      // It has said why, if there was a reason.
      this.#over()
      this.#close(1000)
    })
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

  #hear(frame: string): void {
    const step = this.#login.hear(frame)
    switch (step.kind) {
      case 'send':
        return this.#server.send(step.frame)
      case 'wait':
        return undefined
      case 'done':
        clearTimeout(this.#timer)
        this.#state = 'through'
        this.#needs.through()
        return this.#browser.resume()
      case 'refused':
        if (isForGood(step.condition)) return this.#needs.sessions.shutOut(this.session.localpart)
        return this.end('resource-constraint', 'The chat server asks you to try again later')
      case 'broken':
        return this.#fail(step.why)
    }
  }

  /** The line to the chat server is of no use; the browser may try again. */
  #fail(why: string): void {
    if (this.#state === 'over') return
    if (this.#state === 'logging in') {
      this.#needs.trouble(why)
      return this.end('remote-connection-failed', 'The chat server cannot be reached just now')
    }
    this.#over()
    this.#close(1011)
  }

  #over(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#state = 'over'
  }

  #close(code: number): void {
    for (const socket of [this.#browser, this.#server]) {
      // A paused socket would never hear that the other side closes; one that never came to be has nothing to resume.
      if (socket.readyState === socket.OPEN) socket.resume()
      if (socket.readyState === socket.CONNECTING) socket.terminate()
      else socket.close(code)
    }
    setTimeout(() => {
      this.#browser.terminate()
      this.#server.terminate()
    }, LINGER_MS).unref()
  }
}
