/** A client over WebSocket (RFC 7395): each message is one element. TLS is the HTTPS server's. */
import type { WebSocket } from 'ws'
import type { Connection, ConnectionHandler } from './connection.ts'
import { type Flushable, flushSoon } from './outbox.ts'

export class WebSocketConnection implements Connection, Flushable {
  readonly address: string
  readonly isSecure = true
  readonly isFramed = true
  readonly protocol: string | undefined
  handler: ConnectionHandler | undefined
  readonly #socket: WebSocket
  #out: string[] = []
  #isEnding = false

  constructor(socket: WebSocket, address: string, protocol: string | undefined) {
    this.#socket = socket
    this.address = address
    this.protocol = protocol
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (this.#isEnding) return
      if (isBinary) this.handler?.onBadInput('policy-violation', 'RFC 7395 §3.2: messages are text')
      else this.handler?.onText(data.toString('utf8'))
    })
    // A frame that is too large or not UTF-8 closes the socket with the code of RFC 6455 §7.4; there is no stream left to tell.
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      this.handler?.onClose()
      this.handler = undefined
    })
  }

  get queued(): number {
    return this.#socket.bufferedAmount
  }

  write(text: string): void {
    if (this.#isEnding) return
    if (this.#out.push(text) === 1) flushSoon(this)
  }

  flush(): void {
    const messages = this.#out
    this.#out = []
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

  /** The TLS connection may be a proxy's: it proves nothing. */
  channelBinding(): undefined {
    return undefined
  }

  end(): void {
    if (this.#isEnding) return
    this.flush()
    this.#isEnding = true
    this.#socket.close(1000)
  }

  destroy(): void {
    this.#isEnding = true
    this.#socket.terminate()
  }
}
