/**
 * An XML stream, chunk by chunk, into its header and its first-level elements. One pass checks everything that must hold before
 * text is passed on: well-formedness, namespaces, RFC 6120 §11.1's restrictions, size, depth. What comes out carries its payload as text.
 */
import { StreamError } from '../stream/errors.ts'
import { endOfDeclaration } from './declaration.ts'
import { CLOSE, type Child, RawElement, type ReaderLimits, type StreamEvent, attributesOf, canonical } from './raw.ts'
import { SUSPECT, checkReference, isUnfinishedReference, utf8Length } from './names.ts'
import { type Scope, checkPrefixed, lookUp, within } from './parse.ts'
import { type Root, rootOf } from './root.ts'
import { Tag, isSpace, trimSpace } from './tag.ts'

const CDATA = '<![CDATA['
const malformed = (what: string): StreamError => new StreamError('not-well-formed', what)
const EMPTY: Scope = { ns: '', prefixes: new Map() }

/** Reading a tag never waits, so one serves all readers. */
const tag = new Tag()

export class XmlReader {
  limits: ReaderLimits
  /** A stream has a root that stays open; frames (RFC 7395 §3.3.3) are whole elements of their own. */
  readonly #isFramed: boolean
  readonly #content: string
  #text = ''
  #at = 0
  /** Where the next suspicious character of #text is; Infinity for none. */
  #suspect = 0
  #root: Root | undefined
  #hasDeclaration = false
  #isInCdata = false

  // The element that is being read, and what of it came in earlier chunks.
  #start = -1
  #held = ''
  #payloadStart = 0
  readonly #open: string[] = []
  readonly #scopes: Scope[] = []
  #top: RawElement | undefined
  #children: Child[] = []
  #elements = 0
  #needsRewriting = false

  /** `content` is the namespace that payloads inherit: jabber:client. */
  constructor(limits: ReaderLimits, { content = 'jabber:client', framed = false } = {}) {
    this.limits = limits
    this.#content = content
    this.#isFramed = framed
  }

  /** Takes more text. Call `next` until it gives undefined. */
  push(text: string): void {
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text
    this.#at = 0
    this.#suspect = this.#findSuspect(0)
  }

  /** A new stream begins (after SASL); `discard` forgets what was read ahead, as after STARTTLS, where it would be an injection. */
  restart({ discard }: { readonly discard: boolean }): void {
    this.#root = undefined
    this.#hasDeclaration = false
    if (discard) this.#text = ''
    if (discard) this.#at = 0
  }

  /** What was pushed and not read yet. */
  get rest(): string {
    return this.#text.slice(this.#at)
  }

  /** True while an element has begun and not ended. */
  get isMidway(): boolean {
    return this.#open.length > 0 || this.#at < this.#text.length
  }

