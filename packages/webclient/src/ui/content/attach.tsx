/** The ways in for files: the button beside where one writes, what is pasted, and what is dropped on the conversation. */
import { For, Show, createSignal, lazy } from 'solid-js'
import { MOST_FILES } from '../../session/files.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'

const Tray = lazy(() => import('./tray.tsx').then(({ FileTray }) => ({ default: FileTray })))

/** Takes files into the tray, and says when they are too many. */
export function useFiles(address: () => string) {
  const { session, words, tell } = useApp()
  const [isOver, setOver] = createSignal(false)
  const take = (list: FileList | readonly File[] | null | undefined): boolean => {
    const files = [...(list ?? [])]
    if (files.length === 0) return false
    if (session.files.choose(address(), files) > 0) tell(words().tooManyFiles(MOST_FILES))
    return true
  }
  return {
    take,
    /** A copied picture comes with its text too; then the text is meant, unless there is none. */
    paste: (event: ClipboardEvent): void => {
      const { clipboardData } = event
      if (clipboardData?.types.includes('text/plain')) return
      if (take(clipboardData?.files)) event.preventDefault()
    },
    isOver,
    dragOver: (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(true)
    },
    dragLeave: (event: DragEvent & { readonly currentTarget: Element }): void => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false)
    },
    drop: (event: DragEvent): void => {
      setOver(false)
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      take(event.dataTransfer.files)
    },
  }
}

/** On a phone the camera has a button of its own. */
const WAYS = [
  { name: 'attach', label: 'attachFiles', isCamera: false },
  { name: 'camera', label: 'takePhoto', isCamera: true },
] as const

export function AttachButtons(props: { readonly address: string }) {
  const { words } = useApp()
  const { take } = useFiles(() => props.address)
  return (
    <For each={WAYS}>
      {({ name, label, isCamera }) => {
        let input!: HTMLInputElement
        return (
          <>
            <button
              type="button"
              class="icon-button"
              classList={{ camera: isCamera }}
              aria-label={words()[label]}
              title={words()[label]}
              onClick={() => input.click()}
            >
              <Icon name={name} />
            </button>
            <input
              ref={element => (input = element)}
              type="file"
              hidden
              multiple={!isCamera}
              accept={isCamera ? 'image/*' : undefined}
              capture={isCamera ? 'environment' : undefined}
              onChange={event => {
                take(event.currentTarget.files)
                event.currentTarget.value = ''
                event.currentTarget.form?.querySelector('textarea')?.focus()
              }}
            />
          </>
        )
      }}
    </For>
  )
}

/** What is chosen or on its way, above where one writes. */
export function OutgoingFiles(props: { readonly address: string }) {
  const { session } = useApp()
  return (
    <Show when={(session.files.outgoing[props.address]?.length ?? 0) > 0}>
      <Tray address={props.address} />
    </Show>
  )
}
