/** What was refused, in words: what happened, what one can do, and what the server said of it. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Show } from 'solid-js'
import { useApp } from '../app-context.ts'

/** Throws what is no refusal: that is a mistake of ours. */
export function refusalIn(error: unknown): StanzaError {
  if (error instanceof StanzaError) return error
  throw error
}

export function Trouble(props: { readonly error: StanzaError | undefined }) {
  const { words } = useApp()
  return (
    <Show when={props.error}>
      {error => (
        <div class="trouble" role="alert">
          <p>{words().troubles[error().condition] ?? words().troubles['other']}</p>
          <Show when={error().text}>{text => <small dir="auto">{text()}</small>}</Show>
        </div>
      )}
    </Show>
  )
}
