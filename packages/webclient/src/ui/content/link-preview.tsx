/** What the page behind a message's first link says of itself. Asked for when the message is on the screen; where it leads is said by us, not by it. */
import { Show, createSignal, onCleanup, onMount } from 'solid-js'
import type { Preview } from '../../session/previews.ts'
import { useApp } from '../app-context.ts'

export function LinkPreview(props: { readonly href: string }) {
  const { session } = useApp()
  const [preview, setPreview] = createSignal<Preview>()
  let place!: HTMLDivElement
  onMount(() => {
    let isGone = false
    const watch = new IntersectionObserver(entries => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      watch.disconnect()
      void session.previews.of(props.href).then(found => isGone || setPreview(found))
    })
    watch.observe(place)
    onCleanup(() => {
      isGone = true
      watch.disconnect()
    })
  })
  return (
    <div class="preview-place" aria-live="off" ref={element => (place = element)}>
      <Show when={preview()}>
        {found => (
          <a class="link-preview" href={props.href} target="_blank" rel="noopener noreferrer nofollow">
            <small>
              <bdi>{new URL(props.href).hostname}</bdi>
            </small>
            <b dir="auto">{found().title}</b>
            <Show when={found().description !== ''}>
              <span dir="auto">{found().description}</span>
            </Show>
          </a>
        )}
      </Show>
    </div>
  )
}
