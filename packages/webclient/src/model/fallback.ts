/** Text that is there for clients which do not know what else is in a message (XEP-0428): what is left without it. */
import { FALLBACK } from '@plodge/xmpp/xeps/fallback.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'

/** Positions are code points (XEP-0426). */
export function withoutFallback(body: string, stanza: Element, ...features: readonly string[]): string {
  const fallbacks = stanza.childrenNamed(FALLBACK, 'fallback').filter(({ attributes }) => features.includes(attributes['for'] ?? ''))
  if (fallbacks.some(({ elements }) => elements.length === 0)) return ''
  const regions = fallbacks.flatMap(fallback => fallback.childrenNamed(FALLBACK, 'body'))
  if (regions.length === 0) return body
  const points = Array.from(body)
  const isLeft = points.map(() => true)
  for (const { attributes } of regions) {
    const start = place(attributes['start'], 0, points.length)
    const end = place(attributes['end'], points.length, points.length)
    isLeft.fill(false, start, Math.max(start, end))
  }
  return points.filter((_, i) => isLeft[i]).join('')
}

const place = (text: string | undefined, otherwise: number, most: number): number =>
  text === undefined || !/^\d{1,9}$/.test(text) ? otherwise : Math.min(Number(text), most)
