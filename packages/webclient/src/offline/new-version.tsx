/** Says that a new version of the client waits, and lets people take it when it suits them. */
import { Show, createSignal, onCleanup } from 'solid-js'
import type { Words } from '../i18n/en.ts'
import { type Versions, registerWorker } from '../worker/register.ts'

const CALM_MS = 3000

export function NewVersion(props: { readonly words: Words }) {
  const [waiting, setWaiting] = createSignal<Versions>()
  const register = (): void => void registerWorker(versions => void setWaiting(versions))
  // It fetches all that the app may ever want: what people came for is first.
  const timer = setTimeout(() => ('requestIdleCallback' in window ? requestIdleCallback(register, { timeout: 5000 }) : register()), CALM_MS)
  onCleanup(() => clearTimeout(timer))
  return (
    <Show when={waiting()}>
      {versions => (
        <div class="new-version" role="status">
          <p>{props.words.newVersion}</p>
          <button type="button" class="button primary" onClick={() => versions().take()}>
            {props.words.takeVersion}
          </button>
          <button type="button" class="button" onClick={() => setWaiting(undefined)}>
            {props.words.later}
          </button>
        </div>
      )}
    </Show>
  )
}
