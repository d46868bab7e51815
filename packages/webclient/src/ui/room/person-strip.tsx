/** Above the talk with somebody one blocks: that it is so, and the way back. */
import { Show } from 'solid-js'
import { nameOf, useApp } from '../app-context.ts'
import { refusalIn } from './trouble.tsx'

export function BlockedStrip(props: { readonly address: string; readonly kind: 'person' | 'room' }) {
  const { session, state, words, tell } = useApp()
  const name = (): string => nameOf(state, props.address)
  const unblock = (): void => void session.blocking.unblock(props.address).then(() => tell(words().unblocked(name())), refusalIn)
  return (
    <Show when={props.kind === 'person' && state.blocked.includes(props.address)}>
      <div class="strip door" role="status">
        <p>{words().blockedHere(name())}</p>
        <button type="button" class="button" onClick={unblock}>
          {words().unblock}
        </button>
      </div>
    </Show>
  )
}
