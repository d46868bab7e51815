/** Says that a new version of the client waits, and lets people take it when it suits them. */
import { Show, createSignal } from 'solid-js'
import type { Words } from '../i18n/en.ts'
import { type Versions, registerWorker } from '../worker/register.ts'

export function NewVersion(props: { readonly words: Words }) {
  const [waiting, setWaiting] = createSignal<Versions>()
  // What people came for is first.
  const register = (): void => void registerWorker(versions => void setWaiting(versions))
  if ('requestIdleCallback' in window) requestIdleCallback(register, { timeout: 5000 })
  else setTimeout(register, 2000)
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
