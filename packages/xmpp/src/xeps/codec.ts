/** One declaration per payload: it names the element, types the value, reads it and writes it. */
import { StanzaError } from '../stanza/errors.ts'
import { Element, type Name, type Node } from '../xml/element.ts'

export interface Codec<T> extends Name {
  read(element: Element): T
  write(value: T): Element
}
export type Value<C> = C extends Codec<infer T> ? T : never

interface Parts {
  readonly attributes: Record<string, string>
  readonly children: Node[]
}
/** One part of an element: an attribute, the text, children of a kind. */
export interface Field<T> {
  read(element: Element): T
  write(value: T, into: Parts): void
}
type Shape<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** An element with fields. Reading throws StanzaError `bad-request` when something it must have is missing or wrong. */
export function element<F extends object = object>(ns: string, name: string, fields?: F): Codec<Shape<F>> {
  const entries = Object.entries<Field<unknown>>({ ...fields })
  return {
    ns,
    name,
    read: from => Object.fromEntries(entries.map(([key, field]) => [key, field.read(from)])) as Shape<F>,
    write(value) {
      const into: Parts = { attributes: {}, children: [] }
      for (const [key, field] of entries) field.write((value as Record<string, unknown>)[key], into)
      return new Element(ns, name, into.attributes, into.children)
    },
  }
}

/** An element whose value is its text. */
export const textElement = (ns: string, name: string): Codec<string> => ({
  ns,
  name,
  read: from => from.text,
  write: value => new Element(ns, name, {}, value === '' ? [] : [value]),
})

/** An element as it is, for payloads that pass through. */
export const raw = (ns: string, name: string): Codec<Element> => ({ ns, name, read: from => from, write: value => value })

const missing = (what: string): never => {
  throw new StanzaError('bad-request', `${what} is missing`)
}

export const attribute = (name: string): Field<string> => ({
  read: ({ attributes }) => attributes[name] ?? missing(`The attribute ${name}`),
  write: (value, { attributes }) => {
    attributes[name] = value
  },
})

export const maybeAttribute = (name: string): Field<string | undefined> => ({
  read: ({ attributes }) => attributes[name],
  write: (value, { attributes }) => {
    if (value !== undefined) attributes[name] = value
  },
})

/** The element's own text. */
export const content = (): Field<string> => ({
  read: ({ text }) => text,
  write: (value, { children }) => {
    if (value !== '') children.push(value)
  },
})

/** The text of a child, if it is there. */
export const text = (ns: string, name: string): Field<string | undefined> => optional(textElement(ns, name))

export const optional = <T>(codec: Codec<T>): Field<T | undefined> => ({
  read: parent => {
    const found = parent.child(codec.ns, codec.name)
    return found && codec.read(found)
  },
  write: (value, { children }) => {
    if (value !== undefined) children.push(codec.write(value))
  },
})

export const one = <T>(codec: Codec<T>): Field<T> => ({
  read: parent => codec.read(parent.child(codec.ns, codec.name) ?? missing(`<${codec.name}/>`)),
  write: (value, { children }) => {
    children.push(codec.write(value))
  },
})

export const many = <T>(codec: Codec<T>): Field<readonly T[]> => ({
  read: parent => parent.childrenNamed(codec.ns, codec.name).map(child => codec.read(child)),
  write: (values, { children }) => {
    for (const value of values) children.push(codec.write(value))
  },
})

/** Whether an empty child is there: a flag. */
export const present = (ns: string, name: string): Field<boolean> => ({
  read: parent => parent.child(ns, name) !== undefined,
  write: (value, { children }) => {
    if (value) children.push(new Element(ns, name))
  },
})

/** All children, as they are. */
export const elements = (): Field<readonly Element[]> => ({
  read: parent => parent.elements,
  write: (values, { children }) => {
    children.push(...values)
  },
})

/** One of a list of words. */
export const oneOf = <const T extends string>(name: string, words: readonly T[]): Field<T> => ({
  read: ({ attributes }) => {
    const found = words.find(word => word === attributes[name])
    if (found === undefined) throw new StanzaError('bad-request', `${name} must be one of ${words.join(', ')}`)
    return found
  },
  write: (value, { attributes }) => {
    attributes[name] = value
  },
})
