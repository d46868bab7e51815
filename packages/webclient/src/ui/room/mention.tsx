/** People who are spoken to in what is said: shown by name, and oneself so that one sees it. */
import { For, Show, createContext, createMemo, useContext } from 'solid-js'
import { partsOf } from '../../model/mentions.ts'

interface Known {
  readonly name: string
  readonly isMe: boolean
}

/** Who is meant by a nickname; undefined where nobody is. */
export const MentionContext = createContext<(nick: string) => Known | undefined>()

export function MentionText(props: { readonly text: string }) {
  const known = useContext(MentionContext)
  const parts = createMemo(() => (known ? partsOf(props.text, nick => known(nick) !== undefined) : undefined))
  return (
    <Show when={parts()} fallback={props.text}>
      {found => (
        <For each={found()}>
          {part =>
            part.kind === 'text' ? (
              <>{part.text}</>
            ) : (
              <bdi class="mention" classList={{ own: known?.(part.nick)?.isMe }} title={known?.(part.nick)?.name}>
                {part.text}
              </bdi>
            )
          }
        </For>
      )}
    </Show>
  )
}
