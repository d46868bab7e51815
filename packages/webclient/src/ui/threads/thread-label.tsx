/** Which thread a message belongs to, where messages of many are beside each other (XEP-0201 §5.2); it leads there. */
import { Show, useContext } from 'solid-js'
import type { Message } from '../../model/message.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { ThreadContext } from './use-threads.ts'

export function ThreadLabel(props: { readonly message: Message }) {
  const { words } = useApp()
  const known = useContext(ThreadContext)
  return (
    <Show when={props.message.thread && known?.(props.message)}>
      {thread => (
        <a class="thread" data-inside href={thread().href} aria-label={words().threads.goTo(thread().name)}>
          <Icon name="thread" />
          <bdi>{thread().name}</bdi>
        </a>
      )}
    </Show>
  )
}
