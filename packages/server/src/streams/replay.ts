/** Gives a client that came back what waited for it (XEP-0198 §5), reading from the archive what is only remembered by its place. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Now } from '../routing/now.ts'
import type { Place } from '../routing/session.ts'
import type { ArchiveId } from '../storage/repositories.ts'
import type { Backlog } from './backlog.ts'
import { type Remnant, markOf, placeOf } from './remnant.ts'

const PAGE = 100
const PAUSE_MS = 20

export type Recall = (account: Account, places: readonly Place[]) => Promise<readonly (Stanza | undefined)[]>

interface Client {
  /** False when it is gone again: the rest waits on. */
  readonly isHere: () => boolean
  /** Much that it was sent is still on its way. */
  readonly isSlow: () => boolean
  readonly recall: (places: readonly Place[]) => Promise<readonly (Stanza | undefined)[]>
  readonly send: (stanza: Stanza, mark: ArchiveId) => void
  readonly done: () => void
}

type Entry = readonly [string | number, Remnant]

/** At once when nothing has to be read: a line that was lost for a moment. */
export function replay(backlog: Backlog, client: Client): Now<void> {
  for (;;) {
    const entries = backlog.first(PAGE)
    if (entries.length === 0) return client.done()
    if (client.isSlow() || entries.some(([, remnant]) => placeOf(remnant))) return later(backlog, client)
    for (const entry of entries) hand(entry, undefined, backlog, client)
    if (!client.isHere()) return undefined
  }
}

async function later(backlog: Backlog, client: Client): Promise<void> {
  while (client.isHere()) {
    const entries = backlog.first(PAGE)
    if (entries.length === 0) return client.done()
    const places = entries.flatMap(([, remnant]) => placeOf(remnant) ?? [])
    const found = places.length > 0 ? await client.recall(places) : []
    let read = 0
    for (const entry of entries) {
      const stanza = placeOf(entry[1]) && found[read++]
      // In the meantime it may have gone, or something newer may have come in the place of this.
      if (client.isHere() && backlog.has(...entry)) hand(entry, stanza, backlog, client)
    }
    while (client.isHere() && client.isSlow()) await sleep(PAUSE_MS)
  }
}

/** What is in the archive no more is left out. */
function hand([name, remnant]: Entry, found: Stanza | undefined, backlog: Backlog, { send }: Client): void {
  backlog.remove(name)
  const stanza = typeof remnant === 'object' && 'stanza' in remnant ? remnant.stanza : found
  if (stanza) send(stanza, markOf(remnant))
}
