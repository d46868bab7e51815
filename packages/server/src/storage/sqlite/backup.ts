/** Copies the database while it is written to: the copy is as of one moment, whole on disk before it gets its name. */
import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, rmSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { backup } from 'node:sqlite'
import { StorageError } from '../repositories.ts'
import { openForReading, syncFolder } from './database.ts'
import { explain } from './failure.ts'

export async function backUp(database: string, target: string): Promise<void> {
  if (existsSync(target)) throw new StorageError(`${target} exists already. Give the backup another name, or move that file away.`)
  const unfinished = `${target}.unfinished`
  try {
    closeSync(openSync(unfinished, 'w', 0o600))
    await copy(database, unfinished)
    sync(unfinished)
    nameIt(unfinished, target)
    syncFolder(dirname(target))
  } catch (error) {
    throw error instanceof StorageError ? error : new StorageError(`The backup to ${target} failed: ${explain(error)}`, { cause: error })
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** The open transaction holds one moment still: later commits neither show in the copy nor make it start again. */
async function copy(database: string, target: string): Promise<void> {
  const source = openForReading(database)
  try {
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM setting').get()
    await backup(source, target, { rate: 256 })
  } finally {
    source.close()
  }
}

export function sync(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** A link, unlike a rename, never replaces a file that came in the meantime. */
function nameIt(unfinished: string, target: string): void {
  try {
    linkSync(unfinished, target)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'ENOTSUP')) {
      copyFileSync(unfinished, target, constants.COPYFILE_EXCL)
      sync(target)
      return
    }
    throw error
  }
}
