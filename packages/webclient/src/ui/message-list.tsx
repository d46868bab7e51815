/** The messages in hand, with days, and the line before what is new. At most a few hundred rows, so that all of them are real. */
import { For, Show, createEffect, createMemo, createSignal, on, onCleanup, onMount } from 'solid-js'
import { MARKERS } from '@plodge/xmpp/xeps/chat-markers.ts'
import { localOf } from '../model/address.ts'
import { isNamed } from '../model/message.ts'
import { isMentioned } from '../model/unread.ts'
import type { Conversation } from '../state/state.ts'
import { useApp } from './app-context.ts'
import { Announcer } from './announcer.tsx'
import { Icon } from './icons.tsx'
import { isWriting } from './keyboard/focus.ts'
import { messageKey } from './keyboard/message-keys.ts'
import { MessageRow, type RowActions } from './message-row.tsx'
import { MentionContext } from './room/mention.tsx'
import { nameInRoom } from './room/names.ts'
import { ScrollController } from './scroll.ts'
import { FIRST, LAST, NEW, NEW_DAY, followStandings, standingsOf } from './standings.ts'
import { dayName } from './times.ts'

export function MessageList(props: {
  readonly conversation: Conversation
  readonly actions: RowActions
  readonly target: string | undefined
  readonly newFrom: string | undefined
  /** When only one of a room is shown. */
  readonly thread: string | undefined
}) {
  const { session, state, words } = useApp()
  const [isAtEnd, setAtEnd] = createSignal(true)
  let log!: HTMLDivElement
  let content!: HTMLDivElement
  let controller: ScrollController | undefined
  const isRoom = (): boolean => props.conversation.kind === 'room'
  const address = (): string => props.conversation.address
  const isAnnouncing = createMemo(() => props.conversation.room?.features.includes(MARKERS) === true)
  const myName = (): string => {
    const joined = props.conversation.room?.joined
    return joined?.kind === 'inside' ? joined.nick : state.own
  }
  const older = (): void => {
    if (props.conversation.older !== 'none' && props.conversation.loading.kind === 'idle' && state.line.kind === 'online')
      void session.history.older(address())
  }
  const seen = (): void => {
    const last = props.conversation.messages.findLast(({ archive }) => archive !== undefined)
    if (
      document.visibilityState !== 'visible' ||
      !controller?.isAtEnd ||
      props.conversation.newer === 'more' ||
      props.conversation.unread === 0 ||
      // Nobody would hear of it now; it is said when the line is there.
      !state.isReady ||
      state.line.kind !== 'online' ||
      !last
    )
      return
    if (props.thread !== undefined) return void session.threads.seen(address(), props.thread)
    const theirs = props.conversation.messages.findLast(({ isMine }) => !isMine)
    if (theirs) session.speech.displayed(address(), theirs)
    void session.marks.mark(address(), last.archive ?? '')
  }
  onMount(() => {
    controller = new ScrollController(log, content, {
      end: setAtEnd,
      start: older,
      seenEnd: () => {
        if (props.conversation.newer === 'more' && props.conversation.loading.kind === 'idle') void session.history.newer(address())
        seen()
      },
    })
    controller.toEnd()
    document.addEventListener('visibilitychange', seen)
    onCleanup(() => {
      controller?.close()
      document.removeEventListener('visibilitychange', seen)
    })
  })
  createEffect(
    on(
      () => [state.isReady, state.line.kind],
      () => queueMicrotask(seen),
      { defer: true },
    ),
  )
  // One's own words are seen where one says them.
  createEffect(
    on(
      () => props.conversation.messages.at(-1)?.key,
      () => {
        if (props.conversation.messages.at(-1)?.delivery.kind === 'sending') controller?.toEnd()
        queueMicrotask(seen)
      },
    ),
  )
  createEffect(
    on(
      () => [props.target, props.conversation.messages.length] as const,
      ([target]) => {
        const message = target === undefined ? undefined : props.conversation.messages.find(one => isNamed(one, target))
        const row = message && log.querySelector(`[data-key="${CSS.escape(message.key)}"]`)
        if (row) controller?.toMessage(row)
      },
    ),
  )
  const standingOf = followStandings(() => standingsOf(props.conversation.messages, props.newFrom))
  const names = createMemo(() => [localOf(state.own), ...(state.ownName === undefined ? [] : [state.ownName])])
  const mentioned = (nick: string): { readonly name: string; readonly isMe: boolean } | undefined =>
    props.conversation.room?.who[nick] && { name: nameInRoom(state, address(), nick), isMe: nick === myName() }
  const keydown = (event: KeyboardEvent): void => {
    const rows = [...log.querySelectorAll<HTMLElement>('.message')]
    const at = rows.findIndex(row => row.contains(document.activeElement))
    const on = rows[at]?.dataset['key']
    const message = on === undefined ? undefined : props.conversation.messages.find(({ key }) => key === on)
    if (message && messageKey(event, message, props.actions)) return event.preventDefault()
    if (isWriting(event.target)) return
    const next = { ArrowUp: at < 0 ? rows.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key]
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus()
  }
  return (
    <div class="log-frame">
      <Announcer conversation={props.conversation} />
      <div
        class="log"
        ref={element => (log = element)}
        role="log"
        aria-live="off"
        aria-label={words().messages}
        tabindex="0"
        onKeyDown={keydown}
      >
        <div class="column" ref={element => (content = element)}>
          <Edge conversation={props.conversation} thread={props.thread} again={older} />
          <MentionContext.Provider value={isRoom() ? mentioned : undefined}>
            <For each={props.conversation.messages}>
              {message => {
                const standing = standingOf(message.key)
                const isNewDay = (): boolean => (standing() & NEW_DAY) !== 0
                const isNew = (): boolean => (standing() & NEW) !== 0
                return (
                  <>
                    <Show when={isNewDay()}>
                      <div class="day" role="separator">
                        <span>{dayName(message.time, words())}</span>
                      </div>
                    </Show>
                    <Show when={isNew()}>
                      <div class="day new" role="separator">
                        <span>{words().newMessages}</span>
                      </div>
                    </Show>
                    <MessageRow
                      message={message}
                      isFirst={(standing() & FIRST) !== 0}
                      room={isRoom() ? address() : undefined}
                      myName={myName()}
                      isMentioned={isRoom() && !message.isMine && isMentioned(message.text, names())}
                      isTarget={props.target !== undefined && isNamed(message, props.target)}
                      showsDelivery={(standing() & LAST) !== 0}
                      isAnnouncing={isAnnouncing()}
                      actions={props.actions}
                    />
                  </>
                )
              }}
            </For>
          </MentionContext.Provider>
        </div>
      </div>
      <Show when={!isAtEnd() || props.conversation.newer === 'more'}>
        <button
          type="button"
          class="to-newest"
          onClick={() => {
            if (props.conversation.newer === 'more') void session.history.latest(address()).then(() => controller?.toEnd())
            else controller?.toEnd()
          }}
        >
          <Icon name="down" /> {words().toNewest}
        </button>
      </Show>
    </div>
  )
}

/** What is before the first message in hand. */
function Edge(props: { readonly conversation: Conversation; readonly thread: string | undefined; readonly again: () => void }) {
  const { words } = useApp()
  const isEmpty = (): boolean => props.conversation.messages.length === 0
  const beginning = (): string =>
    props.thread !== undefined ? words().threads.beginning : props.conversation.kind === 'room' ? words().roomBeginning : words().beginning
  return (
    <div class="edge">
      <Show when={props.conversation.loading.kind === 'loading'}>{words().loadingOlder}</Show>
      <Show when={props.conversation.loading.kind === 'failed'}>
        <p>{words().historyFailed}</p>
        <button type="button" class="button" onClick={() => props.again()}>
          {words().tryAgain}
        </button>
      </Show>
      <Show when={props.conversation.loading.kind === 'idle' && props.conversation.older === 'none'}>
        {isEmpty() ? words().nothingYet : beginning()}
      </Show>
      <Show when={props.thread !== undefined && props.conversation.loading.kind === 'idle' && props.conversation.older === 'more'}>
        <button type="button" class="button" onClick={() => props.again()}>
          {words().threads.further}
        </button>
      </Show>
    </div>
  )
}
