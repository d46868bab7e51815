/** What of a conversation nobody here has seen: after the newest that any of one's devices displayed (XEP-0490). */
import type { Message } from './message.ts'

export interface ThreadMark {
  /** The newest that was displayed of it. */
  readonly read: string | undefined
  readonly isMuted: boolean
}

/** How far one has read. */
export interface Reading {
  readonly displayed: string | undefined
  /** Threads that were read, or are not to be heard of, by themselves. */
  readonly threads: Readonly<Record<string, ThreadMark>>
}

/** What was not seen, oldest first. */
export function unreadOf(messages: readonly Message[], { displayed, threads }: Reading): readonly Message[] {
  const unread: Message[] = []
  const read = new Set<string>()
  const first = firstAfter(messages, displayed)
  for (let i = messages.length - 1; i >= first; i -= 1) {
    const message = messages[i]
    if (!message) continue
    const { thread, isMine, removed, archive } = message
    const mark = thread && threads[thread.id]
    // Whoever answered in a thread has read it.
    if (thread && (isMine || (archive !== undefined && mark?.read === archive))) read.add(thread.id)
    if (isMine || removed || mark?.isMuted === true || (thread && read.has(thread.id))) continue
    unread.push(message)
  }
  return unread.toReversed()
}

function firstAfter(messages: readonly Message[], displayed: string | undefined): number {
  // Whoever answered has read.
  const mine = messages.findLastIndex(({ isMine, thread }) => isMine && !thread) + 1
  const mark = displayed === undefined ? 0 : messages.findLastIndex(({ archive }) => archive === displayed) + 1
  return Math.max(mine, mark)
}

/** Whether a text speaks to somebody: their name as a word, with or without @. */
export function isMentioned(text: string, names: readonly string[]): boolean {
  const folded = text.toLocaleLowerCase()
  return names.some(name => {
    const sought = name.toLocaleLowerCase()
    if (sought === '') return false
    let at = folded.indexOf(sought)
    while (at >= 0 && (isLetter(folded[at - 1]) || isLetter(folded[at + sought.length]))) at = folded.indexOf(sought, at + 1)
    return at >= 0
  })
}

const isLetter = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}_]/u.test(sign)
