/** Opens the database file: its settings, who it says it is, and the migrations it still needs. */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../repositories.ts'
import { migrations } from './migrations/list.ts'

/** "PLDG", at offset 68 of the file, where `file` and we can read it. */
const APPLICATION = 0x504c4447

export const databaseFile = (folder: string): string => join(folder, 'plodge.db')

/** For the one thread that writes. Makes the file, readable by its owner alone: there are password hashes in it. */
export function openForWriting(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600))
  syncFolder(dirname(file))
  const database = new DatabaseSync(file, { timeout: 5000 })
  try {
    checkIdentity(database, file)
    // FULL: the log is on disk before COMMIT returns. Checkpoints are made between batches, see writer/checkpoint.ts.
    // What is deleted is overwritten (docs/decisions/0018).
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;
      PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON`)
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export function openForReading(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  database.exec('PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY')
  return database
}

/** Throws, in words, when the file is somebody else's or from a newer Plodge. */
export function checkIdentity(database: DatabaseSync, file: string): void {
  const version = pragma(database, 'user_version')
  const application = pragma(database, 'application_id')
  const isEmpty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0
  if (application !== APPLICATION && !(isEmpty && application === 0)) {
    throw new StorageError(`${file} is a database, but not one of Plodge's. Move it away, or give Plodge another folder.`)
  }
  if (version > migrations.length) {
    throw new StorageError(
      `${file} was written by a newer Plodge (its schema is ${version}, this one knows ${migrations.length}). ` +
        'Start that version again, or restore a backup that this one made.',
    )
  }
}

export function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function migrate(database: DatabaseSync): void {
  for (let version = pragma(database, 'user_version'); version < migrations.length; version++) {
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(migrations[version] ?? '')
      database.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${version + 1}; COMMIT`)
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}
