/** A small client of our own: stanzas out, stanzas in, acknowledgements counted. For load, for hostile tests, and as the bystander of both. */
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { escape, escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Account, Target } from '../target/target.ts'
import type { Line } from './line.ts'
import { type Mechanism, PLAIN, authenticate, bind, openStream, secureLine } from './login.ts'

export const SM = 'urn:xmpp:sm:3'

export interface ClientOptions {
  readonly account: Account
  readonly resource?: string
  readonly mechanism?: Mechanism
  /** Another port than the target's, as of a proxy. */
  readonly port?: number
}

type Matches = (element: Element) => boolean

export class Client {
  readonly jid: string
  readonly line: Line
  /** What came and was not taken by `next` yet. */
  readonly inbox: Element[] = []
  /** XEP-0198: how many stanzas went out and came in since it was enabled, and up to where the server has them. */
  sent = 0
  received = 0
  acked = 0
  /** Each looks at every stanza first; one that returns true has taken it. */
  readonly taps = new Set<(stanza: Element) => boolean>()
  onAcked: () => void = () => {}
  #isManaged = false
  #waiting: { readonly matches: Matches; readonly take: (element: Element) => void }[] = []
  #ids = 0

  private constructor(line: Line, jid: string) {
    this.line = line
    this.jid = jid
    line.listen(element => this.#take(element))
  }

  /** Logged in and bound, with no presence sent. */
  static async connect(target: Target, { account, resource = 'e2e', mechanism = PLAIN, port }: ClientOptions): Promise<Client> {
    const { line } = await secureLine(target, {}, port)
    await authenticate(line, account, mechanism)
    await openStream(line, target.domain)
    return new Client(line, await bind(line, resource))
  }

  /** Comes back to an earlier session; undefined when the server does not know it any more. */
  static async resume(
    target: Target,
    options: ClientOptions,
    from: { readonly client: Client; readonly id: string },
  ): Promise<Client | undefined> {
    const { line } = await secureLine(target, {}, options.port)
    await authenticate(line, options.account, options.mechanism)
    await openStream(line, target.domain)
    line.write(`<resume xmlns='${SM}' previd='${escapeAttribute(from.id)}' h='${from.client.received}'/>`)
    const answer = await line.element()
    if (answer.name !== 'resumed') {
      line.destroy()
      return undefined
    }
    const client = new Client(line, from.client.jid)
    client.#isManaged = true
    client.sent = from.client.sent
    client.received = from.client.received
    client.acked = Number(answer.attribute('h'))
    return client
  }

  get bare(): string {
    return this.jid.slice(0, this.jid.indexOf('/'))
  }

  /** Sends what counts as a stanza. */
  send(xml: string): void {
    if (this.#isManaged) this.sent += 1
    this.line.write(xml)
  }

  say(to: string, body: string, id = this.#newId()): string {
    this.send(`<message to='${escapeAttribute(to)}' type='chat' id='${id}'><body>${escape(body)}</body></message>`)
    return id
  }

  async ask(type: 'get' | 'set', payload: string, to?: string): Promise<Element> {
    const id = this.#newId()
    const answer = this.next(
      ({ name, attributes }) => name === 'iq' && attributes['id'] === id && attributes['type'] !== 'get',
      `the answer to ${payload}`,
    )
    this.send(`<iq type='${type}' id='${id}'${to === undefined ? '' : ` to='${escapeAttribute(to)}'`}>${payload}</iq>`)
    return answer
  }

  /** The id of the session when it may be resumed. */
  async enableManagement(): Promise<string | undefined> {
    const enabled = this.next(({ ns }) => ns === SM, 'the answer to <enable/>')
    this.line.write(`<enable xmlns='${SM}' resume='true'/>`)
    const { name, attributes } = await enabled
    if (name !== 'enabled') throw new Error('The server does not enable stream management')
    this.#isManaged = true
    return attributes['id']
  }

  requestAck(): void {
    this.line.write(`<r xmlns='${SM}'/>`)
  }

  /** The first thing that matches, of what came already or comes. */
  next(matches: Matches, what: string, milliseconds = 10_000): Promise<Element> {
    const at = this.inbox.findIndex(matches)
    if (at !== -1) return Promise.resolve(this.inbox.splice(at, 1)[0] as Element)
    return new Promise((resolve, reject) => {
      const waiter = {
        matches,
        take: (element: Element) => {
          clearTimeout(timer)
          resolve(element)
        },
      }
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter(other => other !== waiter)
        reject(
          new Error(`${this.jid} waited ${milliseconds} ms in vain for ${what}; it has ${this.inbox.map(String).join(' ') || 'nothing'}`),
        )
      }, milliseconds)
      this.#waiting.push(waiter)
    })
  }

  message(body: string, milliseconds?: number): Promise<Element> {
    return this.next(
      element => element.name === 'message' && element.child('jabber:client', 'body')?.text === body,
      `a message "${body}"`,
      milliseconds,
    )
  }

  #newId(): string {
    return `c${(this.#ids += 1)}`
  }

  #take(raw: RawElement): void {
    const element = elementOf(raw)
    if (element.ns === SM && element.name === 'r') return this.line.write(`<a xmlns='${SM}' h='${this.received}'/>`)
    if (element.ns === SM && element.name === 'a') {
      this.acked = Number(element.attributes['h'])
      return this.onAcked()
    }
    if (this.#isManaged && element.ns === 'jabber:client') this.received += 1
    if (element.ns === 'jabber:client') for (const tap of this.taps) if (tap(element)) return undefined
    const waiter = this.#waiting.find(({ matches }) => matches(element))
    if (!waiter) {
      this.inbox.push(element)
      return undefined
    }
    this.#waiting = this.#waiting.filter(other => other !== waiter)
    return waiter.take(element)
  }
}

function elementOf({ ns, name, attributes, payload }: RawElement): Element {
  let text = `<${name} xmlns='${escapeAttribute(ns)}'`
  for (let i = 0; i < attributes.length; i += 2) {
    const attribute = attributes[i] ?? ''
    if (attribute === 'xmlns' || (attribute.includes(':') && !attribute.startsWith('xml:'))) continue
    text += ` ${attribute}='${escapeAttribute(attributes[i + 1] ?? '')}'`
  }
  return parse(`${text}>${payload}</${name}>`)
}
