/** The threads of the room one looks at: which of them is shown and what belongs to it, and the one that one is about to begin. */
import { createContext, createEffect, createMemo, createSignal, mergeProps } from 'solid-js'
import type { Message } from '../../model/message.ts'
import { shown } from '../../model/names.ts'
import { type InThread, LONGEST_NAME, type ListedThread, namesOf, threadsOf } from '../../model/threads.ts'
import { MOST_MESSAGES } from '../../model/timeline.ts'
import type { Conversation } from '../../state/state.ts'
import { placeFor, useApp } from '../app-context.ts'

/** So many of a thread are to be seen at first, when there are. */
const ENOUGH = 15

export interface Threads {
  /** The conversation as it is to be shown: whole, or one thread of it. */
  readonly view: Conversation
  /** The one in the address. */
  readonly here: () => string | undefined
  readonly nameOf: (id: string) => string | undefined
  readonly all: () => readonly ListedThread[]
  readonly pathOf: (id: string | undefined) => string
  /** What a thread that is to begin is called so far; undefined when none is. */
  readonly naming: () => string | undefined
  readonly name: (so: string | undefined) => void
  /** Where what is said now belongs; a name is given away with it. */
  readonly take: (reply: Message | undefined) => InThread | undefined
}

/** What is said of the thread of a message, where messages of many are beside each other. */
export const ThreadContext = createContext<(message: Message) => { readonly name: string; readonly href: string } | undefined>()

/** Asked for from elsewhere: by a key, by the palette. */
const [isAsked, askForThread] = createSignal(false)
export { askForThread }

export function useThreads(conversation: () => Conversation): Threads {
  const { router, session, state } = useApp()
  const [naming, name] = createSignal<string>()
  const isRoom = (): boolean => conversation().kind === 'room'
  const address = (): string => conversation().address
  const here = (): string | undefined => {
    const place = router.place()
    return place.kind === 'conversation' && isRoom() ? place.thread : undefined
  }
  const names = createMemo(() => (isRoom() ? namesOf(conversation().messages) : new Map<string, string>()))
  const all = createMemo(() => (names().size === 0 ? [] : threadsOf(conversation().messages, conversation())))
  const own = createMemo(() => {
    const id = here()
    return id === undefined ? conversation().messages : conversation().messages.filter(({ thread }) => thread?.id === id)
  })
  const view = mergeProps(conversation, {
    get messages() {
      return own()
    },
  })
  // A thread may be further back than what is in hand.
  createEffect(() => {
    const { older, loading, messages } = conversation()
    if (here() === undefined || own().length >= ENOUGH || messages.length + 50 > MOST_MESSAGES) return
    if (state.isReady && state.line.kind === 'online' && older === 'more' && loading.kind === 'idle') void session.history.older(address())
  })
  createEffect(() => {
    if (!isAsked()) return
    askForThread(false)
    if (isRoom()) name('')
  })
  const called = (so: string): InThread => {
    const same = all().find(one => one.name.toLocaleLowerCase() === so.toLocaleLowerCase())
    return same ? { id: same.id, name: same.name, isNew: false } : { id: crypto.randomUUID(), name: so, isNew: true }
  }
  return {
    view,
    here,
    nameOf: id => names().get(id),
    all,
    pathOf: id => router.href({ ...placeFor('room', address()), thread: id } as Parameters<typeof router.href>[0]),
    naming,
    name,
    take: reply => {
      const so = shown(naming() ?? '', LONGEST_NAME)
      name(undefined)
      if (so !== '') {
        const thread = called(so)
        router.go({ ...placeFor('room', address()), thread: thread.id } as Parameters<typeof router.go>[0])
        return thread
      }
      // XEP-0201 §4.2: an answer stays where that is what it answers.
      const id = reply ? reply.thread?.id : here()
      return id === undefined ? undefined : { id, name: names().get(id) ?? reply?.thread?.name, isNew: false }
    },
  }
}
