/** For tests: stores in folders of their own, closed and removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../repositories.ts'
import { openSqliteStore, type SqliteOptions } from './store.ts'

export interface Temporary extends AsyncDisposable {
  readonly folder: string
  /** Closes what is open and opens it again. */
  readonly open: (options?: Partial<SqliteOptions>) => Promise<Store>
}

export function temporaryStore(folder = mkdtempSync(join(tmpdir(), 'plodge-store-'))): Temporary {
  let store: Store | undefined
  return {
    folder,
    async open(options = {}) {
      await store?.close()
      store = await openSqliteStore({ folder, ...options })
      return store
    },
    async [Symbol.asyncDispose]() {
      await store?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
