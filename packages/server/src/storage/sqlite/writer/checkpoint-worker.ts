/** The thread that moves the bulk of the write-ahead log into the database. Not exclusive: commits go on meanwhile. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const database = new DatabaseSync(workerData as string)
// FULL: the database is synced before the log may be started anew.
database.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -500')
const move = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

parentPort?.on('message', (message: 'move' | 'close') => {
  if (message === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  try {
    move.get()
  } finally {
    parentPort?.postMessage('moved')
  }
})
