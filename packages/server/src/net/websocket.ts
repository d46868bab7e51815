/** A client over WebSocket (RFC 7395): each message is one element. TLS is the HTTPS server's. */
import type { TLSSocket } from 'node:tls'
import type { WebSocket } from 'ws'
import type { ChannelBinding, Connection, ConnectionHandler } from './connection.ts'
import { type Flushable, flushSoon } from './outbox.ts'
import { certificateOf } from './tls.ts'

/** How long a client may take to answer that the WebSocket closes. */
const LINGER_MS = 3000
/** The TLS connection may be a proxy's: it proves nothing. */
const NO_BINDINGS: readonly ChannelBinding[] = []

export class WebSocketConnection implements Connection, Flushable {
  readonly address: string
  readonly isSecure = true
  readonly isFramed = true
  readonly channelBindings = NO_BINDINGS
  handler: ConnectionHandler | undefined
  readonly #socket: WebSocket
  /** What it runs in. */
  readonly #secure: TLSSocket
  #out: string[] = []
  /** Characters in #out. */
  #outLength = 0
  #isEnding = false
  #linger: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, address: string, secure: TLSSocket) {
    this.#socket = socket
    this.#secure = secure
    this.address = address
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (this.#isEnding) return
      if (isBinary) this.handler?.onBadInput('policy-violation', 'RFC 7395 §3.2: messages are text')
      else this.handler?.onText(data.toString('utf8'))
    })
    // A frame that is too large or not UTF-8: by now `ws` has sent the code of RFC 6455 §7.4, and there is no stream left to tell.
    socket.on('error', () => this.#lingerOn())
    socket.on('close', () => {
      clearTimeout(this.#linger)
      this.handler?.onClose()
      this.handler = undefined
    })
  }

  get protocol(): string | undefined {
    return this.#secure.getProtocol() ?? undefined
  }

  /** Our own web tier's, as a rule. A proxy has no certificate that is good for anything here. */
  get certificate(): Buffer | undefined {
    return certificateOf(this.#secure)
  }

  get queued(): number {
    return this.#socket.bufferedAmount + this.#outLength
  }

  write(text: string): void {
    if (this.#isEnding) return
    this.#outLength += text.length
    if (this.#out.push(text) === 1) flushSoon(this)
  }

  flush(): void {
    const messages = this.#out
    this.#out = []
    this.#outLength = 0
    if (this.#socket.readyState !== this.#socket.OPEN) return
    for (const message of messages) this.#socket.send(message)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  startTls(): void {
    throw new Error('a WebSocket is secure already')
  }

  channelBinding(): undefined {
    return undefined
  }

  end(): void {
    if (this.#isEnding) return
    this.flush()
    this.#socket.close(1000)
    this.#lingerOn()
  }

  destroy(): void {
    this.#isEnding = true
    this.#socket.terminate()
  }

  /** A paused socket would never hear that the client closed its side. */
  #lingerOn(): void {
    this.#isEnding = true
    this.#socket.resume()
    this.#linger ??= setTimeout(() => this.#socket.terminate(), LINGER_MS).unref()
  }
}
