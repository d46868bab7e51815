/** The thread that writes: one batch at a time, answers in the order of the questions. */
import { parentPort, workerData } from 'node:worker_threads'
import { openForWriting } from '../database.ts'
import { explain } from '../failure.ts'
import { StorageError } from '../../repositories.ts'
import type { FromWriter, ToWriter, WriterOptions } from '../protocol.ts'
import { Checkpoints } from './checkpoint.ts'
import { Indexing } from './indexing.ts'
import { WordIndex } from './word-index.ts'
import { Writer } from './writer.ts'

const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
const say = (message: FromWriter): void => port.postMessage(message)

try {
  serve(workerData as WriterOptions)
} catch (error) {
  say({ kind: 'refused', why: error instanceof StorageError ? error.message : explain(error) })
}

function serve({ file, tailRows, pagesAtMost, isSearchable }: WriterOptions): void {
  const database = openForWriting(file)
  if (pagesAtMost !== undefined) database.exec(`PRAGMA max_page_count = ${pagesAtMost}`)
  const writer = new Writer(database, tailRows)
  const checkpoints = new Checkpoints(database, file)
  const words = new WordIndex(database)
  if (!isSearchable) words.empty()
  const indexing = isSearchable ? new Indexing(words, () => checkpoints.committed()) : undefined

  const close = async (): Promise<void> => {
    indexing?.close()
    await checkpoints.close()
    database.close()
    port?.close()
  }

  port?.on('message', (message: ToWriter) => {
    switch (message.kind) {
      case 'batch': {
        const outcome = writer.write(message.rows, message.writes)
        say({ ...outcome, reads: writer.read(message.reads) })
        checkpoints.committed()
        indexing?.committed(message.rows.count)
        break
      }
      case 'reads':
        say({ kind: 'answers', reads: writer.read(message.reads) })
        break
      case 'close':
        void close()
    }
  })
  say({ kind: 'ready', lastId: writer.lastId() })
}
