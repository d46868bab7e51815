/** How one is, what one does, where, and until when: one line for others, that ends by itself. */
import { For, createSignal } from 'solid-js'
import { useApp } from '../app-context.ts'
import { NO_STATUS } from '../../session/own-status.ts'
import { nextTime, statusText } from './status-text.ts'

const MOST_SIGNS = 100
const HOWS = ['available', 'away', 'busy'] as const

export function StatusForm(props: { readonly done: () => void }) {
  const { session, words, tell } = useApp()
  const { now } = session.status
  const [availability, setAvailability] = createSignal(now.availability)
  const [what, setWhat] = createSignal(now.what)
  const [where, setWhere] = createSignal(now.where)
  const [until, setUntil] = createSignal(now.until)
  const text = (): string => statusText({ what: what().trim(), where: where().trim(), until: until() }, words())
  const say = (event: Event): void => {
    event.preventDefault()
    session.status.say({ availability: availability(), what: what().trim(), where: where().trim(), until: until(), text: text() })
    tell(words().saved)
    props.done()
  }
  const clear = (): void => {
    session.status.say(NO_STATUS)
    tell(words().saved)
    props.done()
  }
  return (
    <form class="status-form" onSubmit={say}>
      <fieldset class="hows">
        <legend>{words().howYouAre}</legend>
        <For each={HOWS}>
          {how => (
            <label>
              <input type="radio" name="how" checked={availability() === how} onChange={() => setAvailability(how)} />
              <span>
                <i class={`dot ${how}`} aria-hidden="true" />
                {words()[how]}
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <label class="field">
        <span>{words().status.what}</span>
        <input
          dir="auto"
          value={what()}
          maxlength={MOST_SIGNS}
          placeholder={words().status.whatExample}
          onInput={event => setWhat(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{words().status.where}</span>
        <input
          dir="auto"
          value={where()}
          maxlength={MOST_SIGNS}
          placeholder={words().status.whereExample}
          onInput={event => setWhere(event.currentTarget.value)}
        />
      </label>
      <Until until={until()} choose={setUntil} />
      <p class="as-seen" aria-live="polite">
        {words().status.asSeen} <b dir="auto">{text() === '' ? words()[availability()] : text()}</b>
      </p>
      <div class="buttons">
        <button class="button primary">{words().save}</button>
        <button type="button" class="button" onClick={clear}>
          {words().status.clear}
        </button>
      </div>
    </form>
  )
}

const MINUTE = 60_000

/** A few ends that are often meant, and any other by the clock. */
function Until(props: { readonly until: number | undefined; readonly choose: (until: number | undefined) => void }) {
  const { words } = useApp()
  const clock = (): string => (props.until === undefined ? '' : new Date(props.until).toTimeString().slice(0, 5))
  return (
    <fieldset class="until">
      <legend>{words().status.until}</legend>
      <label class="field">
        <span class="hidden">{words().status.until}</span>
        <input type="time" value={clock()} onInput={event => props.choose(nextTime(event.currentTarget.value))} />
      </label>
      <button type="button" class="button" onClick={() => props.choose(Date.now() + 30 * MINUTE)}>
        {words().status.minutes(30)}
      </button>
      <button type="button" class="button" onClick={() => props.choose(Date.now() + 60 * MINUTE)}>
        {words().status.hours(1)}
      </button>
      <button type="button" class="button" onClick={() => props.choose(Date.now() + 240 * MINUTE)}>
        {words().status.hours(4)}
      </button>
      <button type="button" class="button" onClick={() => props.choose(undefined)} disabled={props.until === undefined}>
        {words().status.noEnd}
      </button>
    </fieldset>
  )
}
