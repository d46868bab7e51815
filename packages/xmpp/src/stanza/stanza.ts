/**
 * A stanza is an envelope and the text of its payload. Routing needs the envelope only, so the text passes through untouched and is
 * parsed child by child when somebody asks. Stanzas never change: `with` and `plus` make new ones that share the text.
 */
import type { Jid } from '../jid/jid.ts'
import type { Codec } from '../xeps/codec.ts'
import { Element, type Name, write } from '../xml/element.ts'
import { escapeAttribute } from '../xml/escape.ts'
import { parse } from '../xml/parse.ts'
import type { Child } from '../xml/raw.ts'
import type { StanzaError } from './errors.ts'

export type Kind = 'message' | 'presence' | 'iq'
export interface Envelope {
  readonly to?: Jid | undefined
  readonly from?: Jid | undefined
  readonly type?: string | undefined
  readonly id?: string | undefined
  readonly lang?: string | undefined
}

/** The namespace that payloads inherit. */
export const CLIENT = 'jabber:client'

/** All that follows the addressee, as text, once it was needed. */
interface Shared {
  rest: string | undefined
}

export class Stanza {
  readonly kind: Kind
  readonly to: Jid | undefined
  readonly from: Jid | undefined
  /** As written; undefined when it was not given. */
  readonly type: string | undefined
  readonly id: string | undefined
  /** xml:lang. */
  readonly lang: string | undefined
  /** Checked XML text in which nothing depends on what is around it but the default namespace jabber:client. */
  readonly payload: string
  readonly #children: readonly Child[]
  /** What copies share that differ in `to` alone. */
  #shared: Shared | undefined

  private constructor(kind: Kind, envelope: Envelope, payload: string, children: readonly Child[], shared?: Shared) {
    this.kind = kind
    this.to = envelope.to
    this.from = envelope.from
    this.type = envelope.type
    this.id = envelope.id
    this.lang = envelope.lang
    this.payload = payload
    this.#children = children
    this.#shared = shared
  }

  /** From payload that a reader has checked. */
  static read(kind: Kind, envelope: Envelope, payload: string, children: readonly Child[]): Stanza {
    return new Stanza(kind, envelope, payload, children)
  }

  static of(kind: Kind, envelope: Envelope, elements: readonly Element[] = []): Stanza {
    let payload = ''
    const children = elements.map(element => {
      const start = payload.length
      payload += write(element, CLIENT)
      return { ns: element.ns, name: element.name, start, end: payload.length }
    })
    return new Stanza(kind, envelope, payload, children)
  }

  /** From a whole element, as out of an archive; undefined when it is no stanza. */
  static from(element: Element, envelope: Envelope): Stanza | undefined {
    const { name } = element
    return name === 'message' || name === 'presence' || name === 'iq' ? Stanza.of(name, envelope, element.elements) : undefined
  }

  /** The names of the payload's elements, in order. */
  get children(): readonly Name[] {
    return this.#children
  }

  has(name: Name): boolean {
    return this.#find(name) !== undefined
  }

  /** Whether any child is of the namespace. */
  hasNamespace(ns: string): boolean {
    return this.#children.some(child => child.ns === ns)
  }

  /** The first child the codec describes, read; undefined when there is none. Throws StanzaError when it is not as it must be. */
  get<T>(codec: Codec<T>): T | undefined {
    const child = this.#find(codec)
    return child && codec.read(this.#parse(child))
  }

  all<T>(codec: Codec<T>): T[] {
    return this.#children.filter(child => child.name === codec.name && child.ns === codec.ns).map(child => codec.read(this.#parse(child)))
  }

  with(changes: Envelope): Stanza {
    const { to, from, type, id, lang } = this
    return new Stanza(this.kind, { to, from, type, id, lang, ...changes }, this.payload, this.#children)
  }

  /** A copy for each of many: whichever of all copies is written first writes for all what follows the addressee. */
  *copiesTo(addressees: Iterable<Jid>): Generator<Stanza> {
    const { from, type, id, lang } = this
    const shared = (this.#shared ??= { rest: undefined })
    for (const to of addressees) yield new Stanza(this.kind, { to, from, type, id, lang }, this.payload, this.#children, shared)
  }

  /** The same with text of its own: a part of a long text keeps the whole of it in memory. For what is kept for long. */
  detached(): Stanza {
    if (this.payload === '') return this
    return new Stanza(this.kind, this, JSON.parse(JSON.stringify(this.payload)) as string, this.#children)
  }

  plus<T>(codec: Codec<T>, value: T): Stanza {
    const start = this.payload.length
    const payload = this.payload + write(codec.write(value), CLIENT)
    return new Stanza(this.kind, this, payload, [...this.#children, { ns: codec.ns, name: codec.name, start, end: payload.length }])
  }

  /** Leaves out the children the codec describes, all or those the condition picks. */
  without<T>(codec: Codec<T>, condition?: (value: T) => boolean): Stanza {
    if (!this.has(codec)) return this
    let payload = ''
    const kept: Child[] = []
    for (const child of this.#children) {
      const isMeant = child.name === codec.name && child.ns === codec.ns
      if (isMeant && (!condition || condition(codec.read(this.#parse(child))))) continue
      kept.push({ ...child, start: payload.length, end: payload.length + child.end - child.start })
      payload += this.payload.slice(child.start, child.end)
    }
    return new Stanza(this.kind, this, payload, kept)
  }

  /** The children, as elements. */
  elements(): Element[] {
    return this.#children.map(child => this.#parse(child))
  }

  toElement(): Element {
    const attributes: Record<string, string> = {}
    if (this.to) attributes['to'] = this.to.full
    if (this.from) attributes['from'] = this.from.full
    if (this.type !== undefined) attributes['type'] = this.type
    if (this.id !== undefined) attributes['id'] = this.id
    if (this.lang !== undefined) attributes['xml:lang'] = this.lang
    return new Element(CLIENT, this.kind, attributes, this.elements())
  }

  /** As text. Give `ns` where jabber:client is not the default namespace around it. */
  toXml(ns?: string): string {
    let head = `<${this.kind}`
    if (ns !== undefined) head += ` xmlns='${ns}'`
    if (this.to) head += ` to='${escapeAttribute(this.to.full)}'`
    return head + (this.#shared ? (this.#shared.rest ??= this.#rest()) : this.#rest())
  }

  #rest(): string {
    let head = ''
    if (this.from) head += ` from='${escapeAttribute(this.from.full)}'`
    if (this.type !== undefined) head += ` type='${escapeAttribute(this.type)}'`
    if (this.id !== undefined) head += ` id='${escapeAttribute(this.id)}'`
    if (this.lang !== undefined) head += ` xml:lang='${escapeAttribute(this.lang)}'`
    return this.payload === '' ? `${head}/>` : `${head}>${this.payload}</${this.kind}>`
  }

  /** The answer to an IQ: addresses turned round. */
  result(elements: readonly Element[] = []): Stanza {
    return Stanza.of('iq', { to: this.from, from: this.to, type: 'result', id: this.id }, elements)
  }

  /** RFC 6120 §8.3.1: the error goes back where the stanza came from, under its id. */
  refused(error: StanzaError): Stanza {
    return Stanza.of(this.kind, { to: this.from, from: this.to, type: 'error', id: this.id }, [error.toElement()])
  }

  #find({ ns, name }: Name): Child | undefined {
    for (const child of this.#children) if (child.name === name && child.ns === ns) return child
    return undefined
  }

  #parse(child: Child): Element {
    return parse(this.payload, CLIENT, child.start)
  }
}
