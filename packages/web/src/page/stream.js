/**
 * A stream to the chat server through the relay (RFC 7395). It begins authenticated: after <open/> the features are those of a client that has
 * logged in. A line that is lost is made again, and the session resumed (XEP-0198); what was not acknowledged is said once more.
 */

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'
const STREAMS = 'http://etherx.jabber.org/streams'
const CLIENT = 'jabber:client'
const SM = 'urn:xmpp:sm:3'
const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'

const writer = new XMLSerializer()
const empty = document.implementation.createDocument(null, null)

/** An element that is written, never put together of text. */
export function element(ns, name, attributes = {}, ...children) {
  const made = empty.createElementNS(ns, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

export class Stream {
  #domain
  #heard
  #changed
  #socket
  #wait = 0
  /** What XEP-0198 counts, and what it has not acknowledged. */
  #id
  #in = 0
  #acknowledged = 0
  #unacknowledged = []
  /** Whether stanzas may be sent: the session is bound or resumed. */
  #isHere = false

  /** `heard` is given each stanza, `changed` hears `here`, `away`, or `over` and why. */
  constructor(domain, heard, changed) {
    this.#domain = domain
    this.#heard = heard
    this.#changed = changed
    this.#open()
  }

  /** While the line is away, or back but not yet resumed, it waits. */
  send(stanza) {
    this.#unacknowledged.push(stanza)
    if (!this.#isHere) return
    this.#write(stanza)
    this.#write(element(SM, 'r'))
  }

  #open() {
    const socket = new WebSocket(`wss://${location.host}/xmpp-websocket`, 'xmpp')
    this.#socket = socket
    socket.addEventListener('open', () => this.#write(element(FRAMING, 'open', { to: this.#domain, version: '1.0' })))
    socket.addEventListener('message', ({ data }) => this.#read(new DOMParser().parseFromString(data, 'text/xml').documentElement))
    socket.addEventListener('close', () => this.#lost(socket))
  }

  #write(what) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(writer.serializeToString(what))
  }

  #lost(socket) {
    if (socket !== this.#socket) return
    this.#isHere = false
    this.#changed('away')
    // Not all at once when a server comes back.
    const delay = Math.random() * Math.min(30_000, 500 * 2 ** this.#wait++)
    addEventListener('online', () => this.#again(), { once: true })
    setTimeout(() => this.#again(), delay)
  }

  #again() {
    if (this.#socket?.readyState === WebSocket.CLOSED) this.#open()
  }

  #over(why) {
    const socket = this.#socket
    this.#socket = undefined
    socket.close()
    this.#changed('over', why)
  }

  #read(frame) {
    const { namespaceURI: ns, localName: name } = frame
    if (ns === STREAMS && name === 'features') return this.#begin()
    if (ns === STREAMS && name === 'error') return this.#ended(frame)
    if (ns === SM) return this.#count(name, frame)
    if (ns !== CLIENT) return undefined
    this.#in = (this.#in + 1) >>> 0
    if (name === 'iq' && frame.getAttribute('id') === 'bind') return this.#bound(frame)
    // RFC 6120 §8.2.3: every question has an answer; this page knows none.
    const type = frame.getAttribute('type')
    if (name === 'iq' && (type === 'get' || type === 'set')) return this.send(refusal(frame))
    return this.#heard(frame)
  }

  #begin() {
    if (this.#id !== undefined) return this.#write(element(SM, 'resume', { previd: this.#id, h: String(this.#in) }))
    return this.#write(element(CLIENT, 'iq', { type: 'set', id: 'bind' }, element(BIND, 'bind')))
  }

  #bound(answer) {
    if (answer.getAttribute('type') === 'error') return this.#over('The chat server gives you no place')
    this.#write(element(SM, 'enable', { resume: 'true' }))
    this.#in = 0
    this.#acknowledged = 0
    const waiting = this.#unacknowledged.splice(0).filter(stanza => stanza.localName === 'message')
    this.#here()
    for (const stanza of [element(CLIENT, 'presence'), ...waiting]) this.send(stanza)
    return undefined
  }

  #here() {
    this.#isHere = true
    this.#wait = 0
    this.#changed('here')
  }

  #count(name, frame) {
    switch (name) {
      case 'enabled':
        this.#id = frame.getAttribute('id') ?? undefined
        return undefined
      case 'r':
        return this.#write(element(SM, 'a', { h: String(this.#in) }))
      case 'a':
        return this.#take(Number(frame.getAttribute('h')))
      case 'resumed':
        this.#take(Number(frame.getAttribute('h')))
        for (const stanza of this.#unacknowledged) this.#write(stanza)
        return this.#here()
      case 'failed':
        // The session is gone: a new one.
        this.#id = undefined
        return this.#begin()
      default:
        return undefined
    }
  }

  #take(h) {
    this.#unacknowledged.splice(0, (h - this.#acknowledged) >>> 0)
    this.#acknowledged = h
  }

  /** The server ends it: for good, or because it stops for a moment. */
  #ended(frame) {
    const condition = frame.firstElementChild?.localName
    // The sign-on's word is over: it is asked for another, of which a person who is still signed in there notices little.
    if (condition === 'reset') location.assign('/sign-on')
    if (condition === 'reset' || condition === 'not-authorized' || condition === 'conflict' || condition === 'policy-violation')
      this.#over(frame.querySelector('text')?.textContent ?? condition)
  }
}

function refusal(question) {
  const why = element('urn:ietf:params:xml:ns:xmpp-stanzas', 'service-unavailable')
  const from = question.getAttribute('from')
  const to = from === null ? {} : { to: from }
  return element(CLIENT, 'iq', { type: 'error', id: question.getAttribute('id'), ...to }, element(CLIENT, 'error', { type: 'cancel' }, why))
}
