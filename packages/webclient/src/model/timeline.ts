/**
 * The part of a conversation that is in hand: an unbroken run of its archive, in the archive's order, and after it what was sent and has no place
 * there yet. Never sorted by time: many messages have the same second (and clocks differ).
 */
import { type Change, type Message, changed, further, isNamed } from './message.ts'

export interface Timeline {
  readonly messages: readonly Message[]
  /** Changes of messages that are not in hand, such as an edit whose original is further back. */
  readonly waiting: readonly Change[]
  readonly older: 'unknown' | 'more' | 'none'
  /** Whether the run ends before the newest message. */
  readonly newer: 'none' | 'more'
}

export const EMPTY: Timeline = { messages: [], waiting: [], older: 'unknown', newer: 'none' }
/** Rows in the page; what is further away is fetched again. */
export const MOST_MESSAGES = 400
const MOST_WAITING = 500

/** One new message at the end: one that came, or that one sends. */
export function append(timeline: Timeline, message: Message): Timeline {
  const at = placeOf(timeline.messages, message)
  if (at >= 0) return { ...timeline, messages: timeline.messages.with(at, met(timeline.messages[at] as Message, message)) }
  if (timeline.newer === 'more') return timeline
  const { made, waiting } = settle(message, timeline.waiting)
  const messages = [...timeline.messages, made]
  const excess = messages.length - MOST_MESSAGES
  return excess > 0 ? { ...timeline, waiting, messages: messages.slice(excess), older: 'more' } : { ...timeline, waiting, messages }
}

/** A page of the archive, oldest first, next to what is in hand. `isEnd`: there is nothing beyond it on its side. */
export function merge(timeline: Timeline, page: readonly Message[], side: 'older' | 'newer', isEnd: boolean): Timeline {
  let { waiting } = timeline
  const messages = [...timeline.messages]
  let at = startOf(messages, page, side)
  for (const message of page) {
    const known = placeOf(messages, message)
    if (known >= 0) {
      const both = met(messages[known] as Message, message)
      // What was sent here and has its place in the archive now, before what came after it.
      if (known > at && (messages[known] as Message).archive === undefined) {
        messages.splice(known, 1)
        messages.splice(at, 0, both)
        at += 1
      } else {
        messages[known] = both
        at = Math.max(at, known + 1)
      }
      continue
    }
    const settled = settle(message, waiting)
    waiting = settled.waiting
    messages.splice(at, 0, settled.made)
    at += 1
  }
  const edge = isEnd ? 'none' : 'more'
  return bounded(side === 'older' ? { ...timeline, messages, waiting, older: edge } : { ...timeline, messages, waiting, newer: edge }, side)
}

/** Of messages that are not in hand too: they wait. */
export function change(timeline: Timeline, what: Change): Timeline {
  const at = timeline.messages.findLastIndex(message => isMeant(message, what))
  if (at < 0) return { ...timeline, waiting: [...timeline.waiting, what].slice(-MOST_WAITING) }
  if (what.kind === 'reach' && what.upTo) {
    const messages = timeline.messages.map((message, i) =>
      i <= at && message.delivery.kind !== 'failed' ? changed(message, what) : message,
    )
    return { ...timeline, messages }
  }
  return { ...timeline, messages: timeline.messages.with(at, changed(timeline.messages[at] as Message, what)) }
}

/** A failed message that is sent again, or given up. */
export const without = (timeline: Timeline, key: string): Timeline => ({
  ...timeline,
  messages: timeline.messages.filter(message => message.key !== key),
})

function bounded(timeline: Timeline, side: 'older' | 'newer'): Timeline {
  const excess = timeline.messages.length - MOST_MESSAGES
  if (excess <= 0) return timeline
  if (side === 'newer') return { ...timeline, messages: timeline.messages.slice(excess), older: 'more' }
  return { ...timeline, messages: timeline.messages.slice(0, MOST_MESSAGES), newer: 'more' }
}

/** Where a page goes: an older one before what it meets, a newer one before what has no place in the archive yet. */
function startOf(messages: readonly Message[], page: readonly Message[], side: 'older' | 'newer'): number {
  const first = page.map(message => placeOf(messages, message)).find(at => at >= 0 && messages[at]?.archive !== undefined)
  if (first !== undefined) return first
  if (side === 'older') return 0
  return messages.findLastIndex(({ archive }) => archive !== undefined) + 1
}

function placeOf(messages: readonly Message[], { archive, id, isMine, author }: Message): number {
  return messages.findLastIndex(
    other =>
      (archive !== undefined && other.archive === archive) ||
      // The archive's name for what was sent from here is news.
      (id !== undefined &&
        other.id === id &&
        other.isMine === isMine &&
        // One's name in a room may have become another meanwhile.
        (isMine || other.author === author) &&
        (other.archive === undefined || archive === undefined)),
  )
}

/** Two reports of one message: what is known of its state, with the name and time that the archive gives it. */
function met(known: Message, report: Message): Message {
  if (known.archive !== undefined && report.archive === undefined) return known
  return {
    ...known,
    archive: report.archive ?? known.archive,
    time: report.archive === undefined ? known.time : report.time,
    delivery: known.isMine ? further(known.delivery, report.delivery) : known.delivery,
  }
}

const isMeant = (message: Message, { target, kind, by }: Change): boolean =>
  isNamed(message, target) && (kind !== 'edit' || message.author === by)

function settle(message: Message, waiting: readonly Change[]): { readonly made: Message; readonly waiting: readonly Change[] } {
  if (!waiting.some(what => isMeant(message, what))) return { made: message, waiting }
  let made = message
  for (const what of waiting) if (isMeant(message, what)) made = changed(made, what)
  return { made, waiting: waiting.filter(what => !isMeant(message, what)) }
}
