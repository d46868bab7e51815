/** What of a conversation nobody here has seen: after the newest that any of one's devices displayed (XEP-0490). */
import type { Message } from './message.ts'

export function firstUnread(messages: readonly Message[], displayed: string | undefined): number {
  // Whoever answered has read.
  const mine = messages.findLastIndex(({ isMine }) => isMine) + 1
  const mark = displayed === undefined ? 0 : messages.findLastIndex(({ archive }) => archive === displayed) + 1
  return Math.max(mine, mark)
}

export function unreadIn(messages: readonly Message[], displayed: string | undefined): number {
  let count = 0
  for (let i = firstUnread(messages, displayed); i < messages.length; i += 1) {
    const message = messages[i]
    if (message && !message.isMine && !message.removed) count += 1
  }
  return count
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
