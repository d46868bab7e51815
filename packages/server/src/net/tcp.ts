/** A TCP connection, plain until `startTls` (RFC 6120 §5) or TLS from its first byte (XEP-0368): one class, so that they cannot differ. */
import type { Socket } from 'node:net'
import type { ChannelBinding, Connection, ConnectionHandler } from './connection.ts'
import { type Flushable, flushSoon } from './outbox.ts'
import { type Secured, type ServerTls, bindingOf, bindingsOf } from './tls.ts'
import { NO_BYTES, decode } from './utf8.ts'

/** How long a client may take to close its side after we closed ours. */
const LINGER_MS = 3000

export class TcpConnection implements Connection, Flushable {
  readonly address: string
  readonly isFramed = false
  handler: ConnectionHandler | undefined
  readonly #tls: ServerTls
  #socket: Socket
  #secure: Secured | undefined
  #rest = NO_BYTES
  #out = ''
  #isEnding = false
  #isClosed = false
  #linger: NodeJS.Timeout | undefined

  constructor(socket: Socket, tls: ServerTls) {
    this.#tls = tls
    this.#socket = socket
    this.address = socket.remoteAddress ?? ''
    socket.setNoDelay(true)
    this.#listen(socket)
  }

  get isSecure(): boolean {
    return this.#secure !== undefined
  }

  get protocol(): string | undefined {
    return this.#secure?.socket.getProtocol() ?? undefined
  }

  get queued(): number {
    return this.#socket.writableLength + this.#out.length
  }

  write(text: string): void {
    if (this.#isEnding) return
    if (this.#out === '') flushSoon(this)
    this.#out += text
  }

  flush(): void {
    if (this.#out === '') return
    const text = this.#out
    this.#out = ''
    if (this.#socket.writable) this.#socket.write(text)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  startTls(): void {
    this.flush()
    const plain = this.#socket
    plain.removeAllListeners('data')
    plain.removeAllListeners('end')
    // Bytes read before TLS began, but not yet looked at, would be an injection into the secure stream.
    this.#rest = NO_BYTES
    this.#secure = this.#tls.accept(plain, 'xmpp-client')
    this.#socket = this.#secure.socket
    this.#listen(this.#socket)
  }

  get channelBindings(): readonly ChannelBinding[] {
    return this.#secure ? bindingsOf(this.#secure) : []
  }

  channelBinding(kind: ChannelBinding): Buffer | undefined {
    return this.#secure && bindingOf(this.#secure, kind)
  }

  end(): void {
    if (this.#isEnding) return
    this.flush()
    this.#isEnding = true
    this.#socket.end()
    // A paused socket would never hear that the client closed its side.
    this.#socket.resume()
    if (!this.#isClosed) this.#linger = setTimeout(() => this.#socket.destroy(), LINGER_MS).unref()
  }

  destroy(): void {
    this.#isEnding = true
    this.#socket.destroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    // A line that breaks is closed next; why is of no interest to anybody but the client, who knows.
    socket.on('error', () => socket.destroy())
    socket.on('end', () => (this.handler ? this.handler.onEnd() : this.end()))
    socket.on('close', () => this.#onClose())
  }

  #onData(chunk: Buffer): void {
    if (this.#isEnding || !this.handler) return
    const decoded = decode(chunk, this.#rest)
    if (!decoded) return this.handler.onBadInput('unsupported-encoding', 'A stream is UTF-8, and this was not')
    this.#rest = decoded.rest
    this.handler.onText(decoded.text)
  }

  #onClose(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#linger)
    this.handler?.onClose()
    this.handler = undefined
  }
}
