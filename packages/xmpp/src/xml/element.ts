/** A small immutable element tree and its writer: for payloads that somebody asked to see, not for the way of a stanza. */
import { escape, escapeAttribute } from './escape.ts'
import { XML } from './names.ts'

export type Node = Element | string
export type Attributes = Readonly<Record<string, string>>
/** What names an element: enough to look for one. */
export interface Name {
  readonly ns: string
  readonly name: string
}

export class Element implements Name {
  readonly ns: string
  readonly name: string
  /** By name as written; a namespaced one as `xml:lang` (the only prefix we keep) or `{namespace}name`. */
  readonly attributes: Attributes
  readonly children: readonly Node[]

  constructor(ns: string, name: string, attributes: Attributes = {}, children: readonly Node[] = []) {
    this.ns = ns
    this.name = name
    this.attributes = attributes
    this.children = children
  }

  /** The character data directly inside, not that of children. */
  get text(): string {
    let text = ''
    for (const child of this.children) if (typeof child === 'string') text += child
    return text
  }

  get elements(): readonly Element[] {
    return this.children.filter(child => typeof child !== 'string')
  }

  is({ ns, name }: Name): boolean {
    return this.name === name && this.ns === ns
  }

  child(ns: string, name: string): Element | undefined {
    for (const child of this.children) if (typeof child !== 'string' && child.name === name && child.ns === ns) return child
    return undefined
  }

  childrenNamed(ns: string, name: string): readonly Element[] {
    return this.elements.filter(child => child.name === name && child.ns === ns)
  }

  toString(inherited = ''): string {
    return write(this, inherited)
  }
}

/** As text, to stand where `inherited` is the default namespace. No prefix is ever needed but `xml:`. */
export function write(element: Element, inherited: string): string {
  // No default namespace may be that of the prefix xml (Namespaces in XML §3).
  const isXml = element.ns === XML
  const name = isXml ? `xml:${element.name}` : element.name
  const ns = isXml ? inherited : element.ns
  let out = `<${name}`
  if (ns !== inherited) out += ` xmlns='${escapeAttribute(ns)}'`
  let prefixes = 0
  for (const [name, value] of Object.entries(element.attributes)) {
    if (name.startsWith('{')) {
      const close = name.lastIndexOf('}')
      const prefix = `ns${(prefixes += 1)}`
      out += ` xmlns:${prefix}='${escapeAttribute(name.slice(1, close))}' ${prefix}:${name.slice(close + 1)}='${escapeAttribute(value)}'`
    } else out += ` ${name}='${escapeAttribute(value)}'`
  }
  if (element.children.length === 0) return `${out}/>`
  out += '>'
  for (const child of element.children) out += typeof child === 'string' ? escape(child) : write(child, ns)
  return `${out}</${name}>`
}
