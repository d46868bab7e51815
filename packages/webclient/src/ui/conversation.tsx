/** A conversation, with one person or in a room: one screen for both. */
import { Show, createEffect, createMemo, createSignal, lazy, on, onMount } from 'solid-js'
import { isOffline } from '../connection/line.ts'
import { type Message, isNamed } from '../model/message.ts'
import { shown } from '../model/names.ts'
import type { InThread } from '../model/threads.ts'
import { unreadOf } from '../model/unread.ts'
import { AvailabilityWord, Avatar } from './avatar.tsx'
import { nameOf, titleOf, useApp } from './app-context.ts'
import { Composer, type Mode } from './composer.tsx'
import { useFiles } from './content/attach.tsx'
import { Icon } from './icons.tsx'
import { MessageList } from './message-list.tsx'
import type { RowActions } from './message-row.tsx'
import { RoomStrips } from './room/door.tsx'
import { addressInRoom, nameInRoom } from './room/names.ts'
import { ThreadContext, useThreads } from './threads/use-threads.ts'
import { BlockedStrip } from './room/person-strip.tsx'
import type { Place } from './router.ts'
import { type Somebody, isDetailed, isNarrow, openSheet, setDetailed } from './room/sheets.ts'

const ThreadBar = lazy(() => import('./threads/thread-bar.tsx').then(({ ThreadBar }) => ({ default: ThreadBar })))
const RoomDetails = lazy(() => import('./room/details.tsx').then(({ RoomDetails }) => ({ default: RoomDetails })))

