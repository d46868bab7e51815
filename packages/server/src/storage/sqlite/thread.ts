/** Starts a storage thread and tells when it ends by itself. */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StorageError } from '../repositories.ts'

export interface Thread<To> {
  readonly post: (message: To) => void
  /** Settles when the thread has ended. */
  readonly ended: Promise<void>
}

export interface ThreadOptions<From> {
  readonly file: URL
  readonly name: string
  readonly data: unknown
  readonly hear: (message: From) => void
  readonly died: (error: StorageError) => void
}

export function startThread<To, From>({ file, name, data, hear, died }: ThreadOptions<From>): Thread<To> {
  // execArgv: what the process was started with (--test, --inspect-brk) is not for this thread.
  const worker = new Worker(file, { name, workerData: data, execArgv: [], env: environment() })
  const ended = Promise.withResolvers<void>()
  worker.on('message', hear)
  worker.on('error', (error: unknown) => died(new StorageError(`The thread "${name}" died: ${String(error)}`, { cause: error })))
  worker.on('exit', code => {
    if (code !== 0) died(new StorageError(`The thread "${name}" ended with code ${code}.`))
    ended.resolve()
  })
  return { post: message => worker.postMessage(message), ended: ended.promise }
}

/** A thread does not share the compile cache of the process by itself; with it the store opens in half the time. */
function environment(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir()
  // The folder is of this version of Node, in the one that was asked for.
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) }
}
