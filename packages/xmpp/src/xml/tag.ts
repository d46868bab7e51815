/** One start tag: its name and attributes, read from checked positions of a text. */
import { StreamError } from '../stream/errors.ts'
import { unescape } from './escape.ts'
import { XML, XMLNS, checkReference, isNcName } from './names.ts'

const [TAB, LF, CR, SPACE, SLASH, COLON, EQUALS, GT, QUOTE, APOSTROPHE] = [9, 10, 13, 32, 47, 58, 61, 62, 34, 39] as const

export const isSpace = (code: number): boolean => code === SPACE || code === LF || code === TAB || code === CR

/** Without the white space that XML knows; `trimEnd` knows more of it. */
export const trimSpace = (text: string): string => text.replace(/[ \t\r\n]+$/, '')

/** A letter, digit or mark that is plain in a name; others are checked by the slow road. */
const PLAIN = new Uint8Array(128)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._') PLAIN[character.charCodeAt(0)] = 1

const malformed = (what: string): StreamError => new StreamError('not-well-formed', what)

/** The tag that was read last. One object serves every tag: a reader looks at it before it reads the next. */
export class Tag {
  name = ''
  /** '' when the name has none. */
  prefix = ''
  local = ''
  /** The value of xmlns, as written; undefined when the tag does not set it. */
  xmlns: string | undefined
  isEmpty = false
  /** Where the tag ends: the index after `>`. */
  end = 0
  /** Names and raw values in turn, without xmlns; only filled when asked for or when a prefix must be looked up. */
  readonly attributes: string[] = []
  /** Prefixes declared by this tag, name and raw uri in turn. */
  readonly declared: string[] = []
  /** Names of attributes that have a prefix other than xml. */
  readonly prefixed: string[] = []
  readonly #names: string[] = []
  /** Where the next tag begins: no value may reach there. */
  #nextTag = 0
  #suspect = 0

  /**
   * Reads the tag that begins at `start` (a `<`) of the text. False when the text ends before the tag does.
   * `maxAttributes` is the most it may have; before `suspect` the text has no reference and no forbidden character. Throws StreamError.
   */
  read(text: string, start: number, maxAttributes: number, suspect: number): boolean {
    const length = text.length
    let at = endOfName(text, start + 1)
    if (at >= length) return false
    this.#setName(text.slice(start + 1, at))
    const code = text.charCodeAt(at)
    const next = code === GT ? -1 : text.indexOf('<', at)
    this.#nextTag = next < 0 ? Infinity : next
    this.#suspect = suspect
    this.xmlns = undefined
    if (this.attributes.length > 0) this.attributes.length = 0
    if (this.declared.length > 0) this.declared.length = 0
    if (this.prefixed.length > 0) this.prefixed.length = 0
    if (this.#names.length > 0) this.#names.length = 0
    for (;;) {
      const before = at
      while (isSpace(text.charCodeAt(at))) at += 1
      if (at >= length) return false
      const code = text.charCodeAt(at)
      if (code === GT) return this.#finish(at + 1, false)
      if (code === SLASH) {
        if (at + 1 >= length) return false
        if (text.charCodeAt(at + 1) !== GT) throw malformed('A tag has a stray slash')
        return this.#finish(at + 2, true)
      }
      if (at === before) throw malformed('White space is missing between attributes')
      at = this.#attribute(text, at, length)
      if (at < 0) return false
      if (this.#names.length > maxAttributes) throw new StreamError('policy-violation', 'An element has too many attributes')
    }
  }

  /** Reads one attribute; the index after it, or -1 when the text ends first. */
  #attribute(text: string, start: number, length: number): number {
    let at = endOfName(text, start)
    const name = text.slice(start, at)
    while (isSpace(text.charCodeAt(at))) at += 1
    if (at >= length) return -1
    if (text.charCodeAt(at) !== EQUALS) throw malformed('An attribute has no value')
    at += 1
    while (isSpace(text.charCodeAt(at))) at += 1
    if (at >= length) return -1
    const quote = text.charCodeAt(at)
    if (quote !== APOSTROPHE && quote !== QUOTE) throw malformed('An attribute value is not quoted')
    const close = text.indexOf(quote === QUOTE ? '"' : "'", at + 1)
    if (close < 0) {
      if (this.#nextTag !== Infinity) throw malformed('An attribute value has a <')
      return -1
    }
    if (close > this.#nextTag) throw malformed('An attribute value has a <')
    const value = text.slice(at + 1, close)
    if (close > this.#suspect) checkValue(value)
    this.#keep(name, value)
    return close + 1
  }

  #keep(name: string, value: string): void {
    if (this.#names.includes(name)) throw malformed('An attribute is given twice')
    this.#names.push(name)
    if (name === 'xmlns') {
      checkNamespace(value)
      this.xmlns = value
      return
    }
    const colon = name.indexOf(':')
    if (colon < 0) {
      if (!isPlainName(name) && !isNcName(name)) throw malformed('An attribute name is not a name')
    } else this.#prefixed(name, colon, value)
    this.attributes.push(name, value)
  }

  #prefixed(name: string, colon: number, value: string): void {
    const prefix = name.slice(0, colon)
    const local = name.slice(colon + 1)
    if (!isNcName(prefix) || !isNcName(local)) throw malformed('An attribute name is not a name')
    if (prefix === 'xmlns') {
      if (local === 'xml' || local === 'xmlns' || value === '') throw malformed('A namespace declaration is not allowed')
      checkNamespace(value)
      this.declared.push(local, value)
    } else if (prefix !== 'xml') this.prefixed.push(name)
  }

  #setName(name: string): void {
    this.name = name
    const colon = name.indexOf(':')
    this.prefix = colon < 0 ? '' : name.slice(0, colon)
    this.local = colon < 0 ? name : name.slice(colon + 1)
    if (!(isPlainName(this.local) || isNcName(this.local)) || (colon >= 0 && !isNcName(this.prefix)))
      throw malformed('An element name is not a name')
  }

  #finish(end: number, isEmpty: boolean): true {
    this.end = end
    this.isEmpty = isEmpty
    return true
  }
}

function endOfName(text: string, start: number): number {
  let at = start
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 128 && PLAIN[code] === 1) continue
    if (code === GT || code === SLASH || code === EQUALS || isSpace(code)) break
    if (code < 128 && code !== COLON) throw malformed('A name has a character that names cannot have')
  }
  return at
}

/** True for what is surely a name: letters first and plain characters after. False says nothing. */
function isPlainName(name: string): boolean {
  const first = name.charCodeAt(0)
  if (!((first >= 97 && first <= 122) || (first >= 65 && first <= 90) || first === 95)) return false
  for (let i = 1; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code >= 128 || PLAIN[code] !== 1) return false
  }
  return true
}

/** Namespaces in XML §3: two names are spoken for. */
function checkNamespace(raw: string): void {
  const ns = unescape(raw)
  if (ns === XML || ns === XMLNS) throw malformed('A namespace declaration is not allowed')
}

function checkValue(value: string): void {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code === 38) {
      const check = checkReference(value, i)
      if (check === 'entity') throw new StreamError('restricted-xml', 'Entities other than the five of XML are not allowed')
      if (check === 'malformed') throw malformed('An attribute value has a bad reference')
    } else if ((code < 32 && !isSpace(code)) || code >= 0xfffe) throw malformed('An attribute value has a character that XML forbids')
  }
}
