/** A question over the page: a title, what it is about, and the way out; Escape is always no. */
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type JSX, Show, createSignal, createUniqueId, onMount } from 'solid-js'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { openSheet } from './sheets.ts'
import { Trouble, refusalIn } from './trouble.tsx'

export function Dialogue(props: {
  readonly title: string
  readonly children: JSX.Element
  /** What the button says that does it. */
  readonly action: string
  readonly isBad?: boolean
  readonly isReady?: boolean
  /** Shut when it settles; stays, and says why, when it is refused. False keeps it open. */
  readonly act: () => Promise<void | boolean>
}) {
  const { words } = useApp()
  const [isBusy, setBusy] = createSignal(false)
  const [refusal, setRefusal] = createSignal<StanzaError>()
  const title = createUniqueId()
  let dialog!: HTMLDialogElement
  onMount(() => dialog.showModal())
  const close = (): void => {
    openSheet(undefined)
  }
  const submit = async (): Promise<void> => {
    if (isBusy()) return
    setBusy(true)
    setRefusal(undefined)
    try {
      if ((await props.act()) !== false) close()
    } catch (error) {
      setRefusal(refusalIn(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <dialog
      class="dialogue"
      ref={element => (dialog = element)}
      aria-labelledby={title}
      onClose={close}
      onClick={event => event.target === dialog && close()}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <header>
          <h2 id={title} dir="auto">
            {props.title}
          </h2>
          <button type="button" class="plain" aria-label={words().close} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <div class="inner">
          {props.children}
          <Trouble error={refusal()} />
        </div>
        <footer>
          <button type="button" class="button" onClick={close}>
            {words().cancel}
          </button>
          <button class="button" classList={{ primary: !props.isBad, risky: props.isBad }} disabled={isBusy() || props.isReady === false}>
            <Show when={isBusy()} fallback={props.action}>
              {words().oneMoment}
            </Show>
          </button>
        </footer>
      </form>
    </dialog>
  )
}
