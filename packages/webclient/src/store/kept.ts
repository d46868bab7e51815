/** What of a conversation is kept in the browser, and what of that can still be believed when it is read again. */
import type { Message } from '../model/message.ts'
import { EMPTY, type Timeline } from '../model/timeline.ts'
import type { Conversation } from '../state/state.ts'

/** Of the shapes below and of all that is in them. What has another is not read: the server has it. */
export const FORMAT = 1
const MOST_MESSAGES = 40
const MOST_TEXT = 100_000
export const MOST_CONVERSATIONS = 100

export interface KeptConversation {
  readonly address: string
  readonly kind: Conversation['kind']
  readonly name: string | undefined
  readonly displayed: string | undefined
  readonly notify: Conversation['notify']
  readonly isBookmarked: boolean
  readonly nick: string | undefined
  readonly subject: string
  readonly older: Timeline['older']
  readonly messages: readonly Message[]
}

/** Something that is not known to be on the server. */
export interface Waiting {
  readonly id: string
  /** Which window sees to it. */
  readonly tab: string
  /** They go in this order. */
  readonly order: number
  readonly address: string
  readonly kind: Conversation['kind']
  readonly stanza: string
  /** As it is shown; undefined when it is a change of another. */
  readonly message: Message | undefined
  /** The newest of the conversation's archive when it was written: if it was sent, it is after that. */
  readonly after: string | undefined
}

/** The newest messages, as many as there is room for; nothing when the newest are not in hand. */
export function newestOf({ messages, newer }: Timeline): readonly Message[] | undefined {
  if (newer === 'more') return undefined
  let room = MOST_TEXT
  const first = messages.findLastIndex((message, i) => (room -= message.text.length) < 0 || messages.length - i > MOST_MESSAGES)
  return messages.slice(first + 1)
}

/**
 * Whether something on its way arrived was not written down: when it waits no more it may have been sent or given up, and only the archive can
 * tell. So it is not shown until that does.
 */
export function timelineOf({ messages, older }: KeptConversation, waiting: ReadonlySet<string>): Timeline {
  const believed = messages.filter(({ delivery, id }) => delivery.kind !== 'sending' || (id !== undefined && waiting.has(id)))
  return { ...EMPTY, messages: believed, older: older === 'none' && believed.length === messages.length ? 'none' : 'more' }
}
