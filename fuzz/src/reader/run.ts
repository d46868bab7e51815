/** One reader over one input: what it gave, and how it ended. */
import { StreamError, type StreamCondition } from '@plodge/xmpp/stream/errors.ts'
import type { RawElement, ReaderLimits, StreamEvent } from '@plodge/xmpp/xml/raw.ts'
import { XmlReader } from '@plodge/xmpp/xml/reader.ts'

export interface Setting {
  readonly limits: ReaderLimits
  readonly framed: boolean
}

export const GENEROUS: Setting = { limits: { bytes: 100_000, tag: 10_000, depth: 50, elements: 1000, attributes: 50 }, framed: false }
export const TIGHT: Setting = { limits: { bytes: 300, tag: 80, depth: 4, elements: 8, attributes: 4 }, framed: false }
export const FRAMED: Setting = { limits: GENEROUS.limits, framed: true }

export interface Outcome {
  readonly events: readonly StreamEvent[]
  readonly error: StreamError | undefined
  /** What the reader has taken for good: with an error, undefined. */
  readonly consumed: string | undefined
  /** True while an element has begun and not ended. */
  readonly isMidway: boolean
  /** The stream's header, once it is there, and whether it is closed again. */
  readonly root: string | undefined
  readonly isClosed: boolean
}

/** Reads until the stream closes. Throws what is no StreamError. */
export function run(chunks: readonly string[], { limits, framed }: Setting): Outcome {
  const reader = new XmlReader(limits, { framed })
  const events: StreamEvent[] = []
  let root: string | undefined
  let taken = 0
  const outcome = (error: StreamError | undefined, isClosed: boolean): Outcome => {
    const consumed = error ? undefined : chunks.join('').slice(0, taken - reader.rest.length)
    return { events, error, consumed, isMidway: !error && reader.isMidway, root, isClosed }
  }
  try {
    for (const chunk of chunks) {
      reader.push(chunk)
      taken += chunk.length
      for (let event = reader.next(); event; event = reader.next()) {
        events.push(event)
        if (event.kind === 'close') return outcome(undefined, true)
        if (event.kind === 'open') {
          root = event.prefix === '' ? event.header.name : `${event.prefix}:${event.header.name}`
          if (event.isEmpty) return outcome(undefined, true)
        }
      }
    }
  } catch (error) {
    if (error instanceof StreamError) return outcome(error, false)
    throw error
  }
  return outcome(undefined, false)
}

export const conditionOf = (outcome: Outcome): StreamCondition | undefined => outcome.error?.condition

export const elementsOf = (outcome: Outcome): readonly RawElement[] =>
  outcome.events.flatMap(event => (event.kind === 'element' ? [event.element] : []))
