/** What a reader gives: elements whose payload is still text, with a note of where each child lies in it. */
import { StreamError } from '../stream/errors.ts'
import { type Element, type Name, write } from './element.ts'
import { escape } from './escape.ts'
import { type Scope, normalise, parse } from './parse.ts'
import type { Tag } from './tag.ts'

export interface ReaderLimits {
  /** Of one stanza, in UTF-8. */
  readonly bytes: number
  /** Characters of one tag. */
  readonly tag: number
  /** How many elements may be open at once, the stanza itself counted. */
  readonly depth: number
  readonly elements: number
  readonly attributes: number
}

export interface Child {
  readonly ns: string
  readonly name: string
  /** Where its text lies in the payload. */
  readonly start: number
  end: number
}

export class RawElement implements Name {
  readonly ns: string
  readonly name: string
  /** Names and values in turn: few, and looked at once. */
  readonly attributes: readonly string[]
  payload = ''
  children: readonly Child[] = []

  constructor(ns: string, name: string, attributes: readonly string[]) {
    this.ns = ns
    this.name = name
    this.attributes = attributes
  }

  attribute(name: string): string | undefined {
    for (let i = 0; i < this.attributes.length; i += 2) if (this.attributes[i] === name) return this.attributes[i + 1]
    return undefined
  }
}

export type StreamEvent =
  | { readonly kind: 'open'; readonly header: RawElement; readonly prefix: string; readonly content: string; readonly isEmpty: boolean }
  | { readonly kind: 'element'; readonly element: RawElement }
  | { readonly kind: 'close' }
export const CLOSE: StreamEvent = { kind: 'close' }

/** Writes the payload anew without prefixes and CDATA sections, so that it means the same wherever it is put. At most `most` characters. */
export function canonical(element: RawElement, whole: string, scope: Scope, content: string, most: number): void {
  let payload = ''
  const children: Child[] = []
  const tree = parse(whole, scope)
  // One long namespace under a short prefix, used a thousand times, must not grow into megabytes.
  if (lengthOfNamespaces(tree, tree.ns) > most) throw tooLong(most)
  for (const node of tree.children) {
    const text = typeof node === 'string' ? escape(node) : write(node, content)
    if (typeof node !== 'string') children.push({ ns: node.ns, name: node.name, start: payload.length, end: payload.length + text.length })
    payload += text
  }
  if (payload.length > most) throw tooLong(most)
  element.payload = payload
  element.children = children
}

const tooLong = (most: number): StreamError =>
  new StreamError('policy-violation', `A stanza is larger than ${most} bytes when it is written without prefixes`)

/** Of the declarations that are written where prefixes were. */
function lengthOfNamespaces(element: Element, inherited: string): number {
  let length = element.ns === inherited ? 0 : element.ns.length
  for (const name of Object.keys(element.attributes)) if (name.startsWith('{')) length += name.length
  for (const child of element.children) if (typeof child !== 'string') length += lengthOfNamespaces(child, element.ns)
  return length
}

/** The attributes of a tag as names and values in turn, declarations of prefixes left out. */
export function attributesOf(tag: Tag): string[] {
  const attributes: string[] = []
  for (let i = 0; i < tag.attributes.length; i += 2) {
    const name = tag.attributes[i] ?? ''
    if (!name.startsWith('xmlns:')) attributes.push(name, normalise(tag.attributes[i + 1] ?? ''))
  }
  return attributes
}
