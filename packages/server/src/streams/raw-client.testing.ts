/** A client that says what it is told to, over a real socket, and waits for what it is told to wait for. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls'

export const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='chat.cam.ac.uk' version='1.0'>`
const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'

export const plain = (person: string, password: string): string => Buffer.from(`\0${person}\0${password}`).toString('base64')

export class RawClient {
  socket: Socket
  /** What came and was not waited for yet. */
  heard = ''
  isClosed = false
  #listener: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    this.#attach()
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  get tls(): TLSSocket {
    return this.socket as TLSSocket
  }

  async startTls(options: ConnectionOptions = {}): Promise<void> {
    const plain = this.socket
    plain.removeAllListeners()
    this.socket = connectTls({ socket: plain, servername: 'chat.cam.ac.uk', rejectUnauthorized: false, ...options })
    this.#attach()
    await once(this.socket, 'secureConnect')
  }

  say(text: string): void {
    this.socket.write(text)
  }

  /** Gives what came up to what is wanted, that included; rejects when the line is gone before it came. */
  async hears(wanted: string | RegExp): Promise<string> {
    for (;;) {
      const end = endOf(this.heard, wanted)
      if (end > 0) {
        const found = this.heard.slice(0, end)
        this.heard = this.heard.slice(end)
        return found
      }
      if (this.isClosed) throw new Error(`the server closed before it said ${wanted}; it said ${this.heard}`)
      await this.#next()
    }
  }

  /** Settles when the line is gone, with what came until then. */
  async goes(): Promise<string> {
    while (!this.isClosed) await this.#next()
    return this.heard
  }

  async asks(text: string, answer: string | RegExp): Promise<string> {
    this.say(text)
    return this.hears(answer)
  }

  /** Begins a stream; gives the header and the features. */
  open(header = HEADER): Promise<string> {
    return this.asks(header, '</stream:features>')
  }

  async login(person: string, password: string, resource: string): Promise<string> {
    await this.authenticate(person, password)
    return this.bind(resource)
  }

  async authenticate(person: string, password: string): Promise<void> {
    await this.asks(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain(person, password)}</auth>`, '<success')
    await this.open()
  }

  bind(resource: string): Promise<string> {
    return this.asks(`<iq type='set' id='bind'><bind xmlns='${BIND}'><resource>${resource}</resource></bind></iq>`, '</iq>')
  }

  /** XEP-0198; gives the name of the session. */
  async enable(): Promise<string> {
    return /id='([^']+)'/.exec(await this.asks(`<enable xmlns='urn:xmpp:sm:3' resume='true'/>`, '/>'))?.[1] ?? ''
  }

  /** Settles when the server has done all that was asked of it until now. */
  async settles(): Promise<string> {
    const id = `settle${Math.random()}`
    return this.asks(`<iq type='get' id='${id}' to='chat.cam.ac.uk'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='${id}'/>`)
  }

  /** Breaks the line without a word. */
  async vanishes(): Promise<void> {
    this.socket.destroy()
    await this.goes()
  }

  #attach(): void {
    const { socket } = this
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      this.heard += text
      this.#listener?.()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
      this.#listener?.()
    })
  }

  #next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#listener = resolve
    return promise
  }
}

/** -1 when it is not there. */
function endOf(text: string, wanted: string | RegExp): number {
  if (typeof wanted === 'string') return text.includes(wanted) ? text.indexOf(wanted) + wanted.length : -1
  const found = wanted.exec(text)
  return found ? found.index + found[0].length : -1
}
