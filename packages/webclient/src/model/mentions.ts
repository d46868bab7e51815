/** Speaking to somebody in a room: `@` and their nickname. What is being written of one, who may be meant, and where they stand in a text. */

export interface Named {
  readonly nick: string
  /** As they are called for people; undefined where that is the nickname. */
  readonly name: string | undefined
  /** Undefined where only moderators know. */
  readonly address: string | undefined
}

/** A name that is being written: from the `@` to the caret. */
interface Begun {
  readonly at: number
  readonly end: number
  readonly word: string
}

const LONGEST = 40

/** Undefined when the caret is not in one. */
export function begunAt(text: string, caret: number): Begun | undefined {
  const before = text.slice(Math.max(0, caret - LONGEST), caret)
  const found = /(?:^|[\s([{"'>])@([\p{L}\p{N}._-]*)$/u.exec(before)
  const word = found?.[1]
  return word === undefined ? undefined : { at: caret - word.length - 1, end: caret, word }
}

/** Those whose nickname or any word of whose name begins so; nicknames that do come first. */
export function candidates(word: string, people: Iterable<Named>, most: number): readonly Named[] {
  const sought = folded(word)
  const [byNick, byName]: [Named[], Named[]] = [[], []]
  for (const one of people) {
    if (folded(one.nick).startsWith(sought)) byNick.push(one)
    else if (
      one.name !== undefined &&
      folded(one.name)
        .split(/\s+/)
        .some(part => part.startsWith(sought))
    )
      byName.push(one)
  }
  const order = (one: Named, other: Named): number => (one.name ?? one.nick).localeCompare(other.name ?? other.nick)
  return [...byNick.sort(order), ...byName.sort(order)].slice(0, most)
}

const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

/** The text with the nickname in place of what was begun, and where the caret is then. */
export function completed(text: string, { at, end }: Begun, nick: string): { readonly text: string; readonly caret: number } {
  const rest = text.slice(end)
  const written = `@${nick}${rest.startsWith(' ') ? '' : ' '}`
  return { text: text.slice(0, at) + written + rest, caret: at + nick.length + 2 }
}

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mention'; readonly text: string; readonly nick: string }

const MENTION = /(?<![\p{L}\p{N}@_.-])@([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu

/** The text in parts; a nickname that nobody has is text. A full stop after a nickname ends the sentence. */
export function partsOf(text: string, isKnown: (nick: string) => boolean): readonly Part[] {
  if (!text.includes('@')) return [{ kind: 'text', text }]
  const parts: Part[] = []
  let from = 0
  for (const found of text.matchAll(MENTION)) {
    const whole = found[1] ?? ''
    const nick = [whole, whole.replace(/[._-]+$/u, '')].find(isKnown)
    if (nick === undefined) continue
    if (found.index > from) parts.push({ kind: 'text', text: text.slice(from, found.index) })
    from = found.index + nick.length + 1
    parts.push({ kind: 'mention', text: text.slice(found.index, from), nick })
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}

interface Region {
  readonly nick: string
  readonly begin: number
  readonly end: number
}

/** Where in a text who is spoken to, in code points (XEP-0372 §3.1, XEP-0426). */
export function regionsIn(text: string, isKnown: (nick: string) => boolean): readonly Region[] {
  const regions: Region[] = []
  let begin = 0
  for (const part of partsOf(text, isKnown)) {
    const end = begin + Array.from(part.text).length
    if (part.kind === 'mention') regions.push({ nick: part.nick, begin, end })
    begin = end
  }
  return regions
}
