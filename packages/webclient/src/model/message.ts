/** A message as it is shown, whatever kind of conversation it is in. A state that may be unknown is never a boolean. */

/** How far one's own message has come. The order is that of getting further; `failed` says why, in the server's words or ours. */
export type Delivery =
  | { readonly kind: 'sending' }
  | { readonly kind: 'server' }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'read' }
  | { readonly kind: 'failed'; readonly why: string }

const FURTHER: Readonly<Record<Delivery['kind'], number>> = { failed: 0, sending: 1, server: 2, delivered: 3, read: 4 }

/** A receipt that overtakes an acknowledgement must not be undone by it; what arrived has not failed, whatever one device of many says. */
export function further(one: Delivery, other: Delivery): Delivery {
  if (other.kind === 'failed') return FURTHER[one.kind] < FURTHER.delivered ? other : one
  return FURTHER[other.kind] > FURTHER[one.kind] ? other : one
}

export interface FileOf {
  readonly url: string
  readonly name: string
  readonly size: number | undefined
  readonly type: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  /** What is to be seen or heard in it, in words. */
  readonly about: string | undefined
  /** Of a sound or a film, in milliseconds. */
  readonly length: number | undefined
}

interface ReplyTo {
  readonly id: string
  readonly to: string | undefined
}

interface Removal {
  readonly by: string | undefined
  readonly reason: string | undefined
}

/** One of the conversations in a room (RFC 6121 §5.2.5). */
export interface Thread {
  readonly id: string
  /** Where whoever wrote the message said it. */
  readonly name: string | undefined
}

export interface Message {
  /** Ours, and the same for as long as the message is shown. */
  readonly key: string
  /** What the archive calls it; undefined until that is known. */
  readonly archive: string | undefined
  /** What its author called it. */
  readonly id: string | undefined
  /** A person's bare address; in a room the nickname. */
  readonly author: string
  readonly isMine: boolean
  readonly time: number
  readonly text: string
  /** Whoever said it wants to know who has read it (XEP-0333). */
  readonly asks: boolean
  readonly file: FileOf | undefined
  readonly reply: ReplyTo | undefined
  /** In a room: which of its conversations it belongs to. */
  readonly thread: Thread | undefined
  readonly delivery: Delivery
  /** When it was changed last. */
  readonly edited: number | undefined
  readonly removed: Removal | undefined
  /** Who feels what: authors by sign, in the order in which they came. */
  readonly reactions: Readonly<Record<string, readonly string[]>>
}

/** What is said about an earlier message. */
export type Change = { readonly target: string; readonly by: string; readonly isMine: boolean } & (
  | { readonly kind: 'edit'; readonly text: string; readonly file: FileOf | undefined; readonly time: number }
  | { readonly kind: 'remove'; readonly reason: string | undefined; readonly isModerated: boolean }
  | { readonly kind: 'react'; readonly signs: readonly string[] }
  | { readonly kind: 'reach'; readonly delivery: Delivery; readonly upTo: boolean }
)

export const NO_REACTIONS: Message['reactions'] = {}
const MOST_SIGNS = 32
const MOST_SIGNS_OF_ONE = 8

export const isNamed = (message: Message, id: string): boolean => message.archive === id || message.id === id || message.key === id

/** The message after the change; the same object when it is none of its business. */
export function changed(message: Message, change: Change): Message {
  switch (change.kind) {
    case 'edit':
      // XEP-0308 §5: only who wrote it.
      if (change.by !== message.author || message.removed) return message
      return { ...message, text: change.text, file: change.file ?? message.file, edited: change.time }
    case 'remove':
      if (change.by !== message.author && !change.isModerated) return message
      return {
        ...message,
        text: '',
        file: undefined,
        reactions: NO_REACTIONS,
        removed: { by: change.isModerated ? change.by : undefined, reason: change.reason },
      }
    case 'react':
      return message.removed ? message : { ...message, reactions: reacted(message.reactions, change.by, change.signs) }
    case 'reach':
      return message.isMine ? { ...message, delivery: further(message.delivery, change.delivery) } : message
  }
}

/** XEP-0444 §3: what somebody says replaces all that they said. */
function reacted(reactions: Message['reactions'], by: string, signs: readonly string[]): Message['reactions'] {
  const next: Record<string, readonly string[]> = {}
  const wanted = new Set(signs.slice(0, MOST_SIGNS_OF_ONE))
  for (const [sign, who] of Object.entries(reactions)) {
    const others = who.filter(one => one !== by)
    const now = wanted.delete(sign) ? (who.includes(by) ? who : [...who, by]) : others
    if (now.length > 0) next[sign] = now
  }
  for (const sign of wanted) if (Object.keys(next).length < MOST_SIGNS) next[sign] = [by]
  return next
}
