/**
 * A text with its formatting, as elements: nothing that somebody wrote is ever read as HTML. A text changes as a whole or not at all, so that its
 * parts are made once and watch nothing: a room may say hundreds of them in a second.
 */
import { type JSX, createMemo, createSignal } from 'solid-js'
import { type Block, type Span, blocksIn } from '../model/formatting.ts'
import { useApp } from './app-context.ts'
import { CodeBlock } from './content/code-block.tsx'
import { MathsInText } from './content/maths-in-text.tsx'
import { MentionText } from './room/mention.tsx'

export function Formatted(props: { readonly text: string }) {
  return <>{createMemo(() => blocksIn(props.text).map(blockShown))()}</>
}

function blockShown(block: Block): JSX.Element {
  switch (block.kind) {
    case 'paragraph':
      return <p dir="auto">{block.spans.map(spanShown)}</p>
    case 'quote':
      return <blockquote>{block.blocks.map(blockShown)}</blockquote>
    case 'code':
      return <CodeBlock text={block.text} language={block.language} />
  }
}

function spanShown(span: Span): JSX.Element {
  switch (span.kind) {
    case 'text':
      return span.text.includes('@') ? <MentionText text={span.text} /> : span.text
    case 'link':
      return (
        <a href={span.href} target="_blank" rel="noopener noreferrer nofollow">
          <bdi>{span.text}</bdi>
        </a>
      )
    case 'code':
      return <code dir="ltr">{span.text}</code>
    case 'maths':
      return <MathsInText text={span.text} isBlock={span.isBlock} />
    case 'strong':
      return <strong>{span.spans.map(spanShown)}</strong>
    case 'emphasis':
      return <em>{span.spans.map(spanShown)}</em>
    case 'strike':
      return <s>{span.spans.map(spanShown)}</s>
    case 'spoiler':
      return <Spoiler spans={span.spans} />
  }
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
      <span aria-hidden={!isShown()}>{props.spans.map(spanShown)}</span>
    </button>
  )
}
