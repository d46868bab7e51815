/** A picture over the whole page, with what is to be seen on it in words, and the way to those before and after it in the conversation. */
import { Show, createSignal, onMount } from 'solid-js'
import { Portal } from 'solid-js/web'
import { kindOf } from '../../model/file.ts'
import type { FileOf } from '../../model/message.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'

export function Viewer(props: { readonly file: FileOf; readonly close: () => void }) {
  const { words, router, session, state } = useApp()
  const [file, setFile] = createSignal(props.file)
  let dialog!: HTMLDialogElement
  const about = (): string => file().about ?? file().name
  /** As they stand in the conversation now. */
  const neighbour = (step: 1 | -1): FileOf | undefined => {
    const place = router.place()
    const messages = place.kind === 'conversation' ? (state.conversations[place.address]?.messages ?? []) : []
    const pictures = messages.flatMap(one =>
      one.file && kindOf(one.file) === 'picture' && session.files.isShown(one.file.url) ? [one.file] : [],
    )
    const at = pictures.findIndex(({ url }) => url === file().url)
    return at < 0 ? undefined : pictures[at + step]
  }
  const go = (step: 1 | -1): void => {
    const next = neighbour(step)
    if (next) setFile(next)
  }
  onMount(() => dialog.showModal())
  return (
    <Portal>
      <dialog
        ref={element => (dialog = element)}
        class="viewer"
        aria-label={about()}
        onClose={() => props.close()}
        onClick={event => event.target === event.currentTarget && dialog.close()}
        onKeyDown={({ key }) => {
          const isReversed = words().dir === 'rtl'
          if (key === 'ArrowLeft') go(isReversed ? 1 : -1)
          if (key === 'ArrowRight') go(isReversed ? -1 : 1)
        }}
      >
        <img src={file().url} alt={about()} referrerpolicy="no-referrer" />
        <footer>
          <p dir="auto" aria-live="polite">
            <bdi>{about()}</bdi>
          </p>
          <Show when={neighbour(-1)}>
            <button type="button" class="button" onClick={() => go(-1)}>
              {words().previousPicture}
            </button>
          </Show>
          <Show when={neighbour(1)}>
            <button type="button" class="button" onClick={() => go(1)}>
              {words().nextPicture}
            </button>
          </Show>
          <a class="button" href={file().url} target="_blank" rel="noopener noreferrer">
            {words().openFile}
          </a>
          <button type="button" class="button" autofocus onClick={() => dialog.close()}>
            <Icon name="close" />
            {words().close}
          </button>
        </footer>
      </dialog>
    </Portal>
  )
}
