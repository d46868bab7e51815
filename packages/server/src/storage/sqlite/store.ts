/** The store on SQLite: what lasts is in one file, written by one thread, and settled only once it is on disk. */
import { StorageError, type Store } from '../repositories.ts'
import { archive } from './archive.ts'
import { backUp } from './backup.ts'
import { databaseFile } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { HistoryReader } from './history-reader.ts'
import { lockFolder } from './lock.ts'
import type { FromWriter, ToWriter, WriterOptions } from './protocol.ts'
import { purger } from './purger.ts'
import { retracting } from './retracting.ts'
import { accounts, audit, clients, documents, nodes, rooms, rosters, uploads, usage, webSessions } from './point-repositories.ts'
import { startThread, type Thread } from './thread.ts'

export { StoreInUse } from './lock.ts'

export interface SqliteOptions {
  readonly folder: string
  /** Commits begin at least this far apart. */
  readonly commitIntervalMs?: number
  /** Characters of messages that may wait in memory while the disk is slow or full. */
  readonly waitingAtMost?: number
  /** How many rows stay out of the index (docs/decisions/0003); tests want few. */
  readonly tailRows?: number
  /** Whether messages can be searched for words; false empties the index. Undefined is true. */
  readonly isSearchable?: boolean
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number
  /** The most pages the database may have; for tests. */
  readonly pagesAtMost?: number
}

/** Throws StoreInUse when another process has it open, StorageError when it cannot be opened. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const lock = lockFolder(options.folder)
  try {
    return await open(options, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function open(options: SqliteOptions, release: () => void): Promise<Store> {
  const file = databaseFile(options.folder)
  const commits = new GroupCommit({
    intervalMs: options.commitIntervalMs ?? 10,
    waitingAtMost: options.waitingAtMost ?? 64 * 1024 * 1024,
    post: message => writer.post(message),
  })
  const { tailRows = 32_768, isSearchable = true, pagesAtMost } = options
  const { writer, lastId } = await startWriter({ file, tailRows, isSearchable, pagesAtMost }, commits)
  const reader = new HistoryReader(file)
  const purging = purger(commits)
  purging.start()
  const tombstones = retracting(commits, reader)
  void tombstones.run()

  const close = async (): Promise<void> => {
    await purging.stop()
    await tombstones.stop()
    await commits.close()
    await reader.close()
    writer.post({ kind: 'close' })
    await writer.ended
    release()
  }
  let closing: Promise<void> | undefined
  return {
    accounts: accounts(commits, purging.start),
    clients: clients(commits),
    webSessions: webSessions(commits),
    rosters: rosters(commits),
    documents: documents(commits),
    nodes: nodes(commits),
    rooms: rooms(commits, purging.start),
    uploads: uploads(commits),
    audit: audit(commits),
    usage: usage(commits),
    archive: archive({ commits, reader, tombstones, lastId, now: options.now ?? Date.now }),
    backup: target => backUp(file, target),
    get trouble() {
      return commits.trouble
    },
    close: () => (closing ??= close()),
  }
}

async function startWriter(options: WriterOptions, commits: GroupCommit): Promise<{ writer: Thread<ToWriter>; lastId: number }> {
  const ready = Promise.withResolvers<number>()
  const writer = startThread<ToWriter, FromWriter>({
    file: new URL('writer/worker.ts', import.meta.url),
    name: 'storage',
    data: options,
    hear(message) {
      if (message.kind === 'ready') ready.resolve(message.lastId)
      else if (message.kind === 'refused') ready.reject(new StorageError(message.why))
      else commits.hear(message)
    },
    died(error) {
      ready.reject(error)
      commits.abandon(error)
    },
  })
  return { writer, lastId: await ready.promise }
}
