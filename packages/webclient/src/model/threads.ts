/**
 * Threads in a room (RFC 6121 §5.2.5, XEP-0201): what holds one conversation of many together is an opaque id, and its name is ours to tell,
 * because a `<subject/>` beside a body makes some clients forget the body (docs/decisions/0021-threads.md).
 */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { FALLBACK } from '@plodge/xmpp/xeps/fallback.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Message, Thread } from './message.ts'
import { shown } from './names.ts'
import { type Reading, unreadOf } from './unread.ts'

export const THREADS = 'urn:plodge:thread:0'
const LONGEST_ID = 200
export const LONGEST_NAME = 60
const MOST_LISTED = 40

/** What is to be said of a thread in a message: `isNew` for the first of it, whose text names the thread to clients that know none. */
export interface InThread extends Thread {
  readonly isNew: boolean
}

export interface ListedThread {
  readonly id: string
  readonly name: string
  readonly last: number
  readonly unread: number
}

export function threadIn(stanza: Element): Thread | undefined {
  const id = stanza.child(CLIENT, 'thread')?.text.trim() ?? ''
  if (id === '' || id.length > LONGEST_ID) return undefined
  // XEP-0045 §8.1: a subject beside a body and a thread is not the room's; others name their threads so.
  const name = shown((stanza.child(THREADS, 'name') ?? stanza.child(CLIENT, 'subject'))?.text ?? '', LONGEST_NAME)
  return { id, name: name === '' ? undefined : name }
}

/** Before the text of the first message of a thread. */
export const opening = ({ name, isNew }: InThread): string => (isNew && name !== undefined ? `${name}\n` : '')

export function threadElements(thread: InThread): readonly Element[] {
  const elements = [new Element(CLIENT, 'thread', {}, [thread.id])]
  if (thread.name !== undefined) elements.push(new Element(THREADS, 'name', {}, [thread.name]))
  const said = Array.from(opening(thread)).length
  const region = new Element(FALLBACK, 'body', { start: '0', end: String(said) })
  if (said > 0) elements.push(new Element(FALLBACK, 'fallback', { for: THREADS }, [region]))
  return elements
}

/** Names by id: who began a thread named it, and nobody gives it another. */
export function namesOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { thread } of messages) if (thread?.name !== undefined && !names.has(thread.id)) names.set(thread.id, thread.name)
  return names
}

/** The threads of what is in hand, those first in which something was said last. One without a name is no thread of people. */
export function threadsOf(messages: readonly Message[], reading: Reading): readonly ListedThread[] {
  const names = namesOf(messages)
  if (names.size === 0) return []
  const unread = new Map<string, number>()
  for (const { thread } of unreadOf(messages, reading)) if (thread) unread.set(thread.id, (unread.get(thread.id) ?? 0) + 1)
  const last = new Map<string, number>()
  for (const { thread, time } of messages) {
    if (thread) {
      last.delete(thread.id)
      last.set(thread.id, time)
    }
  }
  return [...last]
    .toReversed()
    .flatMap(([id, time]) => {
      const name = names.get(id)
      return name === undefined ? [] : [{ id, name, last: time, unread: unread.get(id) ?? 0 }]
    })
    .slice(0, MOST_LISTED)
}
