/** Two elements that mean the same are the same text here. */
import { FORMS } from '@plodge/xmpp/xeps/data-form.ts'
import type { Element, Node } from '@plodge/xmpp/xml/element.ts'

/** As text, without the white space between elements, in an order of attributes and of kinds of children that is always the same. */
export function canonical(element: Element, isSubmission = false): string {
  // XEP-0004 §3.2: the type of a submitted field is for clarity only.
  const given = Object.entries(element.attributes).filter(([name]) => !(isSubmission && element.name === 'field' && name === 'type'))
  const attributes = Object.fromEntries(given.sort(([one], [other]) => (one < other ? -1 : 1)))
  const isForm = isSubmission || (element.ns === FORMS && attributes['type'] === 'submit')
  const { elements } = element
  const sorted = [...elements].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0))
  const children: readonly Node[] =
    elements.length === 0 ? [element.text.trim() === '' ? '' : element.text] : element.text.trim() === '' ? sorted : element.children
  const inside = children.map(child => (typeof child === 'string' ? JSON.stringify(child) : canonical(child, isForm))).join('')
  return `<${nameOf(element)} ${JSON.stringify(attributes)}>${inside}</>\n`
}

const nameOf = ({ ns, name }: Element): string => `{${ns}}${name}`
