/** The catch-up view: what is unread in all conversations; and when nothing is, what one could do next. */
import { For, Show, createMemo } from 'solid-js'
import { inShort } from './content/in-short.ts'
import { Avatar } from './avatar.tsx'
import { nameOf, placeFor, titleOf, useApp } from './app-context.ts'
import { FirstUse } from './first-use.tsx'
import { Formatted } from './formatted.tsx'
import { unreadOf } from '../model/unread.ts'
import { Invitations } from './room/invitations.tsx'
import { nameInRoom } from './room/names.ts'
import { clockTime } from './times.ts'

const SHOWN = 3

export function InboxScreen() {
  const { state, router, words, session } = useApp()
  const unread = createMemo(() =>
    Object.values(state.conversations).filter(({ unread, mentions, notify }) => unread > 0 && (notify !== 'none' || mentions > 0)),
  )
  return (
    <div class="page">
      <header class="top">
        <h1>{words().inbox}</h1>
      </header>
      <div class="column scroll">
        <Invitations />
        <For each={state.requests}>
          {address => (
            <section class="card request">
              <Avatar address={address} name={nameOf(state, address)} />
              <p>{words().asksForPresence(address)}</p>
              <button type="button" class="button primary" onClick={() => void session.people.accept(address)}>
                {words().accept}
              </button>
              <button type="button" class="button" onClick={() => session.people.decline(address)}>
                {words().decline}
              </button>
            </section>
          )}
        </For>
        <For each={unread()}>
          {conversation => {
            const fresh = () => unreadOf(conversation.messages, conversation)
            return (
              <section class="card">
                <a class="item two" data-inside href={router.href(placeFor(conversation.kind, conversation.address))}>
                  <Avatar address={conversation.address} name={titleOf(state, conversation)} isRoom={conversation.kind === 'room'} />
                  <span class="text">
                    <b dir="auto">{titleOf(state, conversation)}</b>
                    <span class="preview">
                      {words().unread(conversation.unread)}
                      <Show when={conversation.kind === 'room' && conversation.mentions > 0}>
                        {' '}
                        · {words().mentionedTimes(conversation.mentions)}
                      </Show>
                    </span>
                  </span>
                </a>
                <For each={fresh().slice(-SHOWN)}>
                  {message => (
                    <div class="excerpt">
                      <time>{clockTime(message.time, words().locale)}</time>
                      <div>
                        <Show when={conversation.kind === 'room'}>
                          <b class="author" dir="auto">
                            {nameInRoom(state, conversation.address, message.author)}
                          </b>
                        </Show>
                        <Formatted text={inShort(message, words()).slice(0, 400)} />
                      </div>
                    </div>
                  )}
                </For>
              </section>
            )
          }}
        </For>
        <Show when={state.isReady && unread().length === 0 && state.invitations.length === 0}>
          <FirstUse />
        </Show>
      </div>
    </div>
  )
}
