/** The list of modules, each called with what it needs. To remove one, delete its folder and its line here. */
import type { Rosters } from './accounts/rosters.ts'
import { presence } from './modules/presence/presence.ts'
import { roster } from './modules/roster/roster.ts'
import { Subscriptions } from './modules/roster/subscriptions.ts'
import type { Host, Module } from './routing/host.ts'
import type { Settings } from './settings.ts'
import type { Store } from './storage/repositories.ts'

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

export function installModules({ host, settings, rosters }: ModuleNeeds): InstalledModules {
  const { limits } = settings()
  const shown = presence({ rosters, mostDirected: limits.directedPresences })
  const subscriptions = new Subscriptions({ host, rosters, mostItems: limits.rosterItems, show: shown.show })
  const modules = [shown, roster({ rosters, subscriptions, mostItems: limits.rosterItems })]
  host.install(modules)
  return { modules, close: () => Promise.resolve() }
}
