/** Who is here and how: of a person's devices the one that says most. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'

export type Availability = 'unknown' | 'offline' | 'available' | 'away' | 'busy'

export interface Presence {
  readonly availability: Availability
  /** In their own words. */
  readonly status: string
}

export const UNKNOWN: Presence = { availability: 'unknown', status: '' }
export const OFFLINE: Presence = { availability: 'offline', status: '' }

const SHOWS: Readonly<Record<string, Availability>> = { chat: 'available', away: 'away', xa: 'away', dnd: 'busy' }
const MOST_STATUS = 300

export function presenceIn(stanza: Element): Presence {
  if (stanza.attributes['type'] === 'unavailable') return { availability: 'offline', status: statusIn(stanza) }
  return { availability: SHOWS[stanza.child(CLIENT, 'show')?.text ?? ''] ?? 'available', status: statusIn(stanza) }
}

const statusIn = (stanza: Element): string => (stanza.child(CLIENT, 'status')?.text ?? '').trim().slice(0, MOST_STATUS)

const MOST: readonly Availability[] = ['busy', 'available', 'away', 'offline', 'unknown']

/** Busy on one device is busy; otherwise whoever is at any device is here. Of two that say the same, the later one has the words. */
export function best(devices: Iterable<Presence>): Presence {
  let found: Presence = OFFLINE
  for (const one of devices) if (MOST.indexOf(one.availability) <= MOST.indexOf(found.availability)) found = one
  return found
}
