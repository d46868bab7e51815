/** Keys as they are written on them. */
import { For } from 'solid-js'
import { useApp } from '../app-context.ts'

const SIGNS: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓' }
const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

export function KeyCaps(props: { readonly keys: readonly string[] }) {
  const { words } = useApp()
  const nameOf = (key: string): string => {
    const names: Readonly<Record<string, string>> = { ...words().keyNames, ...(isMac && { Control: '⌘', Alt: '⌥' }) }
    return SIGNS[key] ?? names[key] ?? key.toUpperCase()
  }
  return (
    <span class="caps" dir="ltr">
      <For each={props.keys}>{keys => <kbd>{keys.split('+').map(nameOf).join(' ')}</kbd>}</For>
    </span>
  )
}
