/** Keys to actions, and arrows through lists. */
import type { App } from '../app-context.ts'
import { actionsOf } from './actions.ts'
import { focusComposer, isWriting } from './focus.ts'

const KEPT = 'single keys'

/** Keys of one sign can be turned off: who speaks to the machine would press them with every word (WCAG 2.1.4). */
export const hasSingleKeys = (): boolean => localStorage.getItem(KEPT) !== 'off'
export const setSingleKeys = (isOn: boolean): void => (isOn ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, 'off'))

/** `Control+k`; the command key of a Mac is the same. Shift is in the sign already. */
function nameOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'Control+' : ''
  const alt = event.altKey ? 'Alt+' : ''
  return control + alt + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
}

export function pressed(app: App, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const isOver = document.querySelector('dialog[open]') !== null
  if (moveInList(event)) return event.preventDefault()
  if (event.key === 'Escape' && !isOver) return escape(event)
  const name = nameOf(event)
  const isSingle = name.length === 1
  if (isOver || (isSingle && (isWriting(event.target) || !hasSingleKeys()))) return
  const action = actionsOf(app).find(({ keys }) => keys?.includes(name))
  if (!action) return
  event.preventDefault()
  action.run()
}

/** From a message back to where one writes. */
function escape(event: KeyboardEvent): void {
  if (event.target instanceof Element && event.target.closest('.log')) focusComposer()
}

const LISTS = '.list, .places, .chips, [data-arrows]'

/** Up, down, to the first and the last of a list. All of it can be reached by Tab too. */
function moveInList(event: KeyboardEvent): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isWriting(event.target)) return false
  const list = event.target instanceof Element ? event.target.closest(LISTS) : null
  if (!list) return false
  const items = [...list.children].flatMap(row => row.querySelector<HTMLElement>('a, button') ?? [])
  const at = items.findIndex(item => item.parentElement?.contains(document.activeElement))
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key]
  if (to === undefined) return false
  items[Math.max(0, Math.min(items.length - 1, to))]?.focus()
  return true
}
