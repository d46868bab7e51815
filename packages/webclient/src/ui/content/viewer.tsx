/** A picture over the whole page, with what is to be seen on it in words. */
import { onMount } from 'solid-js'
import { Portal } from 'solid-js/web'
import type { FileOf } from '../../model/message.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'

export function Viewer(props: { readonly file: FileOf; readonly close: () => void }) {
  const { words } = useApp()
  let dialog!: HTMLDialogElement
  onMount(() => dialog.showModal())
  return (
    <Portal>
      <dialog
        ref={element => (dialog = element)}
        class="viewer"
        aria-label={props.file.about ?? props.file.name}
        onClose={() => props.close()}
        onClick={event => event.target === event.currentTarget && dialog.close()}
      >
        <img src={props.file.url} alt={props.file.about ?? props.file.name} referrerpolicy="no-referrer" />
        <footer>
          <p dir="auto">{props.file.about ?? <bdi>{props.file.name}</bdi>}</p>
          <a class="button" href={props.file.url} target="_blank" rel="noopener noreferrer">
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