  /** The next event, or undefined when the text so far holds no more. Throws StreamError; the reader is of no use after that. */
  next(): StreamEvent | undefined {
    while (this.#at < this.#text.length) {
      if (this.#isInCdata) {
        if (!this.#skipCdata()) break
        continue
      }
      if (this.#text.charCodeAt(this.#at) !== 60) {
        if (!this.#readText()) break
        continue
      }
      const event = this.#readTag()
      if (event === 'more') break
      if (event !== undefined) return event
    }
    this.#suspend()
    return undefined
  }

  /** Keeps what was read of an unfinished element as a rope, so that a byte at a time costs no more than a chunk. */
  #suspend(): void {
    if (this.#open.length === 0) {
      // A stream that says nothing keeps nothing of what it said.
      if (this.#at >= this.#text.length) this.#text = ''
      if (this.#text === '') this.#at = 0
      this.#open.length = 0
      this.#scopes.length = 0
      return
    }
    this.#held += this.#text.slice(this.#start, this.#at)
    this.#text = this.#text.slice(this.#at)
    this.#start = 0
    this.#at = 0
    if (this.#held.length + this.#text.length > this.limits.bytes) this.#tooLarge()
  }

  #tooLarge(): never {
    throw new StreamError('policy-violation', `A stanza is larger than ${this.limits.bytes} bytes`)
  }

  #readText(): boolean {
    const lt = this.#text.indexOf('<', this.#at)
    let end = lt < 0 ? this.#text.length : lt
    if (this.#open.length === 0) return this.#readSpace(end)
    while (this.#suspect < end) {
      const code = this.#text.charCodeAt(this.#suspect)
      if (code !== 38) throw malformed(code === 93 ? 'The text has a ]]>' : 'The text has a character that XML forbids')
      if (lt < 0 && isUnfinishedReference(this.#text, this.#suspect)) {
        end = this.#suspect
        break
      }
      this.#checkReference(this.#suspect)
      this.#suspect = this.#findSuspect(this.#suspect + 1)
    }
    // The start of a "]]>" may be at the end of a chunk: leave it for the next look.
    if (lt < 0 && this.#text.charCodeAt(end - 1) === 93) end = Math.max(this.#at, this.#text.charCodeAt(end - 2) === 93 ? end - 2 : end - 1)
    const moved = end > this.#at
    this.#at = end
    return moved
  }

  #findSuspect(from: number): number {
    SUSPECT.lastIndex = from
    return SUSPECT.test(this.#text) ? SUSPECT.lastIndex - (this.#text.charCodeAt(SUSPECT.lastIndex - 1) === 62 ? 3 : 1) : Infinity
  }

  #checkReference(at: number): void {
    const check = checkReference(this.#text, at)
    if (check === 'entity') throw new StreamError('restricted-xml', 'Entities other than the five of XML are not allowed')
    if (check === 'malformed') throw malformed('The text has a bad reference')
  }

  /** Between stanzas there is only white space, as a keepalive (RFC 6120 §4.6.1). */
  #readSpace(end: number): true {
    for (let i = this.#at; i < end; i++) {
      if (!isSpace(this.#text.charCodeAt(i)))
        throw this.#root
          ? new StreamError('bad-format', 'There is text between the stanzas')
          : malformed('The stream does not begin with a tag')
    }
    this.#at = end
    return true
  }

  #readTag(): StreamEvent | 'more' | undefined {
    const text = this.#text
    const second = text.charCodeAt(this.#at + 1)
    if (second === 47) return this.#readEndTag()
    if (second === 33 || second === 63) return this.#readMarkup(second)
    if (Number.isNaN(second)) return 'more'
    const isWhole = tag.read(text, this.#at, this.limits.attributes, this.#suspect)
    if ((isWhole ? tag.end : text.length) - this.#at > this.limits.tag)
      throw new StreamError('policy-violation', `A tag is longer than ${this.limits.tag} characters`)
    if (!isWhole) return 'more'
    if (this.#suspect < tag.end) this.#suspect = this.#findSuspect(tag.end)
    return this.#startElement()
  }

  #startElement(): StreamEvent | undefined {
    const depth = this.#open.length
    const outer = depth === 0 ? (this.#root?.scope ?? EMPTY) : (this.#scopes[depth - 1] ?? EMPTY)
    const scope = within(tag, outer)
    const ns = tag.prefix === '' ? scope.ns : lookUp(scope, tag.prefix)
    if (tag.prefixed.length > 0) checkPrefixed(tag, scope)
    if (depth === 0 && !this.#root && !this.#isFramed) return this.#openStream(ns, scope)
    if (depth === 0) this.#startTop(ns, scope)
    else this.#startChild(ns, depth)
    if (depth >= this.limits.depth) throw new StreamError('policy-violation', `A stanza is nested deeper than ${this.limits.depth}`)
    this.#at = tag.end
    if (depth === 0) this.#payloadStart = this.#length()
    if (tag.isEmpty) return depth === 0 ? this.#finish(0) : this.#closeChild(depth)
    this.#open.push(tag.name)
    this.#scopes.push(scope)
    return undefined
  }

  #startTop(ns: string, scope: Scope): void {
    this.#start = this.#at
    this.#held = ''
    this.#children = []
    this.#elements = 1
    // Payloads are passed on as text, so what they inherit must be what they find elsewhere.
    this.#needsRewriting = scope.ns !== this.#content && ns === this.#content
    this.#top = new RawElement(ns, tag.local, attributesOf(tag))
  }

  #startChild(ns: string, depth: number): void {
    this.#elements += 1
    if (this.#elements > this.limits.elements)
      throw new StreamError('policy-violation', `A stanza has more than ${this.limits.elements} elements`)
    // A prefix from outside this child would be lost with the text around it; which child declared it is not worth knowing.
    if (tag.prefix !== '' || tag.prefixed.length > 0) this.#needsRewriting = true
    if (depth === 1) this.#children.push({ ns, name: tag.local, start: this.#length() - this.#payloadStart, end: 0 })
  }

  /** How much of the element has been read. */
  #length(): number {
    return this.#held.length + this.#at - this.#start
  }

  #openStream(ns: string, scope: Scope): StreamEvent {
    this.#root = rootOf(tag.name, scope)
    this.#at = tag.end
    const header = new RawElement(ns, tag.local, attributesOf(tag))
    return { kind: 'open', header, prefix: tag.prefix, content: scope.ns, isEmpty: tag.isEmpty }
  }

  #readEndTag(): StreamEvent | 'more' | undefined {
    const close = this.#text.indexOf('>', this.#at)
    if ((close < 0 ? this.#text.length : close) - this.#at > this.limits.tag) throw malformed('An end tag is too long')
    if (close < 0) return 'more'
    const name = this.#open.pop() ?? this.#root?.name
    if (name === undefined) throw malformed('A tag is closed that was never opened')
    const written = this.#text.slice(this.#at + 2, close)
    if (written !== name && trimSpace(written) !== name) throw malformed(`A tag closes ${name} by another name`)
    const depth = this.#open.length
    if (this.#scopes.length === 0) {
      this.#at = close + 1
      this.#root = undefined
      return CLOSE
    }
    this.#scopes.pop()
    const payloadEnd = depth === 0 ? this.#length() : 0
    this.#at = close + 1
    return depth === 0 ? this.#finish(payloadEnd) : this.#closeChild(depth)
  }

  #closeChild(depth: number): undefined {
    if (depth !== 1) return
    const child = this.#children.at(-1)
    if (child) child.end = this.#length() - this.#payloadStart
  }

  #finish(payloadEnd: number): StreamEvent {
    const size = this.#length()
    const whole = this.#held + this.#text.slice(this.#start, this.#at)
    if (size > this.limits.bytes || (size * 3 > this.limits.bytes && utf8Length(whole) > this.limits.bytes)) this.#tooLarge()
    const element = this.#top as RawElement
    if (this.#needsRewriting) canonical(element, whole, this.#root?.scope ?? EMPTY, this.#content, this.limits.bytes)
    else {
      element.payload = payloadEnd === 0 ? '' : whole.slice(this.#payloadStart, payloadEnd)
      element.children = this.#children
    }
    this.#held = ''
    this.#start = -1
    this.#top = undefined
    return { kind: 'element', element }
  }

  #readMarkup(second: number): 'more' | undefined {
    const text = this.#text
    if (second === 63 && !this.#root && !this.#isFramed && !this.#hasDeclaration && this.#open.length === 0) return this.#readDeclaration()
    if (this.#open.length > 0 && text.startsWith(CDATA, this.#at)) {
      this.#at += CDATA.length
      this.#isInCdata = true
      this.#needsRewriting = true
      return undefined
    }
    if (this.#open.length > 0 && text.length - this.#at < CDATA.length && CDATA.startsWith(text.slice(this.#at))) return 'more'
    throw new StreamError('restricted-xml', 'Comments, processing instructions and document types are not allowed')
  }

  #readDeclaration(): 'more' | undefined {
    const end = endOfDeclaration(this.#text, this.#at)
    if (end === undefined) return 'more'
    this.#hasDeclaration = true
    this.#at = end
    return undefined
  }

  #skipCdata(): boolean {
    const end = this.#text.indexOf(']]>', this.#at)
    const stop = end < 0 ? Math.max(this.#at, this.#text.length - 2) : end
    while (this.#suspect < stop) {
      const code = this.#text.charCodeAt(this.#suspect)
      if (code !== 38) throw malformed('The text has a character that XML forbids')
      this.#suspect = this.#findSuspect(this.#suspect + 1)
    }
    const moved = stop > this.#at || end >= 0
    this.#at = end < 0 ? stop : end + 3
    if (end >= 0) this.#isInCdata = false
    if (this.#suspect < this.#at) this.#suspect = this.#findSuspect(this.#at)
    return moved
  }
}
