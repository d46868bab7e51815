/** What people in a room are called: as one calls them oneself, otherwise as they call themselves, otherwise by the nickname. */
import { shown } from '../../model/names.ts'
import type { AppState, Who } from '../../state/state.ts'

const whoIs = (state: AppState, room: string, nick: string): Who | undefined => state.conversations[room]?.room?.who[nick]

export function nameInRoom(state: AppState, room: string, nick: string): string {
  const who = whoIs(state, room, nick)
  return shown((who?.address === undefined ? undefined : state.people[who.address]?.name) ?? who?.name ?? nick)
}

/** Undefined where it is not known. */
export const addressInRoom = (state: AppState, room: string, nick: string): string | undefined => whoIs(state, room, nick)?.address
