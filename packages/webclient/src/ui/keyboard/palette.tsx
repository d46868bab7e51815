/** Ctrl+K: to any conversation, person or room, to what was said, and everything one can do; as a combobox with its list (ARIA APG). */
import { For, Show, createEffect, createMemo, createResource, createSignal, on, onCleanup } from 'solid-js'
import { Avatar } from '../avatar.tsx'
import { nameOf, useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { Dialog } from './dialog.tsx'
import { KeyCaps } from './key-caps.tsx'
import { type Entry, entriesFor } from './entries.ts'

const PAUSE_MS = 200

export function Palette(props: { readonly close: () => void }) {
  const app = useApp()
  const { words, session, state } = app
  const [sought, setSought] = createSignal('')
  const [asked, setAsked] = createSignal('')
  const [at, setAt] = createSignal(0)
  let list!: HTMLUListElement
  let pause: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(pause))
  const [rooms] = createResource(() => session.rooms.service.find().catch(() => []))
  const [said] = createResource(
    () => (asked().length > 2 && state.line.kind === 'online' ? asked() : undefined),
    text => session.history.search(text, undefined).catch(() => []),
  )
  const entries = createMemo(() => entriesFor(app, sought(), rooms.latest ?? [], asked() === sought().trim() ? (said.latest ?? []) : []))
  createEffect(on(sought, () => setAt(0)))
  createEffect(() => {
    at()
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })
  const typed = (text: string): void => {
    setSought(text)
    clearTimeout(pause)
    pause = setTimeout(() => setAsked(text.trim()), PAUSE_MS)
  }
  /** Shut first, so that what is done finds the page as it was. */
  const choose = (entry: Entry | undefined): void => {
    if (!entry) return
    props.close()
    entry.run()
  }
  const keydown = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    const count = entries().length
    if (event.key === 'Enter') choose(entries()[at()])
    else if (event.key === 'ArrowDown') setAt((at() + 1) % Math.max(1, count))
    else if (event.key === 'ArrowUp') setAt((at() - 1 + count) % Math.max(1, count))
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={words().find} close={props.close} isBare>
      <div class="palette-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={entries().length > 0 ? `palette-${at()}` : undefined}
          aria-autocomplete="list"
          aria-label={words().findWhat}
          placeholder={words().keysFor.paletteHint}
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={sought()}
          onInput={event => typed(event.currentTarget.value)}
          onKeyDown={keydown}
        />
      </div>
      <ul id="palette-list" role="listbox" aria-label={words().find} ref={element => (list = element)}>
        <For each={entries()}>
          {(entry, index) => (
            <li
              id={`palette-${index()}`}
              role="option"
              aria-selected={index() === at()}
              class="item"
              onPointerMove={() => setAt(index())}
              onClick={() => choose(entry)}
            >
              <Picture entry={entry} />
              <span class="text">
                <span class="title" dir="auto">
                  {entry.name}
                </span>
                <Show when={entry.more !== ''}>
                  <span class="preview" dir="auto">
                    {entry.more}
                  </span>
                </Show>
              </span>
              <KeyCaps keys={entry.keys?.slice(0, 1) ?? []} />
            </li>
          )}
        </For>
      </ul>
      <p class="hidden" role="status">
        {words().keysFor.found(entries().length)}
      </p>
    </Dialog>
  )
}

function Picture(props: { readonly entry: Entry }) {
  const { state } = useApp()
  return (
    <Show when={props.entry.picture} fallback={<Icon name="right" />}>
      {picture => {
        const now = picture()
        if (now.kind === 'icon') return <Icon name={now.icon} />
        const isRoom = now.kind === 'room'
        const availability = isRoom ? undefined : state.presences[now.address]?.availability
        return (
          <Avatar
            address={now.address}
            name={isRoom ? props.entry.name : nameOf(state, now.address)}
            isRoom={isRoom}
            availability={availability}
          />
        )
      }}
    </Show>
  )
}
