/** One client of the load: a socket, as little reading as will do, and prepared bytes to send. */

import type { Socket } from 'node:net'
import { domain, nameOf } from '../people.ts'
import { chatTemplate, poke } from './chat-template.ts'
import { StanzaScanner } from './stanza-scanner.ts'
import type { Token } from './token.ts'

const letter = { message: 0x6d, presence: 0x70, iq: 0x69, request: 0x72, enabled: 0x65, stream: 0x73 } as const

/** What all clients of the process share. */
export interface Crowd {
  /** Called for every message; the stanza ends at `end` of the chunk, and began at `start` unless an earlier chunk holds its beginning. */
  heard: (client: Client, chunk: Buffer, start: number, end: number) => void
  /** How often anything arrived, by which silence is noticed. */
  arrivals: number
  presences: number
  failed: (reason: string) => void
}

export class Client {
  readonly index: number
  readonly name: string
  readonly #crowd: Crowd
  #socket: Socket | undefined
  #scanner: StanzaScanner | undefined
  #chunk: Buffer = Buffer.alloc(0)
  #stanzaStart = 0
  #text = ''
  #waiting: { readonly pattern: RegExp; readonly resolve: (found: string) => void; readonly reject: (reason: Error) => void } | undefined
  #managed = false
  #handled = 0
  #sent = 0
  #closing = false
  /** For XEP-0484. */
  token: Token | undefined
  #resumption: string | undefined
  readonly #plain: Buffer
  readonly #asking: Buffer

  constructor(index: number, crowd: Crowd) {
    this.index = index
    this.name = nameOf(index)
    this.#crowd = crowd
    const template = chatTemplate(`${nameOf(index ^ 1)}@${domain}`)
    this.#plain = Buffer.from(template, 'latin1')
    this.#asking = Buffer.from(`${template}<r xmlns='urn:xmpp:sm:3'/>`, 'latin1')
  }

  /** Takes over a socket; called again when STARTTLS puts another on top. */
  attach(socket: Socket): void {
    this.#socket = socket
    this.#closing = false
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk))
    socket.on('error', error => this.#lost(error.message))
    socket.on('close', () => this.#lost('the server closed the connection'))
  }

  write(text: string): void {
    this.#socket?.write(text, 'latin1')
  }

  /** Waits for text that matches, and takes all up to its end out of what arrived. */
  until(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { pattern, resolve, reject }
      this.#look()
    })
  }

  /** From here on stanzas are counted, not read. What arrived already and was not taken counts too. */
  count(): void {
    this.#scanner = new StanzaScanner()
    const rest = Buffer.from(this.#text, 'latin1')
    this.#text = ''
    if (rest.length > 0) this.#count(rest)
  }

  /** XEP-0198 §3. */
  manage(): void {
    this.write("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
  }

  /** By the answer to it, wherever it stands. */
  managedAs(answer: string): void {
    this.#managed = true
    this.#handled = 0
    this.#resumption = /<enabled[^>]*\sid=['"]([^'"]+)/.exec(answer)?.[1]
  }

  /** The name that the server gave its session; undefined when that may not be resumed. */
  get resumption(): string | undefined {
    return this.#resumption
  }

  /** Stanzas that came, as XEP-0198 counts them. */
  get handled(): number {
    return this.#handled
  }

  get managed(): boolean {
    return this.#managed
  }

  /** Sends the partner the prepared message under a new number; every fifth one asks for an acknowledgement where 0198 is on. */
  say(number: number): void {
    const bytes = this.#managed && ++this.#sent % 5 === 0 ? this.#asking : this.#plain
    poke(bytes, number)
    this.#socket!.write(bytes)
  }

  /** Ends the stream and settles when the connection is gone. */
  leave(): Promise<void> {
    const socket = this.#socket
    this.#closing = true
    if (socket === undefined || socket.destroyed) return Promise.resolve()
    return new Promise(resolve => {
      const impatient = setTimeout(() => socket.destroy(), 5000)
      socket.once('close', () => {
        clearTimeout(impatient)
        resolve()
      })
      socket.end('</stream:stream>')
    })
  }

  /** The line breaks, without a word; settles when this side knows. Afterwards the client may be attached to another. */
  cut(): Promise<void> {
    const socket = this.#socket
    this.#closing = true
    return new Promise(resolve => {
      socket!.once('close', () => {
        this.#scanner = undefined
        this.#text = ''
        resolve()
      })
      socket!.destroy()
    })
  }

  destroy(): void {
    this.#closing = true
    this.#socket?.destroy()
  }

  #arrived(chunk: Buffer): void {
    this.#crowd.arrivals++
    if (this.#scanner !== undefined) this.#count(chunk)
    if (this.#scanner === undefined || this.#waiting !== undefined) {
      this.#text += chunk.toString('latin1')
      this.#look()
    }
  }

  #look(): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    const found = waiting.pattern.exec(this.#text)
    if (found === null) return
    this.#waiting = undefined
    this.#text = this.#scanner === undefined ? this.#text.slice(found.index + found[0].length) : ''
    waiting.resolve(found[0])
  }

  #count(chunk: Buffer): void {
    this.#chunk = chunk
    this.#stanzaStart = 0
    this.#scanner!.scan(chunk, this.#ended)
  }

  readonly #ended = (firstByte: number, end: number): void => {
    const start = this.#stanzaStart
    this.#stanzaStart = end
    if (firstByte === letter.message) {
      this.#handled++
      this.#crowd.heard(this, this.#chunk, start, end)
    } else if (firstByte === letter.presence) {
      this.#handled++
      this.#crowd.presences++
    } else if (firstByte === letter.iq) this.#handled++
    else if (firstByte === letter.request) this.write(`<a xmlns='urn:xmpp:sm:3' h='${this.#handled}'/>`)
    else if (firstByte === letter.enabled) this.managedAs(this.#chunk.toString('latin1', start, end))
    else if (firstByte === letter.stream) {
      const text = this.#chunk.toString('latin1', start, end)
      // After a log-in by XEP-0388 features come, too.
      if (text.endsWith('error>')) this.#lost(`a stream error: ${text}`)
    }
  }

  #lost(reason: string): void {
    if (this.#closing) return
    this.#closing = true
    const sentence = `${this.name}: ${reason}${this.#text === '' ? '' : `, after ${JSON.stringify(this.#text.slice(-300))}`}`
    if (this.#waiting === undefined) this.#crowd.failed(sentence)
    else this.#waiting.reject(new Error(sentence))
  }
}
