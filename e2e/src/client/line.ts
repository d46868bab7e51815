/** A client's line to a server: TCP, TLS when it wants, elements in and text out. It checks nothing that a test may want to get wrong. */
import { type Socket, connect } from 'node:net'
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls'
import { StringDecoder } from 'node:string_decoder'
import type { RawElement, StreamEvent } from '@plodge/xmpp/xml/raw.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'
import type { Target } from '../target/target.ts'

const LIMITS = { bytes: 10_000_000, tag: 1_000_000, depth: 100, elements: 100_000, attributes: 1000 }

export type TlsChoice = Pick<ConnectionOptions, 'minVersion' | 'maxVersion'>

const isSuccess = (event: StreamEvent): boolean =>
  event.kind === 'element' && event.element.name === 'success' && event.element.ns === 'urn:ietf:params:xml:ns:xmpp-sasl'

export class Line {
  #socket: Socket
  #reader = new XmlReader(LIMITS)
  #decoder = new StringDecoder('utf8')
  #queue: StreamEvent[] = []
  #waiting: ((event: StreamEvent | undefined) => void) | undefined
  #isGone = false
  /** All that the server said on this line, for tests that look at it themselves. */
  text = ''
  keepsText = false
  /** When set, first-level elements come here instead of waiting to be asked for. */
  onElement: ((element: RawElement) => void) | undefined
  onGone: () => void = () => {}
  /** What was wrong with what the server said, if anything was. */
  fault: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#attach()
  }

  static async open(host: string, port: number): Promise<Line> {
    const socket = connect({ host, port, noDelay: true })
    const line = new Line(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return line
  }

  static async openTls(target: Target, choice: TlsChoice = {}, port = target.tlsPort): Promise<Line> {
    const line = await Line.open(target.host, port)
    await line.startTls(target, { ...choice, ALPNProtocols: ['xmpp-client'] })
    return line
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** How much came that nobody asked for yet. */
  get waiting(): number {
    return this.#queue.length
  }

  /** The TLS socket under it; undefined before TLS. */
  get tls(): TLSSocket | undefined {
    return 'getCipher' in this.#socket ? (this.#socket as TLSSocket) : undefined
  }

  async startTls(target: Target, choice: ConnectionOptions = {}): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners('data')
    plain.removeAllListeners('close')
    if (plain.destroyed) {
      this.#closed(plain)
      throw new Error('The server has closed the connection')
    }
    const socket = connectTls({ socket: plain, servername: target.domain, ca: target.certificate, ...choice })
    this.#socket = socket
    this.#restart()
    this.#attach()
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
      plain.once('close', () => {
        this.#closed(socket)
        reject(new Error('The connection was lost in the TLS handshake'))
      })
      socket.once('close', () => reject(new Error('The server closed the connection in the TLS handshake')))
    })
  }

  /** A new stream begins inside TLS. */
  #restart(): void {
    this.#reader = new XmlReader(LIMITS)
    this.#decoder = new StringDecoder('utf8')
  }

  write(text: string | Uint8Array): void {
    this.#socket.write(text)
  }

  /** The next thing the server says; undefined when it has closed the stream or the line. */
  next(milliseconds = 10_000): Promise<StreamEvent | undefined> {
    const event = this.#queue.shift()
    if (event || this.#isGone) return Promise.resolve(event)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined
        reject(new Error(`The server said nothing for ${milliseconds} ms`))
      }, milliseconds)
      this.#waiting = event => {
        clearTimeout(timer)
        resolve(event)
      }
    })
  }

  /** The next element, whatever it is. */
  async element(milliseconds?: number): Promise<RawElement> {
    for (;;) {
      const event = await this.next(milliseconds)
      if (!event || event.kind === 'close') throw new Error('The server closed the stream')
      if (event.kind === 'element') return event.element
    }
  }

  /** Takes over all that has come and comes. */
  listen(onElement: (element: RawElement) => void): void {
    this.onElement = onElement
    for (const event of this.#queue.splice(0)) if (event.kind === 'element') onElement(event.element)
  }

  /** As a power cut does. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Closes our side, in the middle of whatever was said. */
  end(): void {
    this.#socket.end()
  }

  /** Closes the stream and waits until the line is gone. */
  async close(): Promise<void> {
    if (this.#isGone) return
    const gone = this.gone()
    this.#socket.end('</stream:stream>')
    await gone
  }

  gone(): Promise<void> {
    if (this.#isGone) return Promise.resolve()
    const before = this.onGone
    return new Promise(resolve => {
      this.onGone = () => {
        before()
        resolve()
      }
    })
  }

  #attach(): void {
    const socket = this.#socket
    socket.on('data', (bytes: Buffer) => this.#read(this.#decoder.write(bytes)))
    socket.on('error', () => {})
    socket.on('close', () => this.#closed(socket))
  }

  #read(text: string): void {
    if (this.keepsText) this.text += text
    for (const event of this.#eventsOf(text)) {
      if (this.onElement && event.kind === 'element') this.onElement(event.element)
      else if (this.#waiting) {
        const waiting = this.#waiting
        this.#waiting = undefined
        waiting(event)
      } else this.#queue.push(event)
    }
  }

  /** A server that talks nonsense is cut off. */
  #eventsOf(text: string): StreamEvent[] {
    const events: StreamEvent[] = []
    try {
      this.#reader.push(text)
      for (let event = this.#reader.next(); event; event = this.#reader.next()) {
        events.push(event)
        if (isSuccess(event)) this.#restartWith(this.#reader.rest)
      }
    } catch (error) {
      this.fault = error instanceof Error ? error : new Error(String(error))
      this.#socket.destroy()
    }
    return events
  }

  /** RFC 6120 §6.4.6: after <success/> comes a new stream. */
  #restartWith(rest: string): void {
    this.#reader = new XmlReader(LIMITS)
    this.#reader.push(rest)
  }

  #closed(socket: Socket): void {
    if (socket !== this.#socket || this.#isGone) return
    this.#isGone = true
    this.#waiting?.(undefined)
    this.onGone()
  }
}
