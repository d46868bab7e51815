/** Builds the tree of text that a reader has checked already; still throws StreamError on text that is not well-formed. */
import { StreamError } from '../stream/errors.ts'
import { Element, type Node } from './element.ts'
import { unescape } from './escape.ts'
import { XML } from './names.ts'
import { Tag, trimSpace } from './tag.ts'

const MOST_ATTRIBUTES = 1000
/** Parsing never waits, so one serves all. */
const tag = new Tag()

export interface Scope {
  /** The default namespace. */
  readonly ns: string
  readonly prefixes: ReadonlyMap<string, string>
}
const NO_PREFIXES: ReadonlyMap<string, string> = new Map()

/** The element that begins at `from`; `inherited` is the default namespace around it. */
export function parse(text: string, inherited: string | Scope = '', from = 0): Element {
  return read(text, from, typeof inherited === 'string' ? { ns: inherited, prefixes: NO_PREFIXES } : inherited).element
}

interface Open {
  readonly tagName: string
  readonly element: Element
  readonly children: Node[]
  readonly scope: Scope
}

function read(text: string, from: number, outer: Scope): { readonly element: Element; readonly end: number } {
  const open: Open[] = []
  for (let at = from; ;) {
    const scope = open.at(-1)?.scope ?? outer
    const children = open.at(-1)?.children
    const lt = text.indexOf('<', at)
    if (lt < 0) throw new StreamError('not-well-formed', 'An element is not closed')
    if (lt > at) children?.push(unescape(normaliseLines(text.slice(at, lt))))
    if (text.startsWith('<![CDATA[', lt)) {
      const end = text.indexOf(']]>', lt)
      if (end < 0) throw new StreamError('not-well-formed', 'A CDATA section is not closed')
      children?.push(normaliseLines(text.slice(lt + 9, end)))
      at = end + 3
    } else if (text.charCodeAt(lt + 1) === 47) {
      const done = open.pop()
      at = text.indexOf('>', lt) + 1
      if (!done || at === 0 || trimSpace(text.slice(lt + 2, at - 1)) !== done.tagName)
        throw new StreamError('not-well-formed', 'Tags do not match')
      if (open.length === 0) return { element: done.element, end: at }
    } else {
      if (!tag.read(text, lt, MOST_ATTRIBUTES, Infinity)) throw new StreamError('not-well-formed', 'A tag is not closed')
      at = tag.end
      const opened = start(tag, scope)
      children?.push(opened.element)
      if (!tag.isEmpty) open.push(opened)
      else if (open.length === 0) return { element: opened.element, end: at }
    }
  }
}

function start(tag: Tag, outer: Scope): Open {
  const scope = within(tag, outer)
  const children: Node[] = []
  const ns = tag.prefix === '' ? scope.ns : lookUp(scope, tag.prefix)
  return { tagName: tag.name, element: new Element(ns, tag.local, attributesOf(tag, scope), children), children, scope }
}

/** The scope inside a tag: what is around it and what it declares. */
export function within(tag: Tag, outer: Scope): Scope {
  if (tag.xmlns === undefined && tag.declared.length === 0) return outer
  const prefixes = tag.declared.length > 0 ? new Map(outer.prefixes) : outer.prefixes
  if (prefixes instanceof Map)
    for (let i = 0; i < tag.declared.length; i += 2) prefixes.set(tag.declared[i] ?? '', normalise(tag.declared[i + 1] ?? ''))
  return { ns: tag.xmlns === undefined ? outer.ns : normalise(tag.xmlns), prefixes }
}

export function lookUp(scope: Scope, prefix: string): string {
  if (prefix === 'xml') return XML
  const ns = scope.prefixes.get(prefix)
  if (ns === undefined) throw new StreamError('not-well-formed', `The prefix ${prefix} is not declared`)
  return ns
}

/** Namespaces in XML §5, §6.3: prefixes are declared, and no two attributes have one meaning. */
export function checkPrefixed(tag: Tag, scope: Scope): void {
  const seen = new Set<string>()
  for (const name of tag.prefixed) {
    const expanded = expand(name, scope)
    if (seen.has(expanded)) throw new StreamError('not-well-formed', 'An attribute is given twice')
    seen.add(expanded)
  }
}

const expand = (name: string, scope: Scope): string => {
  const colon = name.indexOf(':')
  return `{${lookUp(scope, name.slice(0, colon))}}${name.slice(colon + 1)}`
}

function attributesOf(tag: Tag, scope: Scope): Record<string, string> {
  if (tag.prefixed.length > 1) checkPrefixed(tag, scope)
  const attributes: Record<string, string> = {}
  for (let i = 0; i < tag.attributes.length; i += 2) {
    const name = tag.attributes[i] ?? ''
    const value = normalise(tag.attributes[i + 1] ?? '')
    const colon = name.indexOf(':')
    // An assignment to this one name would set something else and be lost.
    if (name === '__proto__') Object.defineProperty(attributes, name, { value, enumerable: true, writable: true, configurable: true })
    else if (colon < 0 || name.startsWith('xml:')) attributes[name] = value
    else if (!name.startsWith('xmlns:')) attributes[expand(name, scope)] = value
  }
  return attributes
}

/** XML 1.0 §2.11: a line ends in a line feed, however it was written. */
const normaliseLines = (raw: string): string => (raw.includes('\r') ? raw.replaceAll(/\r\n?/g, '\n') : raw)

/** XML 1.0 §3.3.3: white space in an attribute is a space, unless it was written as a reference. */
export function normalise(raw: string): string {
  return unescape(/[\t\n\r]/.test(raw) ? raw.replaceAll(/\r\n|[\t\n\r]/g, ' ') : raw)
}
