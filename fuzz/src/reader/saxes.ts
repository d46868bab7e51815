/** The independent judge: what the parser `saxes` makes of a text. */
import { SaxesParser } from 'saxes'
import type { Tree } from './tree.ts'

export type Verdict = { readonly kind: 'accepted'; readonly root: Tree | undefined } | { readonly kind: 'rejected'; readonly why: string }

interface Growing extends Tree {
  readonly children: (Growing | string)[]
}

/** `whole`: the text must be a whole document. Otherwise it may stop anywhere, and only what stands there is judged. */
export function judge(text: string, { whole }: { readonly whole: boolean }): Verdict {
  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  const open: Growing[] = []
  let root: Growing | undefined
  let why: string | undefined
  parser.on('error', error => (why ??= error.message))
  parser.on('opentag', tag => {
    const attributes = new Map<string, string>()
    for (const { uri, local, prefix, value } of Object.values(tag.attributes)) {
      if (prefix !== 'xmlns' && local !== 'xmlns') attributes.set(`{${uri}}${local}`, value)
    }
    const element: Growing = { ns: tag.uri, name: tag.local, attributes, children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
    root ??= element
  })
  parser.on('closetag', () => open.pop())
  parser.on('text', data => open.at(-1)?.children.push(data))
  parser.on('cdata', data => open.at(-1)?.children.push(data))
  parser.write(text)
  if (whole) parser.close()
  return why === undefined ? { kind: 'accepted', root } : { kind: 'rejected', why }
}
