/** A text with its formatting, as elements: nothing that somebody wrote is ever read as HTML. */
import { For, Match, Switch, createMemo, createSignal } from 'solid-js'
import { type Block, type Span, blocksIn } from '../model/formatting.ts'
import { useApp } from './app-context.ts'
import { CodeBlock } from './content/code-block.tsx'
import { MathsInText } from './content/maths-in-text.tsx'

export function Formatted(props: { readonly text: string }) {
  const blocks = createMemo(() => blocksIn(props.text))
  return <Blocks blocks={blocks()} />
}

function Blocks(props: { readonly blocks: readonly Block[] }) {
  return (
    <For each={props.blocks}>
      {block => (
        <Switch>
          <Match when={block.kind === 'paragraph' && block}>
            {found => (
              <p dir="auto">
                <Spans spans={found().spans} />
              </p>
            )}
          </Match>
          <Match when={block.kind === 'quote' && block}>
            {found => (
              <blockquote>
                <Blocks blocks={found().blocks} />
              </blockquote>
            )}
          </Match>
          <Match when={block.kind === 'code' && block}>{found => <CodeBlock text={found().text} language={found().language} />}</Match>
        </Switch>
      )}
    </For>
  )
}

function Spans(props: { readonly spans: readonly Span[] }) {
  return (
    <For each={props.spans}>
      {span => (
        <Switch>
          <Match when={span.kind === 'text' && span}>{found => <>{found().text}</>}</Match>
          <Match when={span.kind === 'link' && span}>
            {found => (
              <a href={found().href} target="_blank" rel="noopener noreferrer nofollow">
                <bdi>{found().text}</bdi>
              </a>
            )}
          </Match>
          <Match when={span.kind === 'code' && span}>{found => <code dir="ltr">{found().text}</code>}</Match>
          <Match when={span.kind === 'strong' && span}>
            {found => (
              <strong>
                <Spans spans={found().spans} />
              </strong>
            )}
          </Match>
          <Match when={span.kind === 'emphasis' && span}>
            {found => (
              <em>
                <Spans spans={found().spans} />
              </em>
            )}
          </Match>
          <Match when={span.kind === 'strike' && span}>
            {found => (
              <s>
                <Spans spans={found().spans} />
              </s>
            )}
          </Match>
          <Match when={span.kind === 'maths' && span}>{found => <MathsInText text={found().text} isBlock={found().isBlock} />}</Match>
          <Match when={span.kind === 'spoiler' && span}>{found => <Spoiler spans={found().spans} />}</Match>
        </Switch>
      )}
    </For>
  )
}

function Spoiler(props: { readonly spans: readonly Span[] }) {
  const { words } = useApp()
  const [isShown, setShown] = createSignal(false)
  return (
    <button
      type="button"
      class="spoiler"
      aria-expanded={isShown()}
      aria-label={isShown() ? undefined : words().spoiler}
      onClick={() => setShown(!isShown())}
    >
      <span aria-hidden={!isShown()}>
        <Spans spans={props.spans} />
      </span>
    </button>
  )
}
