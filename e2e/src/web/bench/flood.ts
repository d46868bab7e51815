/**
 * What a page's line says beside what the real server says: a room of thousands, an archive of a hundred thousand messages, presence in floods. It stands
 * between the page and the server, outside of the browser, the same for every client that is measured. Stream management is refused, because its counts
 * would not be the server's.
 */
import { type Server, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { WebSocket, WebSocketServer } from 'ws'

const SM = 'urn:xmpp:sm:3'
const MAM = 'urn:xmpp:mam:2'
const DAY = 86_400_000

export interface Flood {
  /** As if the server had said it. */
  say(stanza: string): void
}

export interface Crowd {
  readonly room: string
  readonly messages: number
  readonly occupants: number
}

/** Pages that are let through it connect to it instead of to their server. It lives as long as the browser that comes by it. */
export class Between {
  readonly #tls: { readonly key: Buffer; readonly cert: Buffer }
  readonly #server: Server
  #crowd: Crowd | undefined
  #browser: WebSocket | undefined

  private constructor(tls: { readonly key: Buffer; readonly cert: Buffer }) {
    this.#tls = tls
    this.#server = createServer(tls)
    const sockets = new WebSocketServer({ server: this.#server, perMessageDeflate: false })
    sockets.on('connection', (browser, { url = '/', headers }) =>
      this.#relay(browser, new URL(url, 'https://x').searchParams.get('to') ?? '', headers.origin, headers.cookie),
    )
  }

  static async open(tls: { readonly key: Buffer; readonly cert: Buffer }): Promise<Between> {
    const between = new Between(tls)
    await new Promise<void>(resolve => between.#server.listen(0, 'localhost', resolve))
    return between
  }

  /** Before the page is loaded; its policy of where it may connect is not in force then. */
  async on(page: Page, crowd?: Crowd): Promise<Flood> {
    this.#crowd = crowd
    const here = `wss://localhost:${(this.#server.address() as AddressInfo).port}/?to=`
    await page.addInitScript(`{
      const Real = WebSocket
      window.WebSocket = class WebSocket extends Real {
        constructor(url, protocols) { super(${JSON.stringify(here)} + encodeURIComponent(url), protocols) }
      }
    }`)
    return { say: stanza => this.#browser?.send(stanza) }
  }

  stop(): Promise<void> {
    this.#browser?.terminate()
    return new Promise(resolve => (this.#server.closeAllConnections(), this.#server.close(() => resolve())))
  }

  #relay(browser: WebSocket, to: string, origin = '', cookie = ''): void {
    const server = new WebSocket(to, 'xmpp', { headers: { origin, cookie }, ca: this.#tls.cert, perMessageDeflate: false })
    this.#browser = browser
    browser.pause()
    server.on('open', () => browser.resume())
    browser.on('message', data => {
      const text = (data as Buffer).toString()
      if (/^<enable\b/.test(text))
        return browser.send(`<failed xmlns='${SM}'><feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`)
      const page = this.#crowd && pageOf(text, this.#crowd)
      return page ? page.forEach(stanza => browser.send(stanza)) : server.send(text)
    })
    server.on('message', data => browser.send((data as Buffer).toString()))
    for (const [one, other] of [
      [browser, server],
      [server, browser],
    ] as const)
      one.on('close', () => other.terminate()).on('error', () => other.terminate())
  }
}

/** The answer to a question about the room's archive (XEP-0313 §4, XEP-0059 §2.3). */
function pageOf(text: string, { room, messages }: Crowd): readonly string[] | undefined {
  if (!text.startsWith('<iq') || !text.includes(MAM) || !text.includes('<set') || !new RegExp(`\\sto=["']${room}["']`).test(text))
    return undefined
  const [, id = ''] = /^<iq[^>]*\sid=["']([^"']+)/.exec(text) ?? []
  const [, query = ''] = /queryid=["']([^"']+)/.exec(text) ?? []
  const most = Math.min(100, Number(/<max>(\d+)/.exec(text)?.[1] ?? 50))
  const before = /<before>([^<]+)/.exec(text)?.[1]
  const after = /<after>([^<]+)/.exec(text)?.[1]
  const first = after === undefined ? Math.max(0, (before === undefined ? messages : numberOf(before)) - most) : numberOf(after) + 1
  const last = Math.min(
    messages,
    after === undefined ? first + Math.min(most, (before === undefined ? messages : numberOf(before)) - first) : first + most,
  )
  const numbers = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index)
  const isEnd = after === undefined ? first === 0 : last === messages
  const ends = numbers.length > 0 ? `<first index='${first}'>${name(first)}</first><last>${name(last - 1)}</last>` : ''
  const set = `<set xmlns='http://jabber.org/protocol/rsm'>${ends}<count>${messages}</count></set>`
  return [
    ...numbers.map(number => kept(room, query, number, messages)),
    `<iq xmlns='jabber:client' type='result' id='${id}' from='${room}'><fin xmlns='${MAM}' complete='${isEnd}'>${set}</fin></iq>`,
  ]
}

const name = (number: number): string => `k${number}`
const numberOf = (id: string): number => Number(id.slice(1))

/** Of different lengths, as people write; every tenth has some formatting. */
function kept(room: string, query: string, number: number, all: number): string {
  const stamp = new Date(Date.now() - DAY - (all - number) * 30_000).toISOString()
  const words = 'as far as I can see the second sheet is due on Thursday and the third a week later '.repeat(1 + (number % 4))
  const body = number % 10 === 0 ? `*${number}* \`code\` https://www.example.org/${number}` : `${number}: ${words}`
  return `<message xmlns='jabber:client' from='${room}' to=''><result xmlns='${MAM}' queryid='${query}' id='${name(number)}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='${stamp}'/><message xmlns='jabber:client' from='${room}/${nick(number % 300)}' type='groupchat' id='m${number}'><body>${body}</body></message></forwarded></result></message>`.replace(
    " to=''",
    '',
  )
}

export const nick = (number: number): string => `Person ${number}`

export const occupant = (room: string, number: number, show = ''): string =>
  `<presence xmlns='jabber:client' from='${room}/${nick(number)}'>${show === '' ? '' : `<show>${show}</show>`}<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/></x></presence>`

export const contact = (address: string, number: number): string =>
  `<presence xmlns='jabber:client' from='${address}/${number % 3}'><show>${['away', 'dnd', 'chat'][number % 3]}</show><status>status ${number}</status></presence>`
