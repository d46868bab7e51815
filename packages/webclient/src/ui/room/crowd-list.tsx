/** The people of a room, in one list of rows of one height: only those in view are real, so that five thousand cost no more than fifty. */
import { For, Show, createEffect, createMemo, createSignal, on, onCleanup, onMount } from 'solid-js'
import { crowdRows, type PersonRow, type Row, windowOf } from '../../model/crowd.ts'
import { isOffice } from '../../model/offices.ts'
import type { Affiliated } from '../../session/room-care.ts'
import type { Conversation } from '../../state/state.ts'
import { Avatar } from '../avatar.tsx'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { openSheet } from './sheets.ts'

/** Of every row, as in room.css. */
const ROW = 48
/** People come and go in floods: the list is put in order so often at most. */
const CALM_MS = 400

export function CrowdList(props: { readonly conversation: Conversation }) {
  const { session, state, words } = useApp()
  const [sought, setSought] = createSignal('')
  const [affiliated, setAffiliated] = createSignal<readonly Affiliated[]>([])
  const [crowd, setCrowd] = createSignal(0)
  const [scrolled, setScrolled] = createSignal(0)
  const [height, setHeight] = createSignal(480)
  let frame!: HTMLDivElement
  const address = (): string => props.conversation.address
  const room = () => props.conversation.room
  const rows = createMemo(() => {
    crowd()
    const inside = session.rooms.inside(address()).values()
    return crowdRows({ inside, affiliated: affiliated(), nameOf: one => state.people[one]?.name, sought: sought() })
  })
  const seen = createMemo(() => {
    const { from, to } = windowOf(rows().length, ROW, scrolled(), height())
    return rows()
      .slice(from, to)
      .map((row, at) => ({ row, top: (from + at) * ROW }))
  })
  let calm: ReturnType<typeof setTimeout> | undefined
  createEffect(
    on(
      () => room()?.crowd,
      () => {
        calm ??= setTimeout(() => {
          calm = undefined
          setCrowd(crowd() + 1)
        }, CALM_MS)
      },
    ),
  )
  // Lists are asked for again when one is somebody else here, not with everybody who comes.
  createEffect(
    on(
      () => [room()?.joined.kind, room()?.affiliation, room()?.lists] as const,
      ([joined, affiliation]) => {
        if (joined === 'inside')
          void session.rooms.care.affiliated(address(), isOffice({ affiliation: affiliation ?? 'none' })).then(setAffiliated)
      },
    ),
  )
  onMount(() => {
    const observer = new ResizeObserver(() => setHeight(frame.clientHeight))
    observer.observe(frame)
    onCleanup(() => {
      observer.disconnect()
      clearTimeout(calm)
    })
  })
  return (
    <>
      <label class="field find">
        <span class="hidden">{words().findInRoom}</span>
        <input
          type="search"
          autocomplete="off"
          placeholder={words().findInRoom}
          value={sought()}
          onInput={event => {
            setSought(event.currentTarget.value)
            frame.scrollTop = 0
          }}
        />
      </label>
      <div
        class="crowd"
        ref={element => (frame = element)}
        onScroll={() => setScrolled(frame.scrollTop)}
        tabindex="0"
        role="list"
        aria-label={words().people}
      >
        <div style={{ height: `${rows().length * ROW}px` }}>
          <For each={seen()}>{({ row, top }) => <OneRow row={row} top={top} room={address()} />}</For>
        </div>
        <Show when={rows().length === 0 && sought().trim() !== ''}>
          <p class="hint">{words().nobodyInRoom}</p>
        </Show>
      </div>
    </>
  )
}

function OneRow(props: { readonly row: Row; readonly top: number; readonly room: string }) {
  const { words } = useApp()
  const { row } = props
  return (
    <div class="crowd-row" style={{ top: `${props.top}px` }} role={row.kind === 'person' ? 'listitem' : 'presentation'}>
      {row.kind === 'head' ? (
        <h3>
          {words().groups[row.group]} <span>{row.count}</span>
        </h3>
      ) : (
        <PersonOf row={row} room={props.room} />
      )}
    </div>
  )
}

function PersonOf(props: { readonly row: PersonRow; readonly room: string }) {
  const { session, state, words } = useApp()
  const { row } = props
  const presence = () => (row.nick === undefined ? undefined : session.rooms.inside(props.room).get(row.nick)?.presence)
  const isMe = (): boolean => row.address === state.own
  return (
    <>
      <Avatar address={row.address ?? row.name} name={row.name} availability={presence()?.availability} />
      <span class="text">
        <span class="title" dir="auto">
          {row.name}
          <Show when={isMe()}> ({words().you})</Show>
        </span>
        <span class="preview" dir="auto">
          {row.nick !== undefined && row.nick !== row.name ? row.nick : ''} {presence()?.status}
        </span>
      </span>
      <Show when={!isMe()}>
        <button
          type="button"
          class="icon-button"
          aria-haspopup="menu"
          aria-label={words().personMenu(row.name)}
          onClick={event =>
            openSheet({
              kind: 'menu',
              at: event.currentTarget,
              who: {
                name: row.name,
                address: row.address,
                room: props.room,
                nick: row.nick,
                standing: { affiliation: row.affiliation, role: row.role },
                message: undefined,
              },
            })
          }
        >
          <Icon name="more" />
        </button>
      </Show>
    </>
  )
}
