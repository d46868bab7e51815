/**
 * Says new messages to a screen reader, politely: who and what, or how many when they come in floods. The list of messages itself says nothing, because
 * what is loaded from the history is added there too.
 */
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { shown } from '../model/names.ts'
import type { Message } from '../model/message.ts'
import type { Conversation } from '../state/state.ts'
import { nameOf, useApp } from './app-context.ts'
import { inShort } from './content/in-short.ts'

/** So long messages are gathered. */
const PAUSE_MS = 700
const MOST_SAID = 3
/** What is older came from the history. */
const FRESH_MS = 60_000

export function Announcer(props: { readonly conversation: Conversation }) {
  const { state, words } = useApp()
  const [said, setSaid] = createSignal('')
  let waiting: Message[] = []
  let pause: ReturnType<typeof setTimeout> | undefined
  const say = (): void => {
    pause = undefined
    const all = waiting
    waiting = []
    setSaid(all.length > MOST_SAID ? words().arrived(all.length) : all.map(sentence).join(' '))
  }
  const sentence = (message: Message): string => {
    const who = props.conversation.kind === 'room' ? shown(message.author) : nameOf(state, message.author)
    return words().saidIn(who, inShort(message, words()).slice(0, 300))
  }
  createEffect(
    on(
      () => props.conversation.messages.at(-1),
      (message, before) => {
        if (!message || message.isMine || message.key === before?.key || Date.now() - message.time > FRESH_MS) return
        waiting.push(message)
        pause ??= setTimeout(say, PAUSE_MS)
      },
      { defer: true },
    ),
  )
  onCleanup(() => clearTimeout(pause))
  return (
    <div class="hidden" aria-live="polite" data-announcer>
      {said()}
    </div>
  )
}
