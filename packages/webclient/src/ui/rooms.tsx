/** Rooms: those one is invited to, those that can be found, and a new one. */
import { For, Show, createResource, createSignal } from 'solid-js'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { localFor } from '../model/room-form.ts'
import { Avatar } from './avatar.tsx'
import { placeFor, useApp } from './app-context.ts'
import { Icon } from './icons.tsx'
import { Invitations } from './room/invitations.tsx'
import { openSheet } from './room/sheets.ts'

export function RoomsScreen() {
  const { session, state, router, words, tell } = useApp()
  const [sought, setSought] = createSignal('')
  const [found] = createResource(
    () => state.isReady,
    () => session.rooms.service.find().catch(() => []),
  )
  const shown = () =>
    (found() ?? []).filter(({ name, description, address }) =>
      `${name} ${description} ${address}`.toLocaleLowerCase().includes(sought().trim().toLocaleLowerCase()),
    )
  const join = async (address: string, name: string | undefined): Promise<void> => {
    session.rooms.dismiss(address)
    router.go(placeFor('room', address))
    await session.rooms.join(address, name).catch((error: unknown) => tell(error instanceof StanzaError ? error.message : words().tryAgain))
  }
  const make = (): void => {
    const name = sought().trim()
    const local = localFor(name)
    if (local !== '') void join(`${local}@${state.roomService}`, name)
  }
  return (
    <div class="page">
      <header class="top">
        <a class="back" data-inside href="/" aria-label={words().back}>
          <Icon name="back" />
        </a>
        <h1>{words().rooms}</h1>
        <button
          type="button"
          class="button"
          disabled={!state.isReady}
          onClick={() => openSheet({ kind: 'new-room', name: sought().trim() })}
        >
          <Icon name="plus" />
          {words().newRoom}
        </button>
      </header>
      <div class="column scroll">
        <Invitations />
        <label class="field">
          <span>{words().findRooms}</span>
          <input type="search" autocomplete="off" value={sought()} onInput={event => setSought(event.currentTarget.value)} />
        </label>
        <ul class="list people">
          <For each={shown()} fallback={<li class="hint">{found.loading ? words().oneMoment : words().noRooms}</li>}>
            {room => (
              <li class="row">
                <a class="item two" data-inside href={router.href(placeFor('room', room.address))}>
                  <Avatar address={room.address} name={room.name} isRoom />
                  <span class="text">
                    <span class="title" dir="auto">
                      {room.name}
                    </span>
                    <span class="preview" dir="auto">
                      {room.description || room.address}
                    </span>
                  </span>
                  <Show when={room.inside > 0}>
                    <span class="inside">{words().peopleHere(room.inside)}</span>
                  </Show>
                  <Show when={room.isOpen === false}>
                    <span class="closed" title={words().notOpen}>
                      <Icon name="lock" />
                      <span class="hidden">{words().notOpen}</span>
                    </span>
                  </Show>
                </a>
                <Show when={!state.conversations[room.address]?.room?.isBookmarked}>
                  <button type="button" class="button" onClick={() => void join(room.address, room.name)}>
                    {words().join}
                  </button>
                </Show>
              </li>
            )}
          </For>
        </ul>
        <Show when={sought().trim() !== ''}>
          <button type="button" class="button primary" disabled={!state.isReady} onClick={make}>
            {words().makeRoom(sought().trim())}
          </button>
        </Show>
      </div>
    </div>
  )
}
