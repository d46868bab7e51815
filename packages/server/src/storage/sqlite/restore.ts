/** Puts a backup in the place of the store, whole or not at all. The store must not be open. */
import { closeSync, copyFileSync, existsSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../repositories.ts'
import { sync } from './backup.ts'
import { checkIdentity, databaseFile, syncFolder } from './database.ts'
import { explain } from './failure.ts'
import { lockFolder } from './lock.ts'

export interface RestoreOptions {
  /** Restores even where there is a store; what was there is kept beside it under the name that is returned. */
  readonly replace?: boolean
}

export interface Restored {
  /** Where the store that was there before is now. */
  readonly kept: string | undefined
}

/** Throws StoreInUse while a server has the store open, StorageError when the backup is not whole or a store is there already. */
export function restore(file: string, folder: string, { replace = false }: RestoreOptions = {}): Restored {
  if (!existsSync(file)) throw new StorageError(`There is no file ${file}.`)
  const lock = lockFolder(folder)
  const database = databaseFile(folder)
  const unfinished = `${database}.unfinished`
  try {
    const exists = existsSync(database)
    if (exists && !replace)
      throw new StorageError(
        `There is a store in ${folder} already. Add --replace to put the backup in its place, or choose another folder.`,
      )
    closeSync(openSync(unfinished, 'w', 0o600))
    copyFileSync(file, unfinished)
    verify(unfinished, file)
    sync(unfinished)
    const kept = exists ? setAside(database) : undefined
    renameSync(unfinished, database)
    syncFolder(folder)
    return { kept }
  } finally {
    for (const ending of ['', '-wal', '-shm']) rmSync(unfinished + ending, { force: true })
    lock.release()
  }
}

/** Checks the copy, so that what was checked is what is put in place. */
function verify(copy: string, file: string): void {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(copy)
    checkIdentity(database, file)
    const result = database.prepare('PRAGMA integrity_check').get()?.['integrity_check']
    if (result !== 'ok') throw new StorageError(`${file} is damaged (${String(result)}). Nothing was changed; try another backup.`)
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'message'").get() === undefined) {
      throw new StorageError(`${file} is empty. Nothing was changed; try another backup.`)
    }
    database.exec('PRAGMA journal_mode = DELETE')
  } catch (error) {
    if (error instanceof StorageError) throw error
    throw new StorageError(`${file} cannot be restored: ${explain(error)}. Nothing was changed.`, { cause: error })
  } finally {
    database?.close()
  }
}

/** Gives the old database a second name; its own name goes to the new one in a single step, so that there is a store at every moment. */
function setAside(database: string): string {
  const kept = `${database}.replaced-${new Date().toISOString().replaceAll(':', '')}`
  foldLog(database)
  linkSync(database, kept)
  // A log left behind would be taken for the new database's own.
  for (const ending of ['-wal', '-shm']) {
    if (existsSync(database + ending)) renameSync(database + ending, kept + ending)
  }
  return kept
}

/** After a crash the newest commits are in the log only: closing the database moves them. One too damaged for that is kept as it is. */
function foldLog(database: string): void {
  try {
    const old = new DatabaseSync(database)
    old.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    old.close()
  } catch {
    // Damaged: perhaps the reason for restoring.
  }
}
