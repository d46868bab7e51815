/** Finds people, rooms and what was said: the former as one types, the latter in the archive of the server (XEP-0431). */
import { For, Show, createResource, createSignal, onMount } from 'solid-js'
import { nameOf, placeFor, titleOf, useApp } from './app-context.ts'
import { Icon } from './icons.tsx'
import { nameInRoom } from './room/names.ts'
import { wholeTime } from './times.ts'

const PAUSE_MS = 250
const MOST_NAMES = 8

export function SearchScreen() {
  const { session, state, router, words } = useApp()
  const place = router.place()
  const within = (): string | undefined => {
    const now = router.place()
    return now.kind === 'search' ? now.within : undefined
  }
  const [sought, setSought] = createSignal(place.kind === 'search' ? place.words : '')
  const [asked, setAsked] = createSignal(sought())
  let field!: HTMLInputElement
  let pause: ReturnType<typeof setTimeout> | undefined
  onMount(() => field.focus())
  const typed = (text: string): void => {
    setSought(text)
    clearTimeout(pause)
    pause = setTimeout(() => {
      setAsked(text)
      router.go({ kind: 'search', words: text, within: within() }, { replace: true })
    }, PAUSE_MS)
  }
  const kindOf = (address: string): 'person' | 'room' => state.conversations[address]?.kind ?? 'person'
  const whereName = (address: string): string => {
    const conversation = state.conversations[address]
    return conversation ? titleOf(state, conversation) : nameOf(state, address)
  }
  const title = (): string => {
    const where = within()
    return where === undefined ? words().keysFor.search : words().saidIn(whereName(where), words().keysFor.search)
  }
  const names = () => {
    const folded = sought().trim().toLocaleLowerCase()
    if (folded === '' || within() !== undefined) return []
    const people = Object.values(state.people).map(({ address }) => ({ address, kind: 'person' as const, name: nameOf(state, address) }))
    const rooms = Object.values(state.conversations).filter(({ kind }) => kind === 'room')
    const all = [...people, ...rooms.map(room => ({ address: room.address, kind: room.kind, name: titleOf(state, room) }))]
    return all.filter(({ name, address }) => `${name} ${address}`.toLocaleLowerCase().includes(folded)).slice(0, MOST_NAMES)
  }
  const [found] = createResource(
    () => (state.isReady && asked().trim().length > 1 ? { text: asked().trim(), where: within() } : undefined),
    ({ text, where }) => session.history.search(text, where),
  )
  return (
    <div class="page">
      <header class="top">
        <a class="back" data-inside href="/" aria-label={words().back}>
          <Icon name="back" />
        </a>
        <h1 dir="auto">{title()}</h1>
      </header>
      <div class="column scroll">
        <label class="field">
          <span>{words().findWhat}</span>
          <input ref={element => (field = element)} type="search" value={sought()} onInput={event => typed(event.currentTarget.value)} />
        </label>
        <Show when={within()}>
          <p class="within">
            <button type="button" class="button" onClick={() => router.go({ kind: 'search', words: sought(), within: undefined })}>
              {words().searchEverywhere}
            </button>
          </p>
        </Show>
        <ul class="chips">
          <For each={names()}>
            {one => (
              <li>
                <a class="chip" data-inside href={router.href(placeFor(one.kind, one.address))}>
                  {one.name}
                </a>
              </li>
            )}
          </For>
        </ul>
        <Show when={asked().trim().length > 1}>
          <For
            each={found.error === undefined ? found() : []}
            fallback={
              <p class="hint">
                {found.loading ? words().oneMoment : found.error === undefined ? words().nothingFound : words().searchFailed}
              </p>
            }
          >
            {message => (
              <a
                class="card result"
                data-inside
                href={router.href({
                  kind: 'conversation',
                  what: kindOf(message.conversation),
                  address: message.conversation,
                  message: message.archive,
                  thread: undefined,
                })}
              >
                <b>
                  {kindOf(message.conversation) === 'room'
                    ? nameInRoom(state, message.conversation, message.author)
                    : nameOf(state, message.author)}
                </b>{' '}
                <time>{wholeTime(message.time, words().locale)}</time>
                <p dir="auto">{message.text.slice(0, 400)}</p>
              </a>
            )}
          </For>
        </Show>
      </div>
    </div>
  )
}
