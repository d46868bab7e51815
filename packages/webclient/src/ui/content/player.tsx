/** Plays a voice message: where it is, how fast it goes, from the keyboard as by hand. Nothing is fetched before somebody wants to hear it. */
import { createSignal, onCleanup } from 'solid-js'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { clockOf } from './amounts.ts'

const SPEEDS = [1, 1.25, 1.5, 2] as const
/** Only one is heard at a time. */
let playing: HTMLAudioElement | undefined

export function Player(props: {
  readonly url: string
  /** In milliseconds, where it is said: what a browser records does not know it itself. */
  readonly length: number | undefined
  readonly name: string
  readonly broken?: () => void
}) {
  const { words } = useApp()
  const [isPlaying, setPlaying] = createSignal(false)
  const [at, setAt] = createSignal(0)
  const [known, setKnown] = createSignal<number>()
  const [speed, setSpeed] = createSignal<number>(1)
  let audio!: HTMLAudioElement
  const length = (): number => known() ?? (props.length ?? 0) / 1000
  const toggle = (): void => {
    if (!audio.paused) return audio.pause()
    playing?.pause()
    playing = audio
    audio.playbackRate = speed()
    void audio.play().catch(() => props.broken?.())
  }
  const faster = (): void => {
    setSpeed(SPEEDS[(SPEEDS.findIndex(one => one === speed()) + 1) % SPEEDS.length] ?? 1)
    audio.playbackRate = speed()
  }
  const learn = (): void => void (Number.isFinite(audio.duration) && setKnown(audio.duration))
  onCleanup(() => {
    audio.pause()
    if (playing === audio) playing = undefined
  })
  return (
    <div class="player" role="group" aria-label={words().soundNamed(props.name)}>
      <audio
        ref={element => (audio = element)}
        src={props.url}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => {
          setPlaying(false)
          setAt(0)
        }}
        onTimeUpdate={() => setAt(audio.currentTime)}
        onDurationChange={learn}
        onError={() => props.broken?.()}
      />
      <button type="button" class="icon-button round" aria-label={isPlaying() ? words().pause : words().play} onClick={toggle}>
        <Icon name={isPlaying() ? 'pause' : 'play'} />
      </button>
      <input
        type="range"
        min="0"
        max={Math.max(length(), at(), 0.1)}
        step="0.1"
        value={at()}
        aria-label={words().soundPlace}
        aria-valuetext={words().soundAt(clockOf(at()), clockOf(length()))}
        onInput={event => {
          audio.currentTime = event.currentTarget.valueAsNumber
          setAt(event.currentTarget.valueAsNumber)
        }}
      />
      <span class="clock">{clockOf(isPlaying() || at() > 0 ? at() : length())}</span>
      <button type="button" class="speed" aria-label={words().speedIs(speed())} onClick={faster}>
        {speed()}×
      </button>
    </div>
  )
}
