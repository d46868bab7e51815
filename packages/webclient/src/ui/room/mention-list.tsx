/** Completes `@` and the beginning of a name, where one writes in a room: a list above the field, gone through with the arrow keys. */
import { For, Show, createMemo, createSignal, createUniqueId } from 'solid-js'
import { domainOf, localOf } from '../../model/address.ts'
import { begunAt, candidates, completed, type Named } from '../../model/mentions.ts'
import type { Affiliated } from '../../session/room-care.ts'
import { NO_ROOM } from '../../state/state.ts'
import { Avatar } from '../avatar.tsx'
import { useApp } from '../app-context.ts'

const MOST_SHOWN = 8

export interface Mentions {
  /** What is offered now. */
  readonly offered: () => readonly Named[]
  readonly active: () => number
  readonly listId: string
  readonly look: () => void
  /** Whether the key was for the list. */
  readonly key: (event: KeyboardEvent) => boolean
  readonly take: (nick: string) => void
  readonly shut: () => void
}

export function useMentions(options: {
  readonly room: () => string | undefined
  readonly field: () => HTMLTextAreaElement
  readonly set: (text: string) => void
}): Mentions {
  const { session, state } = useApp()
  const [begun, setBegun] = createSignal<ReturnType<typeof begunAt>>()
  const [active, setActive] = createSignal(0)
  const [members, setMembers] = createSignal<readonly Affiliated[]>([])
  let isAsked = false
  /** Who is inside, who was, and members who are away: they are told, too. */
  const everybody = (room: string): Iterable<Named> => {
    const { who } = state.conversations[room]?.room ?? NO_ROOM
    const all = new Map<string, Named>()
    for (const [nick, { name, address }] of Object.entries(who)) all.set(nick, { nick, name, address })
    for (const { nick, name, address } of session.rooms.inside(room).values()) all.set(nick, { nick, name, address })
    // Nicknames of people here are what stands before the @ of their address.
    for (const { address } of members())
      if (domainOf(address) === state.domain && !all.has(localOf(address)))
        all.set(localOf(address), { nick: localOf(address), name: undefined, address })
    return [...all.values()].filter(({ address }) => address !== state.own).map(calledByMe)
  }
  const calledByMe = (one: Named): Named => {
    const name = one.address === undefined ? undefined : state.people[one.address]?.name
    return name === undefined ? one : { nick: one.nick, name, address: one.address }
  }
  const offered = createMemo((): readonly Named[] => {
    const [room, now] = [options.room(), begun()]
    return room === undefined || !now ? [] : candidates(now.word, everybody(room), MOST_SHOWN)
  })
  const look = (): void => {
    const { value, selectionStart, selectionEnd } = options.field()
    setBegun(options.room() === undefined || selectionStart !== selectionEnd ? undefined : begunAt(value, selectionStart))
    setActive(0)
    const room = options.room()
    if (isAsked || room === undefined || !begun()) return
    isAsked = true
    void session.rooms.care.affiliated(room, false).then(setMembers)
  }
  const shut = (): void => {
    setBegun(undefined)
  }
  const take = (nick: string): void => {
    const now = begun()
    if (!now) return
    const field = options.field()
    const { text, caret } = completed(field.value, now, nick)
    options.set(text)
    shut()
    field.focus()
    field.setSelectionRange(caret, caret)
  }
  const key = (event: KeyboardEvent): boolean => {
    const all = offered()
    if (all.length === 0) return false
    if (event.key === 'ArrowDown') setActive((active() + 1) % all.length)
    else if (event.key === 'ArrowUp') setActive((active() + all.length - 1) % all.length)
    else if (event.key === 'Escape') shut()
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') take(all[active()]?.nick ?? '')
    else return false
    event.preventDefault()
    return true
  }
  return { offered, active, listId: createUniqueId(), look, key, take, shut }
}

export function MentionList(props: { readonly mentions: Mentions }) {
  const { words } = useApp()
  return (
    <Show when={props.mentions.offered().length > 0}>
      <div class="mention-list" role="listbox" id={props.mentions.listId} aria-label={words().mentionSuggestions}>
        <For each={props.mentions.offered()}>
          {(one, at) => (
            <button
              type="button"
              role="option"
              tabindex="-1"
              id={`${props.mentions.listId}-${at()}`}
              aria-selected={props.mentions.active() === at()}
              onPointerDown={event => event.preventDefault()}
              onClick={() => props.mentions.take(one.nick)}
            >
              <Avatar address={one.address ?? one.nick} name={one.name ?? one.nick} />
              <span dir="auto">{one.name ?? one.nick}</span>
              <Show when={one.name !== undefined}>
                <small>{one.nick}</small>
              </Show>
            </button>
          )}
        </For>
      </div>
    </Show>
  )
}
