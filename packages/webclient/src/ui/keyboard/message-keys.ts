/** What keys do on a message that has the keyboard: the same as the signs beside it. */
import type { Message } from '../../model/message.ts'
import type { RowActions } from '../message-row.tsx'
import { isWriting } from './focus.ts'
import { hasSingleKeys } from './keys.ts'

/** Whether it was one of them. */
export function messageKey(event: KeyboardEvent, message: Message, actions: RowActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || message.removed) return false
  if (event.key === 'Delete' && message.isMine) return done(() => actions.remove(message))
  if (!hasSingleKeys() || event.shiftKey) return false
  if (event.key === 'r') return done(() => actions.reply(message))
  if (event.key === 'e' && message.isMine) return done(() => actions.edit(message))
  if (event.key === 'a' && event.target instanceof HTMLElement) {
    const react = event.target.closest('.message')?.querySelector<HTMLElement>('.actions [aria-expanded]')
    return react ? done(() => (react.click(), react.focus())) : false
  }
  return false
}

function done(what: () => void): true {
  what()
  return true
}
