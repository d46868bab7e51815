/** Rooms: those one is invited to, those that can be found, and a new one. */
import { For, Show, createResource, createSignal } from 'solid-js'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { localOf } from '../model/address.ts'
import { Avatar } from './avatar.tsx'
import { nameOf, placeFor, useApp } from './app-context.ts'

export function RoomsScreen() {
  const { session, state, router, words, tell } = useApp()
  const [sought, setSought] = createSignal('')
  const [found] = createResource(
    () => state.isReady,
    () => session.rooms.service.find().catch(() => []),
  )
  const shown = () =>
    (found() ?? []).filter(({ name, address }) => `${name} ${address}`.toLocaleLowerCase().includes(sought().trim().toLocaleLowerCase()))
  const join = async (address: string, name: string | undefined): Promise<void> => {
    session.rooms.dismiss(address)
    router.go(placeFor('room', address))
    await session.rooms.join(address, name).catch((error: unknown) => tell(error instanceof StanzaError ? error.message : words().tryAgain))
  }
  const make = (): void => {
    const name = sought().trim()
    const local = name
      .toLocaleLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60)
    if (local !== '') void join(`${local}@${state.roomService}`, name)
  }
  return (
    <div class="page">
      <header class="top">
        <a class="back" data-inside href="/" aria-label={words().back}>
          ‹
        </a>
        <h1>{words().rooms}</h1>
      </header>
      <div class="column scroll">
        <For each={state.invitations}>
          {invitation => (
            <section class="card request">
              <Avatar address={invitation.room} name={localOf(invitation.room)} isRoom />
              <p>{words().invitedBy(nameOf(state, invitation.from), localOf(invitation.room), invitation.reason ?? '')}</p>
              <button type="button" class="button primary" onClick={() => void join(invitation.room, undefined)}>
                {words().join}
              </button>
              <button type="button" class="button" onClick={() => session.rooms.dismiss(invitation.room)}>
                {words().decline}
              </button>
            </section>
          )}
        </For>
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
                    <span class="preview">{room.address}</span>
                  </span>
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
          <button type="button" class="button primary" onClick={make}>
            {words().makeRoom(sought().trim())}
          </button>
        </Show>
      </div>
    </div>
  )
}
