/** Where the keyboard is: into the field one writes in, into the messages, and to what has just been opened. */

const visible = (selector: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>(selector)].find(element => element.checkVisibility())

export function focusComposer(): void {
  visible('main .composer textarea')?.focus()
}

/** The newest one: arrows lead to the others. */
export function focusMessages(): void {
  const log = visible('main .log')
  const rows = log?.querySelectorAll<HTMLElement>('.message')
  ;(rows?.item(rows.length - 1) ?? log)?.focus()
}

/** What was opened has the keyboard, unless it took it itself: the field of a conversation, otherwise the page. A phone's keyboard stays shut. */
export function focusPlace(kind: string): void {
  const main = visible('#main')
  if (!main || document.querySelector('dialog[open]') || (main.contains(document.activeElement) && document.activeElement !== main)) return
  if (kind === 'conversation' && !matchMedia('(pointer: coarse)').matches) return focusComposer()
  main.focus({ preventScroll: true })
}

/** Whether keys write there. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=range])'))
