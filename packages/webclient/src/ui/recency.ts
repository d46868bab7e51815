/** The order of the list of conversations: rooms one is in and people one talked with; newest first. */
import type { Conversation } from '../state/state.ts'

export function byRecency(all: readonly Conversation[]): readonly Conversation[] {
  const shown = all.filter(({ messages, room }) => (room ? room.isBookmarked || room.joined.kind === 'inside' : messages.length > 0))
  return shown.sort((one, other) => (other.messages.at(-1)?.time ?? 0) - (one.messages.at(-1)?.time ?? 0))
}
