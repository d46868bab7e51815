/** How large, deep and wide what a client says may be: little before log-in, more after. */
import type { ReaderLimits } from '@plodge/xmpp/xml/raw.ts'
import type { Limits } from '../settings.ts'

const LONGEST_TAG = 16_384
/** Before and after log-in; one pair serves all streams. */
const known = new WeakMap<Limits, readonly [ReaderLimits, ReaderLimits]>()

export function readerLimits(limits: Limits, isLoggedIn: boolean): ReaderLimits {
  const pair = known.get(limits) ?? pairOf(limits)
  known.set(limits, pair)
  return pair[isLoggedIn ? 1 : 0]
}

function pairOf(limits: Limits): readonly [ReaderLimits, ReaderLimits] {
  const { stanzaBytes, stanzaBytesBeforeLogin, stanzaDepth: depth, stanzaElements: elements, elementAttributes: attributes } = limits
  const common = { tag: LONGEST_TAG, depth, elements, attributes }
  return [
    { ...common, bytes: Math.min(stanzaBytes, stanzaBytesBeforeLogin) },
    { ...common, bytes: stanzaBytes },
  ]
}
