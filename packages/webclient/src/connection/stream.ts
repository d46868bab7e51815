/**
 * A stream to the chat server over WebSocket (RFC 7395). The tier has logged in for the person, so that after <open/> come the features of a
 * client that is authenticated: bind, and XEP-0198. A line that is lost is made again and the session resumed.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { takeSocket } from '../early/begun.ts'
import { delayBefore } from './backoff.ts'
import type { Line, Listener } from './line.ts'
import { Management } from './management.ts'

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'
const STREAMS = 'http://etherx.jabber.org/streams'
const STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'
const SM = 'urn:xmpp:sm:3'
const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
const BIND_ID = 'bind'

/** From opening a socket to being online. */
const OPENING_MS = 20_000
/** A line on which nothing came for so long is asked whether it is there, and given up if it does not answer. */
const QUIET_MS = 60_000
const ANSWER_MS = 12_000
/** After these the server does not want this session back. */
const FOR_GOOD = new Set(['not-authorized', 'reset', 'conflict', 'policy-violation', 'host-unknown', 'unsupported-version'])

export class Stream implements Line {
  readonly #url: string
  readonly #domain: string
  readonly #listener: Listener
  readonly #counts = new Management()
  #socket: WebSocket | undefined
  #address = ''
  #isOnline = false
  #isOver = false
  #attempt = 0
  #heard = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(url: string, domain: string, listener: Listener) {
    this.#url = url
    this.#domain = domain
    this.#listener = listener
    this.#open()
  }

  /** Whatever is sent while the line is away goes when the session is resumed; when it is not, it is for the caller to send again. */
  send(stanza: Element): void {
    if (!this.#counts.wentOut(stanza)) return this.#drop()
    if (!this.#isOnline) return
    this.#write(stanza)
    if (this.#counts.isOn && stanza.name === 'message') this.#write(new Element(SM, 'r'))
  }

  hurry(): void {
    if (this.#isOver) return
    if (!this.#socket) this.#open()
    else if (this.#isOnline) this.#askWhetherThere()
  }

  close(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    if (this.#isOnline) this.#write(new Element(FRAMING, 'close'))
    this.#socket?.close()
    this.#socket = undefined
  }

  #open(): void {
    clearTimeout(this.#timer)
    this.#listener.lineIs({ kind: 'connecting', isAgain: this.#attempt > 0 })
    const socket = takeSocket() ?? new WebSocket(this.#url, 'xmpp')
    this.#socket = socket
    this.#timer = setTimeout(() => this.#drop(), OPENING_MS)
    const begin = (): void => this.#write(new Element(FRAMING, 'open', { to: this.#domain, version: '1.0' }))
    if (socket.readyState === WebSocket.OPEN) begin()
    else socket.addEventListener('open', begin)
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#frame(String(data))
    })
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#lost()
    })
  }

  #write(element: Element): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(element.toString())
  }

  /** A socket whose close takes minutes is left to itself. */
  #drop(): void {
    const socket = this.#socket
    if (!socket) return
    this.#lost()
    socket.close()
  }

  #lost(): void {
    this.#socket = undefined
    this.#isOnline = false
    clearTimeout(this.#timer)
    if (this.#isOver) return
    const delay = delayBefore(this.#attempt++, Math.random())
    this.#timer = setTimeout(() => this.#open(), delay)
    this.#listener.lineIs({ kind: 'waiting', until: Date.now() + delay })
  }

  #frame(text: string): void {
    this.#heard = Date.now()
    let frame: Element
    try {
      frame = parse(text)
    } catch {
      return this.#drop()
    }
    const { ns, name } = frame
    if (ns === CLIENT) return this.#stanza(frame)
    if (ns === SM) return this.#managed(frame)
    if (ns === STREAMS && name === 'features') return this.#begin()
    if (ns === STREAMS && name === 'error') return this.#ended(frame)
    if (ns === FRAMING && name === 'close') return this.#drop()
    return undefined
  }

  #begin(): void {
    const { id, received } = this.#counts
    if (id !== undefined) return this.#write(new Element(SM, 'resume', { previd: id, h: String(received) }))
    return this.#write(new Element(CLIENT, 'iq', { type: 'set', id: BIND_ID }, [new Element(BIND, 'bind')]))
  }

  #stanza(stanza: Element): void {
    this.#counts.cameIn()
    if (!this.#isOnline) {
      if (stanza.name === 'iq' && stanza.attributes['id'] === BIND_ID) this.#bound(stanza)
      return
    }
    this.#listener.heard(stanza)
  }

  #bound(answer: Element): void {
    const address = answer.child(BIND, 'bind')?.child(BIND, 'jid')?.text
    if (answer.attributes['type'] !== 'result' || address === undefined) {
      const error = StanzaError.from(answer.child(CLIENT, 'error'))
      return this.#finish(error.condition, error.text)
    }
    this.#address = address
    this.#write(new Element(SM, 'enable', { resume: 'true' }))
    this.#counts.begin()
    return this.#online('fresh')
  }

  #online(how: 'fresh' | 'resumed'): void {
    this.#isOnline = true
    this.#attempt = 0
    this.#watch(QUIET_MS)
    this.#listener.online(how, this.#address)
    this.#listener.lineIs({ kind: 'online' })
  }

  #managed({ name, attributes }: Element): void {
    switch (name) {
      case 'enabled':
        return this.#counts.enabled(attributes['resume'] === 'true' || attributes['resume'] === '1' ? attributes['id'] : undefined)
      case 'r':
        return this.#write(new Element(SM, 'a', { h: String(this.#counts.received) }))
      case 'a':
        return this.#confirm(Number(attributes['h']))
      case 'resumed': {
        this.#confirm(Number(attributes['h']))
        for (const stanza of this.#counts.unconfirmed) this.#write(stanza)
        this.#write(new Element(SM, 'r'))
        return this.#online('resumed')
      }
      case 'failed': {
        // §5: it may say how much of the old session it has.
        if (attributes['h'] !== undefined) this.#confirm(Number(attributes['h']))
        this.#counts.end()
        return this.#isOnline ? undefined : this.#begin()
      }
      default:
        return undefined
    }
  }

  #confirm(h: number): void {
    const confirmed = this.#counts.confirm(h)
    if (!confirmed) {
      this.#counts.end()
      return this.#drop()
    }
    for (const stanza of confirmed) this.#listener.confirmed(stanza)
  }

  #watch(delay: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const quiet = Date.now() - this.#heard
      if (quiet < QUIET_MS) return this.#watch(QUIET_MS - quiet)
      return this.#askWhetherThere()
    }, delay)
  }

  #askWhetherThere(): void {
    const asked = Date.now()
    this.#write(new Element(SM, 'r'))
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.#heard < asked ? this.#drop() : this.#watch(QUIET_MS)), ANSWER_MS)
  }

  #ended(error: Element): void {
    const condition = error.elements.find(({ ns, name }) => ns === STREAM_ERRORS && name !== 'text')?.name ?? 'undefined-condition'
    if (FOR_GOOD.has(condition)) this.#finish(condition, error.child(STREAM_ERRORS, 'text')?.text)
  }

  #finish(condition: string, text: string | undefined): void {
    this.#isOver = true
    this.#isOnline = false
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#listener.lineIs({ kind: 'over', condition, text })
  }
}
