/** The list of modules, each called with what it needs. To remove one, delete its folder and its line here. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rosters } from './accounts/rosters.ts'
import { archive } from './modules/archive/archive.ts'
import { blocking } from './modules/blocking/blocking.ts'
import { carbons } from './modules/carbons/carbons.ts'
import { offline } from './modules/offline/offline.ts'
import { presence } from './modules/presence/presence.ts'
import { roster } from './modules/roster/roster.ts'
import { Subscriptions } from './modules/roster/subscriptions.ts'
import type { Host, Module } from './routing/host.ts'
import type { Session } from './routing/session.ts'
import type { Settings } from './settings.ts'
import type { Store } from './storage/repositories.ts'

/** Output that waits for a client before catching up pauses. */
const SLOW_BYTES = 262_144

export interface ModuleNeeds {
  readonly host: Host
  readonly settings: () => Settings
  readonly store: Store
  readonly rosters: Rosters
}

export interface InstalledModules {
  readonly modules: readonly Module[]
  /** Writes what modules keep in memory for a while. */
  close(): Promise<void>
}

export function installModules({ host, settings, store, rosters }: ModuleNeeds): InstalledModules {
  const { limits, archive: history } = settings()
  const { documents } = store
  const shown = presence({ rosters, mostDirected: limits.directedPresences })
  const subscriptions = new Subscriptions({ host, rosters, mostItems: limits.rosterItems, show: shown.show })
  const kept = archive({ archive: store.archive, documents, rosters, settings: history })
  const late = offline({ archive: store.archive, isInHistory: (message, owner) => kept.isInHistory(message, owner), pace: session => pace(host, session) })
  const modules = [
    shown,
    roster({ rosters, subscriptions, mostItems: limits.rosterItems }),
    kept,
    late,
    carbons(),
    blocking({ documents, rosters, show: shown.show, mostAddresses: limits.blockedAddresses }),
  ]
  host.install(modules)
  return { modules, close: () => late.close() }
}

/** Waits while a client is slow to take what is sent to it, as long as it is there. */
async function pace(host: Host, session: Session): Promise<void> {
  do await sleep(session.queued > SLOW_BYTES ? 50 : 0)
  while (session.queued > SLOW_BYTES && host.sessions.at(session.jid) === session)
}
