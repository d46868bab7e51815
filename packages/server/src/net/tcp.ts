/** A TCP connection, plain until `startTls` (RFC 6120 §5) or TLS from its first byte (XEP-0368): one class, so that they cannot differ. */
import type { Socket } from 'node:net'
import type { ChannelBinding, Connection, ConnectionHandler } from './connection.ts'
import { type Flushable, flushSoon } from './outbox.ts'
import { type Secured, type ServerTls, bindingOf, bindingsOf, certificateOf } from './tls.ts'
import { NO_BYTES, decode } from './utf8.ts'

/** How long a client may take to close its side after we closed ours. */
const LINGER_MS = 3000

/**
 * Node keeps what TLS is to send in a kilobyte for each socket, until a write does not fit: then in 16 more, for as long as the socket lives.
 * So much fits, in characters of one byte, with what TLS puts around it.
 */
const PIECE = 900
/** A line that has needed so many pieces is a busy one, and more than this at once is no greeting: they get the larger buffer. */
const MOST_PIECES = 32
const MUCH = 8 * 1024

export class TcpConnection implements Connection, Flushable {
  readonly address: string
  readonly isFramed = false
  handler: ConnectionHandler | undefined
  readonly #tls: ServerTls
  #socket: Socket
  #secure: Secured | undefined
  #rest = NO_BYTES
  #out = ''
  #pieces = 0
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

  get certificate(): Buffer | undefined {
    return this.#secure && certificateOf(this.#secure.socket)
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
    const text = this.#nextPiece()
    this.#out = text.length === this.#out.length ? '' : this.#out.slice(text.length)
    if (this.#out !== '') flushSoon(this)
    if (this.#socket.writable) this.#socket.write(text)
  }

  /** All of it, or what fits Node's small buffer while that is still all this line has needed. */
  #nextPiece(): string {
    const { length } = this.#out
    if (length <= PIECE || this.#pieces >= MOST_PIECES || !this.#secure || this.#isEnding) return this.#out
    this.#pieces = length > MUCH ? MOST_PIECES : this.#pieces + 1
    if (length > MUCH) return this.#out
    return this.#out.slice(0, isHalf(this.#out.charCodeAt(PIECE - 1)) ? PIECE - 1 : PIECE)
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
    this.#isEnding = true
    this.flush()
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

/** The first of two code units that are one character. */
function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}
