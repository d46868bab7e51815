/** What lies over the page: the browser's own dialog, which holds the keyboard, closes with Escape, and gives the keyboard back to where it was. */
import { type JSX, onCleanup, onMount } from 'solid-js'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'

export function Dialog(props: {
  readonly title: string
  readonly close: () => void
  readonly children: JSX.Element
  /** Without a head: the title is only spoken. */
  readonly isBare?: boolean
}) {
  const { words } = useApp()
  let dialog!: HTMLDialogElement
  onMount(() => dialog.showModal())
  // Shut before it goes, so that the keyboard returns.
  onCleanup(() => dialog.close())
  return (
    <dialog
      class="over"
      classList={{ bare: props.isBare ?? false }}
      ref={element => (dialog = element)}
      aria-label={props.title}
      onCancel={event => {
        event.preventDefault()
        props.close()
      }}
      onClick={event => {
        if (event.target === dialog) props.close()
      }}
    >
      {props.isBare ? undefined : (
        <header>
          <h2>{props.title}</h2>
          <button type="button" class="icon-button" aria-label={words().close} onClick={() => props.close()}>
            <Icon name="close" />
          </button>
        </header>
      )}
      {props.children}
    </dialog>
  )
}
