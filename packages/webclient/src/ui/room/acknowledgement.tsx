/** Under an announcement that asks to be acknowledged: the button that says that one has read it, and for those who run the room who has. */
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { For, Show, createSignal } from 'solid-js'
import { type Readers, readersOf } from '../../session/room-readers.ts'
import { nameOf, useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { Trouble, refusalIn } from './trouble.tsx'
import '../styles/acknowledgement.css'

export function Acknowledgement(props: { readonly room: string; readonly archive: string; readonly isMine: boolean }) {
  const { session, state, words } = useApp()
  const [isBusy, setBusy] = createSignal(false)
  const [refusal, setRefusal] = createSignal<StanzaError>()
  const [readers, setReaders] = createSignal<Readers>()
  const here = () => state.conversations[props.room]?.room
  const hasRead = (): boolean => Number(here()?.readUpTo ?? 0) >= Number(props.archive)
  const isOffice = (): boolean => here()?.affiliation === 'owner' || here()?.affiliation === 'admin'
  const attempt = async (what: () => Promise<void>): Promise<void> => {
    if (isBusy()) return
    setBusy(true)
    setRefusal(undefined)
    try {
      await what()
    } catch (error) {
      setRefusal(refusalIn(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="acknowledgement">
      <Show when={!props.isMine}>
        <Show
          when={hasRead()}
          fallback={
            <button
              type="button"
              class="acknowledge"
              disabled={isBusy()}
              onClick={() => void attempt(() => session.rooms.care.acknowledge(props.room, props.archive))}
            >
              {words().iHaveRead}
            </button>
          }
        >
          <span class="read" role="status">
            <Icon name="check" />
            {words().youHaveRead}
          </span>
        </Show>
      </Show>
      <Show when={isOffice()}>
        <button
          type="button"
          class="ask"
          disabled={isBusy()}
          onClick={() => void attempt(async () => void setReaders(await readersOf(session.desk, props.room, props.archive)))}
        >
          {words().whoHasRead}
        </button>
      </Show>
      <Show when={readers()}>
        {found => (
          <details>
            <summary>{words().haveRead(found().read.length, found().read.length + found().unread.length)}</summary>
            <Names title={words().notReadYet} people={found().unread} />
            <Names title={words().readAlready} people={found().read} />
          </details>
        )}
      </Show>
      <Trouble error={refusal()} />
    </div>
  )

  function Names(list: { readonly title: string; readonly people: readonly string[] }) {
    return (
      <Show when={list.people.length > 0}>
        <p>{list.title}</p>
        <ul>
          <For each={list.people}>{address => <li dir="auto">{nameOf(state, address)}</li>}</For>
        </ul>
      </Show>
    )
  }
}
