/** The way around: oneself, the inbox, and all conversations by when something last happened in them. */
import { For, Show, createMemo } from 'solid-js'
import { isOffline } from '../connection/line.ts'
import type { Conversation } from '../state/state.ts'
import { inShort } from './content/in-short.ts'
import { AvailabilityWord, Avatar } from './avatar.tsx'
import { nameOf, placeFor, titleOf, useApp } from './app-context.ts'
import { Icon } from './icons.tsx'
import { KeyCaps } from './keyboard/key-caps.tsx'
import { byRecency } from './recency.ts'
import { nameInRoom } from './room/names.ts'
import { shortTime } from './times.ts'

export function Sidebar() {
  const { state, router, words, show } = useApp()
  const mine = createMemo(() => byRecency(Object.values(state.conversations)))
  const isAt = (kind: string): 'page' | undefined => (router.place().kind === kind ? 'page' : undefined)
  return (
    <nav class="side" aria-label={words().conversations}>
      <a class="me" data-inside href="/settings" aria-current={isAt('settings')}>
        <Avatar
          address={state.own}
          name={nameOf(state, state.own)}
          availability={state.line.kind === 'online' ? state.ownPresence.availability : 'offline'}
        />
        <span class="who">
          <b>{nameOf(state, state.own)}</b>
          <LineWord />
        </span>
      </a>
      <ul class="places">
        <li>
          <button type="button" class="item" aria-haspopup="dialog" onClick={() => show('palette')}>
            <Icon name="search" />
            <span>{words().find}</span>
            <KeyCaps keys={['Control+k']} />
          </button>
        </li>
        <li>
          <a class="item" data-inside href="/" aria-current={isAt('inbox')}>
            <Icon name="inbox" />
            <span>{words().inbox}</span>
          </a>
        </li>
        <li>
          <a class="item" data-inside href="/people" aria-current={isAt('people')}>
            <Icon name="people" />
            <span>{words().people}</span>
          </a>
        </li>
        <li>
          <a class="item" data-inside href="/rooms" aria-current={isAt('rooms')}>
            <Icon name="rooms" />
            <span>{words().rooms}</span>
          </a>
        </li>
      </ul>
      <h2>{words().conversations}</h2>
      <Show when={state.isKnown} fallback={<Skeleton />}>
        <ul class="list">
          <For each={mine()} fallback={<li class="hint">{words().noConversations}</li>}>
            {conversation => <Row conversation={conversation} />}
          </For>
        </ul>
      </Show>
    </nav>
  )
}

function Row(props: { readonly conversation: Conversation }) {
  const { state, router, words } = useApp()
  const address = (): string => props.conversation.address
  const title = (): string => titleOf(state, props.conversation)
  const last = () => props.conversation.messages.at(-1)
  const isHere = (): boolean => {
    const place = router.place()
    return place.kind === 'conversation' && place.address === address()
  }
  const isMuted = (): boolean => props.conversation.notify === 'none'
  const named = (): number => (props.conversation.kind === 'room' ? props.conversation.mentions : 0)
  const preview = (): string => {
    const message = last()
    if (!message) return ''
    if (message.removed) return words().removed
    return inShort(message, words()).slice(0, 120)
  }
  const speaker = (): string => {
    const message = last()
    if (!message || message.removed) return ''
    if (message.isMine) return words().youSaid
    return props.conversation.kind === 'room' ? `${nameInRoom(state, address(), message.author)}:` : ''
  }
  return (
    <li>
      <a
        class="item two"
        classList={{ unread: props.conversation.unread > 0 && !isMuted(), muted: isMuted() }}
        data-inside
        href={router.href(placeFor(props.conversation.kind, address()))}
        aria-current={isHere() ? 'page' : undefined}
      >
        <Avatar
          address={address()}
          name={title()}
          isRoom={props.conversation.kind === 'room'}
          availability={props.conversation.kind === 'person' ? (state.presences[address()]?.availability ?? 'unknown') : undefined}
        />
        <span class="text">
          <span class="title" dir="auto">
            {title()}
          </span>
          <span class="preview" dir="auto">
            <bdi>{speaker()}</bdi> {preview()}
          </span>
        </span>
        <span class="end">
          <Show when={last()}>{message => <time>{shortTime(message().time, words().locale)}</time>}</Show>
          <Show when={named() > 0}>
            <span class="count named">
              <span aria-hidden="true">@{named() > 99 ? '99+' : named()}</span>
              <span class="hidden">{words().mentionedTimes(named())}</span>
            </span>
          </Show>
          <Show when={props.conversation.unread > 0 && !isMuted()}>
            <span class="count" classList={{ at: props.conversation.kind === 'person' }}>
              <span aria-hidden="true">{props.conversation.unread > 99 ? '99+' : props.conversation.unread}</span>
              <span class="hidden">{words().unread(props.conversation.unread)}</span>
            </span>
          </Show>
        </span>
      </a>
    </li>
  )
}

/** Its room is kept, so that nothing moves when the line comes or goes. */
function LineWord() {
  const { state, words } = useApp()
  return (
    <small class="line" data-line={state.line.kind}>
      <Show when={state.line.kind === 'online'} fallback={isOffline(state.line) ? words().offline : words().connecting}>
        <Show
          when={state.ownPresence.status !== ''}
          fallback={
            <AvailabilityWord availability={state.ownPresence.availability === 'unknown' ? 'available' : state.ownPresence.availability} />
          }
        >
          {state.ownPresence.status}
        </Show>
      </Show>
    </small>
  )
}

function Skeleton() {
  return (
    <ul class="list skeleton" aria-hidden="true">
      <For each={[1, 2, 3, 4, 5]}>
        {() => (
          <li>
            <span />
            <i />
          </li>
        )}
      </For>
    </ul>
  )
}
