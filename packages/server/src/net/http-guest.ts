/** One connection of the HTTPS listener, through all its requests: who dribbles, idles or asks too much at once is cut off. */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { HttpGuest } from './http-route.ts'

/** From the first byte of TLS, or the end of an answer, to the whole header of the next request. */
const HEADER_MS = 10_000
const IDLE_MS = 30_000
/** RFC 9112 §9.3.2: requests that were sent ahead wait for each other's answers, and each takes memory. */
const MOST_AT_ONCE = 4

export class Guest implements HttpGuest {
  readonly address: string
  readonly #plain: Socket
  readonly secure: TLSSocket
  readonly #know: () => void
  #deadline: NodeJS.Timeout
  #open = 0

  constructor(plain: Socket, secure: TLSSocket, know: () => void) {
    this.address = plain.remoteAddress ?? ''
    this.#plain = plain
    this.secure = secure
    this.#know = know
    this.#deadline = this.#in(HEADER_MS)
  }

  get protocol(): string | undefined {
    return this.secure.getProtocol() ?? undefined
  }

  get isIdle(): boolean {
    return this.#open === 0
  }

  /** False when there are too many already; the connection is cut then. */
  begins(): boolean {
    this.#open += 1
    if (this.#open <= MOST_AT_ONCE) return true
    this.destroy()
    return false
  }

  ends(): void {
    this.#open -= 1
    if (this.#open === 0 && !this.#plain.destroyed) this.allow(IDLE_MS)
  }

  allow(milliseconds: number): void {
    clearTimeout(this.#deadline)
    this.#deadline = this.#in(milliseconds)
  }

  known(): void {
    this.#know()
  }

  /** No deadline any more: it became a WebSocket, or is gone. */
  release(): void {
    clearTimeout(this.#deadline)
  }

  destroy(): void {
    this.#plain.destroy()
  }

  #in(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#plain.destroy(), milliseconds).unref()
  }
}
