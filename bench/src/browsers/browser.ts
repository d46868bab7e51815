/** One browser of the load: it signs in as Raven would have it, keeps its cookie, has a WebSocket, and comes back to its session (XEP-0198). */

import { type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type Agent, type RequestOptions, request } from 'node:https'
import { WebSocket } from 'ws'

/** Where the web tier is, and what it takes to be signed in there. */
export interface Site {
  readonly port: number
  readonly domain: string
  readonly authority: Buffer
  readonly agent: Agent
  readonly signer: { readonly kid: string; readonly key: KeyObject }
}

const sm = 'urn:xmpp:sm:3'

export class Browser {
  readonly name: string
  readonly #site: Site
  readonly #headers: Record<string, string>
  #socket: WebSocket | undefined
  #previous = ''
  #handled = 0
  #tries = 0
  #isGone = false
  /** Settles each time its session is bound or resumed. */
  here = Promise.withResolvers<'new' | 'resumed'>()
  onMessage: ((from: Browser) => void) | undefined

  constructor(index: number, name: string, site: Site) {
    this.name = name
    this.#site = site
    const host = `localhost:${site.port}`
    // As a proxy says it: everybody is from a network of their own.
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
    this.#headers = { Host: host, Origin: `https://${host}`, 'X-Forwarded-For': address }
  }

  async signIn(): Promise<void> {
    const begun = await this.#ask('/sign-on')
    const asked = new URL(begun.headers.location ?? '').searchParams
    const stamp = new Date().toISOString().replaceAll(/\.\d+|[-:]/g, '')
    const said = ['3', '200', '', stamp, `1-${this.name}`, asked.get('url'), this.name, 'current', 'pwd', '', '', asked.get('params')]
    const over = said.join('!')
    const { kid, key } = this.#site.signer
    const signature = sign('RSA-SHA1', Buffer.from(over), key).toString('base64')
    const answer = `${over}!${kid}!${signature.replaceAll('+', '-').replaceAll('/', '.').replaceAll('=', '_')}`
    const back = await this.#ask(`/sign-on/answer?WLS-Response=${encodeURIComponent(answer)}`, cookieOf(begun, '__Host-plodge-sign-on'))
    this.#headers['Cookie'] = cookieOf(back, '__Host-plodge')
  }

  async #ask(path: string, cookie?: string): Promise<IncomingMessage> {
    const { port, agent, authority } = this.#site
    const headers = { ...this.#headers, ...(cookie !== undefined && { Cookie: cookie }) }
    const options: RequestOptions = { host: '127.0.0.1', servername: this.#site.domain, port, path, headers, agent, ca: authority }
    const sent = request(options)
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    if (response.statusCode !== 303) throw new Error(`${path.split('?')[0]} was answered by ${response.statusCode}`)
    return response
  }

  open(): void {
    const { port, domain, authority } = this.#site
    // By its name, as a browser has it; the types of ws forget that it hands all of this to TLS.
    const tls = { ca: authority, servername: domain }
    const options = { ...tls, headers: this.#headers, perMessageDeflate: false, handshakeTimeout: 20_000 }
    const socket = new WebSocket(`wss://127.0.0.1:${port}/xmpp-websocket`, 'xmpp', options)
    this.#socket = socket
    socket.on('open', () => socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${domain}' version='1.0'/>`))
    socket.on('message', (data: Buffer) => this.#hear(data.toString('latin1'), socket))
    socket.on('error', () => {})
    socket.on('close', () => this.#lost(socket))
  }

  say(to: string): void {
    this.#socket?.send(
      `<message xmlns='jabber:client' to='${to}@${this.#site.domain}' type='chat'><body>the same words as ever, of a usual length</body></message>`,
    )
  }

  /** From now on it will be here when it has come back. */
  expects(): void {
    this.here = Promise.withResolvers()
  }

  leave(): void {
    this.#isGone = true
    this.#socket?.terminate()
  }

  /** As the page does it: soon, then more and more seldom, each at another time. */
  #lost(socket: WebSocket): void {
    if (this.#isGone || socket !== this.#socket) return
    setTimeout(() => this.open(), Math.random() * Math.min(30_000, 500 * 2 ** this.#tries++))
  }

  #hear(frame: string, socket: WebSocket): void {
    if (frame.startsWith('<message')) {
      this.#handled += 1
      return this.onMessage?.(this)
    }
    if (frame.startsWith('<r ')) return socket.send(`<a xmlns='${sm}' h='${this.#handled}'/>`)
    if (frame.startsWith('<iq') || frame.startsWith('<presence')) this.#handled += 1
    if (frame.startsWith('<stream:features')) return this.#begin(socket)
    if (frame.startsWith('<failed')) {
      this.#previous = ''
      return this.#begin(socket)
    }
    if (frame.startsWith('<resumed')) return this.#arrived('resumed')
    if (frame.startsWith('<iq') && frame.includes('urn:ietf:params:xml:ns:xmpp-bind')) {
      this.#handled = 0
      return socket.send(`<enable xmlns='${sm}' resume='true'/>`)
    }
    if (frame.startsWith('<enabled')) {
      this.#previous = /\sid=['"]([^'"]+)/.exec(frame)?.[1] ?? ''
      socket.send(`<presence xmlns='jabber:client'/>`)
      this.#arrived('new')
    }
    return undefined
  }

  #begin(socket: WebSocket): void {
    if (this.#previous !== '') return socket.send(`<resume xmlns='${sm}' previd='${this.#previous}' h='${this.#handled}'/>`)
    return socket.send(`<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`)
  }

  #arrived(how: 'new' | 'resumed'): void {
    this.#tries = 0
    this.here.resolve(how)
  }
}

const cookieOf = ({ headers }: IncomingMessage, name: string): string =>
  headers['set-cookie']?.find(line => line.startsWith(`${name}=`))?.split(';')[0] ?? ''
