/** Oneself: what others see, and the way out. */
import { For, createSignal } from 'solid-js'
import { Avatar } from './avatar.tsx'
import { nameOf, useApp } from './app-context.ts'
import { LanguageSetting } from './language-setting.tsx'

export function SettingsScreen() {
  const { session, state, words, tell } = useApp()
  const [status, setStatus] = createSignal(state.ownPresence.status)
  const [availability, setAvailability] = createSignal<'available' | 'away' | 'busy'>('available')
  const say = (event: Event): void => {
    event.preventDefault()
    session.people.say(availability(), status().trim())
    tell(words().saved)
  }
  return (
    <div class="page">
      <header class="top">
        <a class="back" data-inside href="/" aria-label={words().back}>
          ‹
        </a>
        <h1>{words().you}</h1>
      </header>
      <div class="column scroll">
        <section class="card request">
          <Avatar address={state.own} name={nameOf(state, state.own)} />
          <p>
            <b>{nameOf(state, state.own)}</b>
            <br />
            {state.own}
          </p>
        </section>
        <form class="card request" onSubmit={say}>
          <label class="field">
            <span>{words().howYouAre}</span>
            <select onChange={event => setAvailability(event.currentTarget.value as 'available' | 'away' | 'busy')}>
              <For each={['available', 'away', 'busy'] as const}>{one => <option value={one}>{words()[one]}</option>}</For>
            </select>
          </label>
          <label class="field">
            <span>{words().statusText}</span>
            <input
              value={status()}
              maxlength="200"
              placeholder={words().statusExample}
              onInput={event => setStatus(event.currentTarget.value)}
            />
          </label>
          <button class="button primary">{words().save}</button>
        </form>
        <LanguageSetting />
        <form method="post" action="/sign-out">
          <button class="button">{words().signOut}</button>
        </form>
      </div>
    </div>
  )
}
