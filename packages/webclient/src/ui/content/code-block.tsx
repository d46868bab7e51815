/** Code that somebody wrote, and a way to take it along. */
import { Show } from 'solid-js'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'

export function CodeBlock(props: { readonly text: string; readonly language: string }) {
  const { words, tell } = useApp()
  const copy = (): void => void navigator.clipboard.writeText(props.text).then(() => tell(words().codeCopied))
  return (
    <div class="code-block">
      <pre tabindex="0" dir="ltr" aria-label={words().codeIn(props.language)}>
        <code>{props.text}</code>
      </pre>
      <div class="code-tools">
        <Show when={props.language !== ''}>
          <small>
            <bdi>{props.language}</bdi>
          </small>
        </Show>
        <button type="button" class="icon-button" aria-label={words().copyCode} title={words().copyCode} onClick={copy}>
          <Icon name="copy" />
        </button>
      </div>
    </div>
  )
}
