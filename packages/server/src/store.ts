/** Which store the settings ask for. Apart from the rest of the server, so that its thread can set out while that is still being read. */
import type { Settings } from './settings.ts'
import type { Store } from './storage/repositories.ts'
import { openSqliteStore } from './storage/sqlite/store.ts'

/** Rejects in words for the operator: StoreInUse when another process has it open, StorageError when it cannot be opened. */
export async function openStore({ data, archive }: Pick<Settings, 'data' | 'archive'>): Promise<Store> {
  return openSqliteStore({ folder: data, isSearchable: archive.search })
}
