/** Puts what a browser kept back to where it is shown, before the first word of the server. */
import type { People } from '../session/people.ts'
import type { Rooms } from '../session/rooms.ts'
import type { Speech } from '../session/speech.ts'
import type { Timelines } from '../session/timelines.ts'
import type { Desk } from '../session/desk.ts'
import { NO_ROOM } from '../state/state.ts'
import type { Keeper } from './keeper.ts'
import { timelineOf } from './kept.ts'
import type { Remembered } from './memory.ts'

interface Parts {
  readonly desk: Desk
  readonly people: People
  readonly rooms: Rooms
  readonly timelines: Timelines
  readonly speech: Speech
}

export function restore({ desk, people, rooms, timelines, speech }: Parts, remembered: Remembered, keeper: Keeper): void {
  const { conversations, waiting, ownName } = remembered
  if (ownName !== undefined) desk.set('ownName', ownName)
  people.restore(remembered.people)
  const ids = new Set(waiting.map(({ id }) => id))
  for (const kept of conversations) {
    const { address, kind, name, displayed, notify, isBookmarked, subject, nick } = kept
    const room = kind === 'room' ? { ...NO_ROOM, isBookmarked, subject } : undefined
    keeper.restored(kept)
    timelines.restore(address, kind, timelineOf(kept, ids), { name, displayed, notify, room })
    rooms.restore(address, nick)
  }
  speech.outbox.restore(waiting)
  if (remembered.people.length > 0 || conversations.length > 0) desk.set('isKnown', true)
}
