/** What a thread that one begins is to be called, over the field for its first words. One that is called so already goes on. */
import { For } from 'solid-js'
import { LONGEST_NAME } from '../../model/threads.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { focusComposer } from '../keyboard/focus.ts'
import type { Threads } from './use-threads.ts'

const LIST = 'names of threads'.replaceAll(' ', '-')

export function ThreadName(props: { readonly threads: Threads }) {
  const { words } = useApp()
  const leave = (): void => {
    props.threads.name(undefined)
    focusComposer()
  }
  return (
    <div class="mode thread-name">
      <Icon name="thread" />
      <input
        ref={element => queueMicrotask(() => element.focus())}
        dir="auto"
        maxlength={LONGEST_NAME}
        list={LIST}
        autocomplete="off"
        aria-label={words().threads.name}
        placeholder={words().threads.name}
        value={props.threads.naming() ?? ''}
        onInput={event => props.threads.name(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.isComposing) return
          if (event.key === 'Escape') leave()
          else if (event.key !== 'Enter') return
          else if (event.currentTarget.value.trim() !== '') focusComposer()
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <datalist id={LIST}>
        <For each={props.threads.all()}>{({ name }) => <option value={name} />}</For>
      </datalist>
      <button type="button" aria-label={words().cancel} onClick={leave}>
        <Icon name="close" />
      </button>
    </div>
  )
}
