/** One process at a time: holds an exclusive lock beside the database for as long as the store is open. The system frees it when we die. */
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../repositories.ts'
import { sqliteCode } from './failure.ts'

const BUSY = 5

/** Somebody else has the store open. */
export class StoreInUse extends StorageError {
  constructor(folder: string) {
    super(`The store in ${folder} is in use by another process, most likely the running server. Stop it first, or ask it to do this.`)
  }
}

export interface FolderLock {
  readonly release: () => void
}

/** Makes the folder when there is none. Throws StoreInUse. */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'lock.db')
  closeSync(openSync(file, 'a', 0o600))
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    // An empty database locks as well as a full one, and nothing is ever written to it.
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw sqliteCode(error) === BUSY ? new StoreInUse(folder) : error
  }
  return { release: () => database.close() }
}
