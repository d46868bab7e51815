/**
 * Takes a long XML document apart, chunk by chunk: what holds other things is told of when it begins and when it ends, what is inside comes
 * whole, as text that stands for itself. Comments and processing instructions are passed over. What comes is checked where it is read.
 */
import type { Attributes } from '@plodge/xmpp/xml/element.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import { type Scope, lookUp, normalise, within } from '@plodge/xmpp/xml/parse.ts'
import { Tag, trimSpace } from '@plodge/xmpp/xml/tag.ts'
import { keyOf } from './names.ts'

export type Part =
  | { readonly kind: 'begin'; readonly key: string; readonly attributes: Attributes }
  | { readonly kind: 'end'; readonly key: string }
  | { readonly kind: 'whole'; readonly key: string; readonly text: string }

/** The file is not as it must be; in words for whoever gave it. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable'
}

interface Open {
  readonly tagName: string
  readonly key: string
  readonly scope: Scope
}

/** Characters of what is taken whole: a card with a large picture has some megabytes. */
const LONGEST_PART = 16 * 1024 * 1024
const LONGEST_TAG = 65_536
const DEEPEST = 200
const MOST_ATTRIBUTES = 1000
const SPECIALS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

export class Splitter {
  readonly #containers: ReadonlyMap<string, ReadonlySet<string>>
  readonly #tag = new Tag()
  readonly #open: Open[] = []
  #text = ''
  #at = 0
  #isDone = false
  /** Of what is being taken whole: its key, how deep we are in it, and its text so far. */
  #key = ''
  #depth = 0
  #pieces: string[] = []
  #length = 0

  constructor(containers: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#containers = containers
  }

  push(text: string): void {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
  }

  /** Everything that the text so far holds. Throws NotReadable, or StreamError where a tag is malformed. */
  *parts(): Generator<Part> {
    for (;;) {
      const part = this.#next()
      if (part === 'more') return
      if (part) yield part
    }
  }

  /** To be called at the end of the text. */
  finish(): void {
    if (!this.#isDone) throw new NotReadable('The file ends too soon: part of it is missing')
  }

  #next(): Part | 'more' | undefined {
    const lt = this.#text.indexOf('<', this.#at)
    const upTo = lt < 0 ? this.#text.length : lt
    if (this.#depth > 0) this.#take(upTo)
    this.#at = upTo
    if (lt < 0) return 'more'
    const special = SPECIALS.find(([begin]) => this.#text.startsWith(begin, lt))
    if (special) return this.#passOver(special)
    // Perhaps the beginning of one of those.
    const rest = this.#text.slice(lt, lt + 9)
    if (rest.length < 9 && SPECIALS.some(([begin]) => begin.startsWith(rest))) return 'more'
    if (rest.startsWith('<!')) throw new NotReadable('The file has a document type, which is never read')
    return rest.startsWith('</') ? this.#endTag() : this.#startTag()
  }

  #take(upTo: number): void {
    const piece = this.#text.slice(this.#at, upTo)
    this.#at = upTo
    if (piece === '') return
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length > LONGEST_PART) throw new NotReadable(`${this.#key} is longer than ${LONGEST_PART} characters`)
  }

  #passOver([begin, end]: (typeof SPECIALS)[number]): 'more' | undefined {
    const close = this.#text.indexOf(end, this.#at + begin.length)
    if (close < 0) {
      if (this.#text.length - this.#at > LONGEST_PART) throw new NotReadable(`What begins with ${begin} does not end`)
      return 'more'
    }
    if (begin === '<![CDATA[' && this.#depth > 0) this.#take(close + end.length)
    this.#at = close + end.length
    return undefined
  }

  #endTag(): Part | 'more' | undefined {
    const close = this.#text.indexOf('>', this.#at)
    if (close < 0) return this.#waitForTag()
    if (this.#depth > 0) {
      this.#take(close + 1)
      this.#depth -= 1
      return this.#depth === 0 ? this.#whole() : undefined
    }
    const name = trimSpace(this.#text.slice(this.#at + 2, close))
    const opened = this.#open.pop()
    if (opened?.tagName !== name) throw new NotReadable(`</${name.slice(0, 100)}> closes what is not open`)
    this.#at = close + 1
    this.#isDone = this.#open.length === 0
    return { kind: 'end', key: opened.key }
  }

  #waitForTag(): 'more' {
    if (this.#text.length - this.#at > LONGEST_TAG) throw new NotReadable(`A tag is longer than ${LONGEST_TAG} characters`)
    return 'more'
  }

  #startTag(): Part | 'more' | undefined {
    const tag = this.#tag
    if (!tag.read(this.#text, this.#at, MOST_ATTRIBUTES, Infinity)) return this.#waitForTag()
    if (this.#depth > 0) {
      const { isEmpty, end } = tag
      this.#take(end)
      if (!isEmpty) this.#depth += 1
      if (this.#depth > DEEPEST) throw new NotReadable(`${this.#key} is nested deeper than ${DEEPEST}`)
      return undefined
    }
    if (this.#isDone) throw new NotReadable('The file goes on after its end')
    const parent = this.#open.at(-1)
    const scope = within(tag, parent?.scope ?? { ns: '', prefixes: new Map() })
    const key = keyOf(tag.prefix === '' ? scope.ns : lookUp(scope, tag.prefix), tag.local)
    if (this.#containers.get(parent?.key ?? '')?.has(key) === true) return this.#begin(key, scope)
    if (!parent) throw new NotReadable(`The file begins with ${key}, and is none of XEP-0227`)
    return this.#beginWhole(key, parent.scope)
  }

  #begin(key: string, scope: Scope): Part {
    const { attributes: written, name, isEmpty, end } = this.#tag
    const attributes: Record<string, string> = {}
    for (let at = 0; at < written.length; at += 2) {
      const [prefix = '', local] = (written[at] ?? '').split(':')
      const meant = local === undefined ? prefix : prefix === 'xmlns' ? undefined : keyOf(lookUp(scope, prefix), local)
      if (meant !== undefined) attributes[meant] = normalise(written[at + 1] ?? '')
    }
    this.#at = end
    if (isEmpty) {
      // The end comes next, as if it were written.
      this.#text = `</${name}>${this.#text.slice(end)}`
      this.#at = 0
    }
    this.#open.push({ tagName: name, key, scope })
    return { kind: 'begin', key, attributes }
  }

  /** What is declared around it and not by itself is said by itself, so that the text means the same wherever it is read. */
  #beginWhole(key: string, outer: Scope): Part | undefined {
    const { name, xmlns, declared, isEmpty, end } = this.#tag
    const own = new Set(declared.filter((_, at) => at % 2 === 0))
    const start = this.#at
    this.#key = key
    this.#pieces = [`<${name}`]
    if (xmlns === undefined && outer.ns !== '') this.#pieces.push(` xmlns='${escapeAttribute(outer.ns)}'`)
    for (const [prefix, ns] of outer.prefixes) if (!own.has(prefix)) this.#pieces.push(` xmlns:${prefix}='${escapeAttribute(ns)}'`)
    this.#length = end - start
    this.#pieces.push(this.#text.slice(start + 1 + name.length, end))
    this.#at = end
    if (isEmpty) return this.#whole()
    this.#depth = 1
    return undefined
  }

  #whole(): Part {
    const text = this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    return { kind: 'whole', key: this.#key, text }
  }
}
