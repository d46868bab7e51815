/** Of which messages one is told outside of the page: what the conversation's own setting lets through. */
import { isMentioned } from '../model/unread.ts'
import type { Conversation } from '../state/state.ts'

/** `names` are one's own, as people call one. */
export function isToldOf({ kind, notify }: Pick<Conversation, 'kind' | 'notify'>, text: string, names: readonly string[]): boolean {
  if (notify === 'none') return false
  return notify === 'all' || kind === 'person' || isMentioned(text, names)
}
