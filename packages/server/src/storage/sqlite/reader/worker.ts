/** The thread that reads history, so that a long page never delays a commit. */
import { parentPort, workerData } from 'node:worker_threads'
import { openForReading } from '../database.ts'
import { explain } from '../failure.ts'
import type { Answer, Call, FromReader, ToReader } from '../protocol.ts'
import { historyCalls } from './history.ts'

const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')

const database = openForReading(workerData as string)
const calls: Readonly<Record<string, ((...args: never[]) => unknown) | undefined>> = historyCalls(database)

port.on('message', (message: ToReader) => {
  if (message.kind === 'reads') {
    port.postMessage({ kind: 'answers', reads: message.reads.map(answer) } satisfies FromReader)
    return
  }
  database.close()
  port.close()
})

/** One snapshot a question, so that index and messages agree. */
function answer({ name, args }: Call): Answer {
  try {
    database.exec('BEGIN')
    return { value: calls[name]?.(...(args as never[])) }
  } catch (error) {
    return { error: explain(error) }
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}