export function ConversationScreen(props: { readonly kind: 'person' | 'room'; readonly address: string }) {
  const { session, state, router, words, tell } = useApp()
  const { speech, history, timelines } = session
  timelines.conversation(props.address, props.kind)
  const conversation = createMemo(() => state.conversations[props.address] ?? timelines.conversation(props.address, props.kind))
  const title = (): string => titleOf(state, conversation())
  const threadName = (): string | undefined => {
    const here = threads.here()
    return here === undefined ? undefined : threads.nameOf(here)
  }
  const files = useFiles(() => props.address)
  const threads = useThreads(conversation)
  const [mode, setMode] = createSignal<Mode>({ kind: 'new' })
  const [newFrom, setNewFrom] = createSignal<string>()
  const target = (): string | undefined => {
    const place = router.place()
    return place.kind === 'conversation' ? place.message : undefined
  }
  /** The line before what is new stays where it was when one came. */
  const markNew = (): void => {
    const here = threads.here()
    const unread = conversation().unread === 0 ? [] : unreadOf(conversation().messages, conversation())
    setNewFrom(unread.find(({ thread }) => here === undefined || thread?.id === here)?.key)
  }
  createEffect(on(threads.here, markNew, { defer: true }))
  onMount(markNew)
  onMount(() => {
    if (isNarrow()) setDetailed(false)
  })
  createEffect(
    on(
      () => [state.isReady, target(), conversation().isCurrent, conversation().room?.joined.kind === 'inside'] as const,
      ([isReady, message, isCurrent]) => {
        if (!isReady) return
        if (message !== undefined) void history.around(props.address, message)
        else if (!isCurrent || conversation().messages.length < 20) void history.open(props.address)
      },
    ),
  )
  const own = (message: Message): readonly string[] =>
    Object.entries(message.reactions).flatMap(([sign, who]) => (who.includes(myName()) ? [sign] : []))
  const myName = (): string => {
    const joined = conversation().room?.joined
    return joined?.kind === 'inside' ? joined.nick : state.own
  }
  const at = (message: string | undefined, thread: string | undefined): Place => ({
    kind: 'conversation',
    what: props.kind,
    address: props.address,
    message,
    thread,
  })
  const find = (id: string): Message | undefined => conversation().messages.find(message => isNamed(message, id))
  const goTo = (id: string): void => {
    const here = threads.here()
    router.go(at(id, find(id)?.thread?.id === here ? here : undefined))
  }
  const actions: RowActions = {
    reply: message => setMode({ kind: 'reply', message }),
    edit: message => setMode({ kind: 'edit', message }),
    remove: message => speech.retract(props.address, message),
    react: (message, sign) => {
      const now = own(message)
      speech.react(props.address, message, now.includes(sign) ? now.filter(one => one !== sign) : [...now, sign])
    },
    retry: message => speech.retry(props.address, message),
    discard: message => speech.discard(props.address, message),
    link: message => {
      const path = router.href(at(message.archive, threads.here()))
      void navigator.clipboard.writeText(location.origin + path).then(() => tell(words().copied))
    },
    more: (message, at) => openSheet({ kind: 'menu', at, who: authorOf(message) }),
    find,
    goTo,
  }
  const authorOf = (message: Message): Somebody => {
    if (props.kind === 'person') return { ...nobody, name: nameOf(state, message.author), address: message.author, message }
    const standing = session.rooms.inside(props.address).get(message.author)
    const address = addressInRoom(state, props.address, message.author)
    return { name: nameInRoom(state, props.address, message.author), address, room: props.address, nick: message.author, standing, message }
  }
  const labelOf = ({ thread }: Message) => {
    if (threads.here() !== undefined) return undefined
    const name = thread && threads.nameOf(thread.id)
    return name === undefined ? undefined : { name, href: threads.pathOf(thread?.id) }
  }
  const send = (text: string, thread: InThread | undefined): void => {
    const now = mode()
    if (now.kind === 'edit') return speech.edit(props.address, now.message, text)
    setNewFrom(undefined)
    return speech.say(props.address, { text, thread, ...(now.kind === 'reply' && { reply: now.message }) })
  }
  const editLast = (): void => {
    const message = conversation().messages.findLast(one => one.isMine && !one.removed && one.file === undefined)
    if (message) setMode({ kind: 'edit', message })
  }
  const isBeside = (): boolean => props.kind === 'room' && isDetailed()
  return (
    <div class="with-details" classList={{ open: isBeside() }}>
      <section
        class="conversation"
        classList={{ dropping: files.isOver() }}
        data-drop={words().dropHere}
        aria-label={title()}
        onDragOver={files.dragOver}
        onDragLeave={files.dragLeave}
        onDrop={files.drop}
      >
        <header class="top">
          <a class="back" data-inside href="/" aria-label={words().back}>
            <Icon name="back" />
          </a>
          <Avatar
            address={props.address}
            name={title()}
            isRoom={props.kind === 'room'}
            availability={props.kind === 'person' ? (state.presences[props.address]?.availability ?? 'unknown') : undefined}
          />
          <div class="names">
            <h1 dir="auto">{title()}</h1>
            <p dir="auto">
              <Show
                when={props.kind === 'person'}
                fallback={
                  <button type="button" class="to-details" tabindex="-1" onClick={() => setDetailed(true)}>
                    {shown(conversation().room?.subject ?? '', 1000) || words().peopleHere(conversation().room?.size ?? 0)}
                  </button>
                }
              >
                <AvailabilityWord availability={state.presences[props.address]?.availability ?? 'unknown'} />
                <Show when={state.presences[props.address]?.status}>{status => <> · {shown(status(), 300)}</>}</Show>
              </Show>
            </p>
          </div>
          <Show
            when={props.kind === 'room'}
            fallback={
              <button
                type="button"
                class="icon-button"
                aria-haspopup="menu"
                aria-label={words().personMenu(title())}
                onClick={event =>
                  openSheet({ kind: 'menu', at: event.currentTarget, who: { ...nobody, name: title(), address: props.address } })
                }
              >
                <Icon name="more" />
              </button>
            }
          >
            <button
              type="button"
              class="icon-button"
              aria-pressed={isBeside()}
              aria-label={words().details}
              title={words().details}
              onClick={() => setDetailed(!isDetailed())}
            >
              <Icon name="details" />
            </button>
          </Show>
        </header>
        <div class="strip" role="status">
          <Show when={isOffline(state.line)}>{words().offlineBar}</Show>
        </div>
        <Show when={state.isReady}>
          <RoomStrips conversation={conversation()} />
        </Show>
        <BlockedStrip address={props.address} kind={props.kind} />
        <Show when={threads.all().length > 0 || threads.here() !== undefined}>
          <ThreadBar conversation={conversation()} threads={threads} />
        </Show>
        <ThreadContext.Provider value={labelOf}>
          {/* Each stands where it stood by itself. */}
          <Show when={`thread ${threads.here() ?? ''}`} keyed>
            <MessageList conversation={threads.view} actions={actions} target={target()} newFrom={newFrom()} thread={threads.here()} />
          </Show>
        </ThreadContext.Provider>
        <div class="typing" aria-live="polite">
          <Show when={conversation().typing.length > 0}>
            {words().typing(
              conversation().typing.map(one => (props.kind === 'room' ? nameInRoom(state, props.address, one) : nameOf(state, one))),
            )}
          </Show>
        </div>
        <Composer
          address={props.address}
          title={threadName() ?? title()}
          mode={mode()}
          threads={threads}
          send={send}
          leaveMode={() => setMode({ kind: 'new' })}
          editLast={editLast}
        />
      </section>
      <Show when={isBeside()}>
        <RoomDetails conversation={conversation()} />
      </Show>
    </div>
  )
}

const nobody: Somebody = { name: '', address: undefined, room: undefined, nick: undefined, standing: undefined, message: undefined }
