/** The link of a text that may be previewed. */
import { type Block, type Span, blocksIn } from './formatting.ts'

/** The first that leads to a page of the web; none that is quoted, hidden or code. */
export function firstLink(text: string): string | undefined {
  return text.includes('://') ? inBlocks(blocksIn(text)) : undefined
}

function inBlocks(blocks: readonly Block[]): string | undefined {
  for (const block of blocks) {
    const found = block.kind === 'paragraph' ? inSpans(block.spans) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function inSpans(spans: readonly Span[]): string | undefined {
  for (const span of spans) {
    if (span.kind === 'link' && /^https?:/.test(span.href)) return span.href
    const found = 'spans' in span && span.kind !== 'spoiler' ? inSpans(span.spans) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
