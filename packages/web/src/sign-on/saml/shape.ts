/**
 * Whether a text is plain XML of a moderate shape. The reader that checks signatures is a library's, and takes a minute for a hundred kilobytes of tags
 * that are not closed: what it is given has been read by ours before, which takes as long as the text is.
 */
import { randomBytes } from 'node:crypto'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'

const MOST_DEPTH = 32
/** What the library does with them grows with their square; a person has a few hundred attributes at most. */
const MOST_ELEMENTS = 1500
const DECLARATION = /^\s*<\?xml version=["']1\.0["'][^?<>]*\?>/

export const withoutDeclaration = (text: string): string => text.replace(DECLARATION, '')

export function isPlainXml(text: string): boolean {
  const xml = withoutDeclaration(text)
  // Comments, DTDs and instructions make readers see different things, and no identity provider writes them.
  if (xml.includes('<!') || xml.includes('<?')) return false
  // Nobody who wrote the text can close this: what is read is all of it.
  const around = `x${randomBytes(12).toString('hex')}`
  try {
    const { children, elements } = parse(`<${around}>${xml}</${around}>`)
    const isAlone = elements.length === 1 && children.every(child => typeof child !== 'string' || child.trim() === '')
    return isAlone && isModerate(elements)
  } catch {
    return false
  }
}

function isModerate(roots: readonly Element[]): boolean {
  let level = roots
  let count = 0
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length
    if (depth >= MOST_DEPTH || count > MOST_ELEMENTS) return false
    level = level.flatMap(({ elements }) => elements)
  }
  return true
}
