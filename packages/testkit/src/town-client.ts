/** One device in a town: it says XML, asks questions, and keeps what it receives as text. */
import type { Host } from '@plodge/server/routing/host.ts'
import type { Router } from '@plodge/server/routing/router.ts'
import { BoundSession } from '@plodge/server/streams/bound-session.ts'
import type { Line } from '@plodge/server/streams/line.ts'
import { Management } from '@plodge/server/streams/management.ts'
import { Resumables } from '@plodge/server/streams/resumables.ts'
import { closeSession } from '@plodge/server/streams/session-end.ts'
import { readStanza } from '@plodge/server/streams/stanzas.ts'
import type { Device } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'
import { refusalOf } from './refusal.ts'

const LIMITS = { bytes: 262_144, tag: 65_536, depth: 64, elements: 10_000, attributes: 100 }

export interface TownClientOptions {
  readonly host: Host
  readonly router: Router
  readonly settled: () => Promise<void>
  readonly acknowledges?: boolean
}

export class TownClient {
  readonly jid: Device
  readonly session: BoundSession
  /** Every stanza received and not taken yet, as text; answers to `asks` are not among them. */
  readonly inbox: string[] = []
  /** Why the server ended the stream. */
  ending: { readonly condition: string; readonly text: string } | undefined
  readonly #options: TownClientOptions
  readonly #line: Line
  /** By the id of the question; undefined until it is there. */
  readonly #answers = new Map<string, Element | undefined>()
  #asked = 0
  #acknowledged = 0

  constructor(jid: Device, options: TownClientOptions) {
    const { host } = options
    this.jid = jid
    this.#options = options
    this.#line = {
      isFramed: false,
      address: '192.0.2.1',
      queued: 0,
      write: text => this.#receive(text),
      fail: (condition, text) => this.#end(condition, text),
    }
    this.session = new BoundSession(jid, this.#line, host.clock(), () => this.#close())
    if (options.acknowledges) this.session.management = new Management(`again-${jid.full}`, 1000, 10_000_000)
    host.sessions.add(this.session)
    for (const handler of host.life.bound) handler(this.session)
  }

  /** Sends stanzas, one after the other; settles when the server has done all it does about them. */
  async says(xml: string): Promise<void> {
    const reader = new XmlReader(LIMITS)
    reader.push(`<stream:stream xmlns='${CLIENT}' xmlns:stream='http://etherx.jabber.org/streams'>${xml}`)
    for (let event = reader.next(); event; event = reader.next()) {
      if (event.kind !== 'element') continue
      const received = readStanza(event.element, this.jid, undefined)
      if (received.kind === 'refused') this.session.send(received.stanza.refused(received.error))
      else await this.#options.router.receive(received.stanza, this.session)
    }
    if (reader.isMidway) throw new Error(`this is no whole stanza: ${xml}`)
    await this.#options.settled()
  }

  /**
   * Asks and gives the answer; a refusal is thrown as the StanzaError it is. Without `to`, one's own account is asked. A device answers
   * when its test says so: question and answer are said there, as XML.
   */
  async asks<Q, A>({ type, request, response }: Exchange<Q, A>, question: Q, { to }: { readonly to?: string } = {}): Promise<A> {
    const id = `ask${(this.#asked += 1)}`
    this.#answers.set(id, undefined)
    const iq = Stanza.of('iq', { type, id }, [request.write(question)]).toXml()
    await this.says(to === undefined ? iq : iq.replace('<iq', `<iq to='${to}'`))
    const answer = this.#answers.get(id)
    this.#answers.delete(id)
    if (!answer) throw new Error(`nobody answered ${iq}`)
    if (answer.attributes['type'] === 'error') throw refusalOf(answer)
    const [payload] = answer.elements
    return (response && payload ? response.read(payload) : undefined) as A
  }

  /** Becomes available. */
  async comes({ priority = 0, status }: { readonly priority?: number; readonly status?: string } = {}): Promise<void> {
    await this.says(`<presence>${status === undefined ? '' : `<status>${status}</status>`}<priority>${priority}</priority></presence>`)
  }

  /** What was received since the last look. */
  takes(): string[] {
    return this.inbox.splice(0)
  }

  /** Acknowledges what was received (XEP-0198): all of it, or the first so many that wait. */
  acknowledges(count = this.session.management?.waiting ?? 0): void {
    this.#acknowledged += count
    if (!this.session.management?.acknowledge(this.#acknowledged)) throw new Error('more was acknowledged than sent')
  }

  /** The connection breaks; with XEP-0198 the session waits, without it is over. */
  async vanishes(): Promise<void> {
    this.session.detach()
    if (!this.session.management) this.#close()
    else for (const handler of this.#options.host.life.lost) handler(this.session)
    await this.#options.settled()
  }

  /** Resumes a session that vanished: what was not acknowledged comes again. */
  async returns(): Promise<void> {
    this.session.attach(this.#line)
    const { host } = this.#options
    host.background(this.session.replay(host.recall), 'replay')
    for (const handler of host.life.resumed) handler(this.session)
    await this.#options.settled()
  }

  /** The session ends, for good. */
  async leaves(): Promise<void> {
    this.#close()
    await this.#options.settled()
  }

  /** Closes its stream, and the session with it. */
  async saysGoodbye(): Promise<void> {
    closeSession(this.session, { host: this.#options.host, resumables: new Resumables() })
    await this.#options.settled()
  }

  #end(condition: string, text: string): void {
    this.ending = { condition, text }
    this.#close()
  }

  #close(): void {
    const { host } = this.#options
    this.session.detach()
    const { unacked } = this.session
    if (!host.sessions.remove(this.session)) return
    for (const handler of host.life.closed) handler(this.session, unacked)
  }

  #receive(text: string): void {
    // <r/> of XEP-0198 is no stanza.
    if (text.startsWith('<r ')) return
    if (this.#answers.size > 0 && text.startsWith('<iq')) {
      const answer = parse(text, CLIENT)
      const id = answer.attributes['id'] ?? ''
      if (isAnswer(answer) && this.#answers.has(id)) {
        this.#answers.set(id, answer)
        return
      }
    }
    this.inbox.push(text)
  }
}

const isAnswer = ({ attributes }: Element): boolean => attributes['type'] === 'result' || attributes['type'] === 'error'
