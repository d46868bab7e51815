/** What one is called for others: shown, and changed here. */
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { createSignal } from 'solid-js'
import { localOf } from '../../model/address.ts'
import { LONGEST_NAME } from '../../session/profile.ts'
import { useApp } from '../app-context.ts'
import { Trouble, refusalIn } from './trouble.tsx'

export function OwnName() {
  const { session, state, words, tell } = useApp()
  const [draft, setDraft] = createSignal<string>()
  const [refusal, setRefusal] = createSignal<StanzaError>()
  const save = async (): Promise<void> => {
    setRefusal(undefined)
    try {
      await session.profile.rename(draft() ?? state.ownName ?? '')
      setDraft(undefined)
      tell(words().saved)
    } catch (error) {
      setRefusal(refusalIn(error))
    }
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    void save()
  }
  return (
    <form class="card request" onSubmit={submit}>
      <label class="field">
        <span>{words().ownName}</span>
        <input
          maxlength={LONGEST_NAME}
          autocomplete="name"
          dir="auto"
          placeholder={localOf(state.own)}
          value={draft() ?? state.ownName ?? ''}
          onInput={event => setDraft(event.currentTarget.value)}
        />
        <small>{words().ownNameText}</small>
      </label>
      <button class="button primary" disabled={!state.isReady}>
        {words().save}
      </button>
      <Trouble error={refusal()} />
    </form>
  )
}
