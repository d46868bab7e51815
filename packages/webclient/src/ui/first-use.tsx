/** For whom there is nothing to catch up on: who is here, what rooms there are, how to begin. */
import { For, Show, createMemo, createResource } from 'solid-js'
import { Avatar } from './avatar.tsx'
import { nameOf, placeFor, useApp } from './app-context.ts'

const MOST = 8

export function FirstUse() {
  const { state, router, words, session, show } = useApp()
  const here = createMemo(() =>
    Object.values(state.people).filter(({ address }) =>
      ['available', 'busy', 'away'].includes(state.presences[address]?.availability ?? ''),
    ),
  )
  const [found] = createResource(
    () => state.isReady,
    () => session.rooms.service.find().catch(() => []),
  )
  const rooms = () => (found.latest ?? []).filter(({ address }) => !state.conversations[address]?.room?.isBookmarked).slice(0, MOST)
  return (
    <section class="empty">
      <h2>{words().emptyInbox}</h2>
      <p>{words().emptyInboxText}</p>
      <Show when={here().length > 0}>
        <h3>{words().hereNow}</h3>
        <ul class="chips">
          <For each={here().slice(0, MOST)}>
            {person => (
              <li>
                <a class="chip" data-inside href={router.href(placeFor('person', person.address))}>
                  <Avatar
                    address={person.address}
                    name={nameOf(state, person.address)}
                    availability={state.presences[person.address]?.availability}
                  />
                  <span dir="auto">{nameOf(state, person.address)}</span>
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={rooms().length > 0}>
        <h3>{words().firstUse.roomsHere}</h3>
        <ul class="chips">
          <For each={rooms()}>
            {room => (
              <li>
                <a class="chip" data-inside href={router.href(placeFor('room', room.address))}>
                  <Avatar address={room.address} name={room.name} isRoom />
                  <span dir="auto">{room.name}</span>
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="buttons">
        <a class="button primary" data-inside href="/people">
          {words().start}
        </a>
        <a class="button" data-inside href="/rooms">
          {words().firstUse.allRooms}
        </a>
        <button type="button" class="button" onClick={() => show('status')}>
          {words().firstUse.sayHow}
        </button>
      </div>
      <p class="keys-hint">{words().firstUse.keysHint}</p>
    </section>
  )
}
