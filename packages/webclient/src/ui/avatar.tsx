/** A person or a room at a glance: initials in a muted colour of their own (XEP-0392), and presence as a shape with a word, not a colour alone. */
import { Show } from 'solid-js'
import type { Availability } from '../model/presence.ts'
import { useApp } from './app-context.ts'

/** One of the twelve hues of the style sheet; the same for an address everywhere. */
function hueOf(text: string): number {
  let sum = 0
  for (const sign of text) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0
  return sum % 12
}

function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter(word => /^[\p{L}\p{N}]/u.test(word))
  const [first = '', last = ''] = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? name]
  return (firstSign(first) + (last === '' ? '' : firstSign(last))).toLocaleUpperCase()
}
const firstSign = (word: string): string => Array.from(word)[0] ?? ''

export function Avatar(props: {
  readonly address: string
  readonly name: string
  readonly isRoom?: boolean
  readonly availability?: Availability | undefined
}) {
  return (
    <span class="avatar" classList={{ square: props.isRoom ?? false, [`hue-${hueOf(props.address)}`]: true }} aria-hidden="true">
      {initialsOf(props.name)}
      <Show when={props.availability && props.availability !== 'unknown'}>
        <i class={`dot ${props.availability}`} />
      </Show>
    </span>
  )
}

export function AvailabilityWord(props: { readonly availability: Availability }) {
  const { words } = useApp()
  const text = (): string => {
    const { available, away, busy, unavailable, presenceUnknown } = words()
    return { available, away, busy, offline: unavailable, unknown: presenceUnknown }[props.availability]
  }
  return <>{text()}</>
}
