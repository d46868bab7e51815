/** The threads of a room, the newest first: each leads to itself, and tells what is unread in it. */
import { For, Show, createEffect, createMemo } from 'solid-js'
import type { ListedThread } from '../../model/threads.ts'
import type { Conversation } from '../../state/state.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import type { Threads } from './use-threads.ts'

export function ThreadBar(props: { readonly conversation: Conversation; readonly threads: Threads }) {
  const { words, session } = useApp()
  const byId = createMemo(() => new Map(props.threads.all().map(one => [one.id, one])))
  /** By id, so that what has the keyboard keeps it; the one that is shown is there though nothing of it is in hand. */
  const ids = createMemo(() => {
    const here = props.threads.here()
    const known = [...byId().keys()]
    return here === undefined || byId().has(here) ? known : [here, ...known]
  })
  let nav!: HTMLElement
  createEffect(() => {
    if (ids().length > 0) queueMicrotask(() => nav.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' }))
  })
  const isMuted = (id: string): boolean => props.conversation.threads[id]?.isMuted === true
  return (
    <div class="thread-bar">
      <nav ref={element => (nav = element)} aria-label={words().threads.list}>
        <ul>
          <li>
            <a data-inside href={props.threads.pathOf(undefined)} aria-current={props.threads.here() === undefined ? 'page' : undefined}>
              {words().threads.everything}
            </a>
          </li>
          <For each={ids()}>
            {id => (
              <li>
                <a data-inside href={props.threads.pathOf(id)} aria-current={props.threads.here() === id ? 'page' : undefined}>
                  <Icon name={isMuted(id) ? 'silent' : 'thread'} />
                  <bdi class="name">{byId().get(id)?.name ?? words().threads.nameless}</bdi>
                  <Show when={isMuted(id)}>
                    <span class="hidden">{words().threads.muted}</span>
                  </Show>
                  <Unread thread={byId().get(id)} />
                </a>
              </li>
            )}
          </For>
        </ul>
      </nav>
      <Show when={props.threads.here()}>
        {id => (
          <button
            type="button"
            class="icon-button"
            aria-pressed={isMuted(id())}
            aria-label={words().threads.mute}
            title={words().threads.mute}
            onClick={() => void session.threads.mute(props.conversation.address, id(), !isMuted(id()))}
          >
            <Icon name="silent" />
          </button>
        )}
      </Show>
    </div>
  )
}

function Unread(props: { readonly thread: ListedThread | undefined }) {
  const { words } = useApp()
  return (
    <Show when={props.thread?.unread}>
      {unread => (
        <span class="count">
          <span aria-hidden="true">{unread() > 99 ? '99+' : unread()}</span>
          <span class="hidden">{words().unread(unread())}</span>
        </span>
      )}
    </Show>
  )
}
