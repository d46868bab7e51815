/**
 * What a text looks like: XEP-0393's styles, links, spoilers, as values that are shown as they are: no HTML is ever made of what somebody wrote.
 * Work is in proportion to the text, whatever it is.
 */

export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'maths'; readonly text: string; readonly isBlock: boolean }
  | { readonly kind: 'strong' | 'emphasis' | 'strike' | 'spoiler'; readonly spans: readonly Span[] }

export type Block =
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }

const DEEPEST = 4
const STYLES: Readonly<Record<string, 'strong' | 'emphasis' | 'strike' | 'spoiler'>> = {
  '*': 'strong',
  _: 'emphasis',
  '~': 'strike',
  '||': 'spoiler',
}

export function blocksIn(text: string, depth = 0): readonly Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n')
  let plain: string[] = []
  const flush = (): void => {
    const written = plain.join('\n').replace(/^\n+|\n+$/g, '')
    if (written !== '') blocks.push({ kind: 'paragraph', spans: spansIn(written) })
    plain = []
  }
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? ''
    if (line.startsWith('```')) {
      const end = lines.indexOf('```', i + 1)
      flush()
      // §6.2: a block that is not closed goes to the end.
      const last = end < 0 ? lines.length : end
      blocks.push({ kind: 'code', language: line.slice(3).trim().slice(0, 30), text: lines.slice(i + 1, last).join('\n') })
      i = last
    } else if (line.startsWith('>') && depth < DEEPEST) {
      flush()
      const quoted: string[] = []
      for (; i < lines.length && lines[i]?.startsWith('>'); i += 1) quoted.push((lines[i] ?? '').replace(/^> ?/, ''))
      i -= 1
      blocks.push({ kind: 'quote', blocks: blocksIn(quoted.join('\n'), depth + 1) })
    } else plain.push(line)
  }
  flush()
  return blocks
}

const TOKEN = /`[^`\n]+`|\$\$?|https?:\/\/[^\s<>"]+|xmpp:[^\s<>"]+|\|\||[*_~]/gu

export function spansIn(text: string, depth = 0): readonly Span[] {
  const spans: Span[] = []
  let from = 0
  const plain = (end: number): void => {
    if (end > from) spans.push({ kind: 'text', text: text.slice(from, end) })
  }
  TOKEN.lastIndex = 0
  const pattern = new RegExp(TOKEN)
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const [token] = found
    const at = found.index
    if (token.startsWith('`')) {
      plain(at)
      spans.push({ kind: 'code', text: token.slice(1, -1) })
      from = at + token.length
    } else if (token.startsWith('$')) {
      const end = endOfMaths(text, token, at)
      pattern.lastIndex = end < 0 ? at + token.length : end + token.length
      if (end < 0) continue
      plain(at)
      spans.push({ kind: 'maths', text: text.slice(at + token.length, end).trim(), isBlock: token === '$$' })
      from = pattern.lastIndex
    } else if (token.includes(':')) {
      const address = trimmed(token)
      const href = safeLink(address)
      pattern.lastIndex = at + address.length
      if (href === undefined) continue
      plain(at)
      spans.push({ kind: 'link', text: address, href })
      from = at + address.length
    } else {
      const end = depth < DEEPEST ? closing(text, token, at) : -1
      const kind = STYLES[token]
      if (end < 0 || !kind) continue
      plain(at)
      spans.push({ kind, spans: spansIn(text.slice(at + token.length, end), depth + 1) })
      from = end + token.length
      pattern.lastIndex = from
    }
  }
  plain(text.length)
  return spans
}

const MOST_MATHS = { $: 500, $$: 4000 }
const MOST_TRIES = 16

/**
 * LaTeX as people write it, and not what things cost: a dollar sign opens before what is no space, and closes on its line after what is none and
 * before what is no digit. Two of them may stand around lines.
 */
function endOfMaths(text: string, token: string, at: number): number {
  const from = at + token.length
  const isBlock = token === '$$'
  const near = text.slice(from, from + MOST_MATHS[isBlock ? '$$' : '$'] + token.length)
  if (/[\p{L}\p{N}\\$]/u.test(text[at - 1] ?? ' ') || near.trim() === '') return -1
  if (!isBlock && /\s/.test(near[0] ?? ' ')) return -1
  const lineEnd = near.indexOf('\n')
  const most = isBlock || lineEnd < 0 ? near.length : lineEnd
  let end = near.indexOf(token, 1)
  for (let tries = 0; end > 0 && end < most && tries < MOST_TRIES; tries += 1) {
    const isEscaped = near[end - 1] === '\\'
    const isWhole = isBlock ? near.slice(0, end).trim() !== '' : !/\s/.test(near[end - 1] ?? ' ') && !/[\d$]/.test(near[end + 1] ?? '')
    if (!isEscaped && isWhole) return from + end
    end = near.indexOf(token, end + 1)
  }
  return -1
}

/** §6.3: a directive opens at the edge of a word, and closes before white space comes in. */
function closing(text: string, token: string, at: number): number {
  const before = text[at - 1]
  const after = text[at + token.length]
  if (after === undefined || /\s/.test(after) || after === token[0]) return -1
  if (before !== undefined && /[\p{L}\p{N}]/u.test(before)) return -1
  const lineEnd = text.indexOf('\n', at)
  const most = lineEnd < 0 ? text.length : lineEnd
  const end = text.indexOf(token, at + token.length)
  return end > at + token.length && end < most && !/\s/.test(text[end - 1] ?? ' ') ? end : -1
}

/** A full stop or bracket after an address belongs to the sentence. */
function trimmed(address: string): string {
  let text = address.replace(/[.,;:!?'*_~]+$/u, '')
  while (text.endsWith(')') && (text.match(/\)/g)?.length ?? 0) > (text.match(/\(/g)?.length ?? 0))
    text = text.slice(0, -1).replace(/[.,;:!?]+$/u, '')
  return text
}

const SCHEMES = new Set(['https:', 'http:', 'xmpp:'])

/** By a list of what is allowed: never `javascript:`, nor whatever comes next. */
export function safeLink(text: string): string | undefined {
  if (text.length > 2048 || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return SCHEMES.has(url.protocol) && url.username === '' && url.password === '' ? url.href : undefined
}
