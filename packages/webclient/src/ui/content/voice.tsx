/** A voice message: recorded, heard before it goes, sent or thrown away. It takes the place of where one writes meanwhile. */
import { Match, Show, Switch, createSignal, onCleanup, onMount } from 'solid-js'
import type { InThread } from '../../model/threads.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { clockOf } from './amounts.ts'
import { Player } from './player.tsx'
import { LONGEST_MS, type Recorded, type Recording, record } from './recording.ts'

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'recording'; readonly recording: Recording }
  | { readonly kind: 'done'; readonly recorded: Recorded; readonly url: string }
  | { readonly kind: 'failed'; readonly isDenied: boolean }

export function VoiceRecorder(props: {
  readonly address: string
  readonly thread: () => InThread | undefined
  readonly close: () => void
}) {
  const { session, words } = useApp()
  const [stage, setStage] = createSignal<Stage>({ kind: 'asking' })
  const [level, setLevel] = createSignal(0)
  const [elapsed, setElapsed] = createSignal(0)
  let frame = 0
  let isGone = false
  let sendButton: HTMLButtonElement | undefined
  const follow = (recording: Recording): void => {
    setLevel(recording.level())
    setElapsed(recording.elapsed())
    if (recording.elapsed() >= LONGEST_MS) return void stop()
    frame = requestAnimationFrame(() => follow(recording))
  }
  const stop = async (): Promise<Recorded | undefined> => {
    const now = stage()
    if (now.kind === 'done') return now.recorded
    if (now.kind !== 'recording') return undefined
    cancelAnimationFrame(frame)
    const recorded = await now.recording.stop()
    if (!isGone) {
      setStage({ kind: 'done', recorded, url: URL.createObjectURL(recorded.file) })
      sendButton?.focus()
    }
    return recorded
  }
  const send = async (): Promise<void> => {
    const recorded = await stop()
    if (!recorded || isGone) return
    session.files.sendSound(props.address, recorded.file, recorded.length, props.thread())
    props.close()
  }
  const begin = async (): Promise<void> => {
    try {
      const recording = await record()
      if (isGone) return recording.cancel()
      setStage({ kind: 'recording', recording })
      return follow(recording)
    } catch (error) {
      return void setStage({ kind: 'failed', isDenied: error instanceof DOMException && error.name === 'NotAllowedError' })
    }
  }
  onMount(() => void begin())
  onCleanup(() => {
    isGone = true
    cancelAnimationFrame(frame)
    const now = stage()
    if (now.kind === 'recording') now.recording.cancel()
    if (now.kind === 'done') URL.revokeObjectURL(now.url)
  })
  const failure = (): (Stage & { kind: 'failed' }) | false => {
    const now = stage()
    return now.kind === 'failed' && now
  }
  const done = (): (Stage & { kind: 'done' }) | false => {
    const now = stage()
    return now.kind === 'done' && now
  }
  return (
    <div
      class="voice"
      role="group"
      aria-label={words().voiceMessage}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        props.close()
      }}
    >
      <Switch>
        <Match when={stage().kind === 'asking'}>
          <span role="status">{words().askingForMicrophone}</span>
        </Match>
        <Match when={failure()}>
          {failed => (
            <span class="bad" role="alert">
              {failed().isDenied ? words().microphoneDenied : words().noMicrophone}
            </span>
          )}
        </Match>
        <Match when={stage().kind === 'recording'}>
          <span class="hidden" role="status">
            {words().recording}
          </span>
          <span class="lamp" aria-hidden="true" />
          <span class="clock" role="timer" aria-label={words().recordedSoFar}>
            {clockOf(elapsed() / 1000)}
          </span>
          <meter min="0" max="1" value={level()} aria-label={words().loudness} />
          <button
            type="button"
            class="icon-button"
            ref={element => queueMicrotask(() => element.focus())}
            aria-label={words().stopRecording}
            onClick={() => void stop()}
          >
            <Icon name="stop" />
          </button>
        </Match>
        <Match when={done()}>{found => <Player url={found().url} length={found().recorded.length} name={words().voiceMessage} />}</Match>
      </Switch>
      <button type="button" class="icon-button" aria-label={words().discardRecording} onClick={() => props.close()}>
        <Icon name="bin" />
      </button>
      <Show when={stage().kind === 'recording' || stage().kind === 'done'}>
        <button
          ref={element => (sendButton = element)}
          type="button"
          class="send"
          aria-label={words().sendRecording}
          onClick={() => void send()}
        >
          <Icon name="send" />
        </button>
      </Show>
    </div>
  )
}
