/** Parts of a file (RFC 9110 §14): which bytes were asked for. */

/** First and last byte, both inclusive. */
export interface Range {
  readonly first: number
  readonly last: number
}

const MOST = 16

/**
 * Undefined when the header says nothing that is to be heeded: no bytes, or not well-formed (§14.2). Empty when none of it is there. So many
 * ranges, or ranges that overlap, are an attack (§17.15): they count as none that is there.
 */
export function readRanges(header: string | undefined, size: number): readonly Range[] | undefined {
  const list = /^bytes\s*=\s*(.+)$/i.exec(header ?? '')?.[1]?.split(',') ?? []
  const ranges: Range[] = []
  for (const item of list.map(text => text.trim()).filter(text => text !== '')) {
    const [, first = '', last = ''] = /^(\d{0,15})-(\d{0,15})$/.exec(item) ?? []
    if (first === '' && last === '') return undefined
    if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
    const range =
      first === '' ? suffix(Number(last), size) : { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
    if (range && range.first <= range.last) ranges.push(range)
  }
  if (list.length === 0) return undefined
  return ranges.length > MOST || overlap(ranges) ? [] : ranges
}

const suffix = (length: number, size: number): Range | undefined =>
  length === 0 ? undefined : { first: Math.max(0, size - length), last: size - 1 }

function overlap(ranges: readonly Range[]): boolean {
  const sorted = [...ranges].sort((a, b) => a.first - b.first)
  return sorted.some(({ first }, i) => first <= (sorted[i - 1]?.last ?? -1))
}
