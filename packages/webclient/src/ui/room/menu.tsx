/** A menu beside what it is about, for mouse, finger and keys (WAI-ARIA menu button). */
import { For, onCleanup, onMount } from 'solid-js'
import { type IconName, Icon } from '../icons.tsx'

export interface Choice {
  readonly name: string
  readonly icon: IconName
  readonly isBad?: boolean
  readonly act: () => void
}

const GAP = 4
const EDGE = 8

export function Menu(props: {
  readonly at: HTMLElement
  readonly label: string
  readonly choices: readonly Choice[]
  readonly close: () => void
}) {
  let list!: HTMLDivElement
  const items = (): readonly HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const back = (): void => {
    props.close()
    props.at.focus()
  }
  const place = (): void => {
    const { top, bottom, left, right } = props.at.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = list
    const below = bottom + GAP + height <= innerHeight - EDGE
    list.style.top = `${Math.max(EDGE, below ? bottom + GAP : top - GAP - height)}px`
    const wanted = document.documentElement.dir === 'rtl' ? left : right - width
    list.style.left = `${Math.max(EDGE, Math.min(wanted, innerWidth - width - EDGE))}px`
  }
  onMount(() => {
    place()
    items()[0]?.focus()
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !list.contains(event.target)) props.close()
    }
    addEventListener('pointerdown', outside, true)
    addEventListener('resize', props.close)
    onCleanup(() => {
      removeEventListener('pointerdown', outside, true)
      removeEventListener('resize', props.close)
    })
  })
  const keydown = (event: KeyboardEvent): void => {
    const all = items()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      event.stopPropagation()
      back()
    } else if (next !== undefined) {
      event.preventDefault()
      all.at(next % all.length)?.focus()
    }
  }
  return (
    <div class="menu" role="menu" aria-label={props.label} ref={element => (list = element)} onKeyDown={keydown}>
      <For each={props.choices}>
        {choice => (
          <button
            type="button"
            role="menuitem"
            tabindex="-1"
            classList={{ risky: choice.isBad }}
            onClick={() => {
              back()
              choice.act()
            }}
          >
            <Icon name={choice.icon} />
            <span>{choice.name}</span>
          </button>
        )}
      </For>
    </div>
  )
}
