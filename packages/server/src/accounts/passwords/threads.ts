/**
 * A few threads that check passwords: started when there is something to check, ended when there was nothing for a while. Each has one
 * job at a time; the rest wait in a bounded queue. A thread that takes too long or dies is replaced, and costs only its own job.
 */
import { Worker } from 'node:worker_threads'
import type { Answer, Job, Reply } from './jobs.ts'

export interface ThreadsOptions {
  readonly most?: number
  /** Jobs that wait; more are turned away at once. */
  readonly queue?: number
  readonly timeoutMillis?: number
  readonly idleMillis?: number
}

/** Undefined when it cannot be told: too many wait, it took too long, or the thread died. */
export type Outcome = Answer | undefined

interface Waiting {
  readonly job: Job
  readonly settle: (outcome: Outcome) => void
}

interface Thread {
  readonly worker: Worker
  current: { readonly settle: (outcome: Outcome) => void; readonly timer: NodeJS.Timeout } | undefined
}

export class PasswordThreads {
  readonly #most: number
  readonly #queueLimit: number
  readonly #timeoutMillis: number
  readonly #idleMillis: number
  readonly #threads = new Set<Thread>()
  readonly #waiting: Waiting[] = []
  #idle: NodeJS.Timeout | undefined
  #isClosed = false

  constructor({ most = 2, queue = 512, timeoutMillis = 15_000, idleMillis = 60_000 }: ThreadsOptions = {}) {
    this.#most = most
    this.#queueLimit = queue
    this.#timeoutMillis = timeoutMillis
    this.#idleMillis = idleMillis
  }

  /** How many run just now. */
  get size(): number {
    return this.#threads.size
  }

  run(job: Job): Promise<Outcome> {
    if (this.#isClosed || this.#waiting.length >= this.#queueLimit) return Promise.resolve(undefined)
    return new Promise(settle => {
      this.#waiting.push({ job, settle })
      this.#next()
    })
  }

  /** What waits or runs is given up. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { settle } of this.#waiting.splice(0)) settle(undefined)
    await this.#endAll()
  }

  #next(): void {
    const free = this.#waiting.length > 0 ? ([...this.#threads].find(({ current }) => !current) ?? this.#start()) : undefined
    if (!free) return
    const next = this.#waiting.shift()
    if (!next) return
    clearTimeout(this.#idle)
    const timer = setTimeout(() => this.#drop(free), this.#timeoutMillis)
    free.current = { settle: next.settle, timer }
    free.worker.ref()
    free.worker.postMessage(next.job)
  }

  #start(): Thread | undefined {
    if (this.#threads.size >= this.#most) return undefined
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      name: 'passwords',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    })
    const thread: Thread = { worker, current: undefined }
    worker.on('message', (reply: Reply) => {
      this.#settle(thread, reply.kind === 'failed' ? undefined : reply)
      worker.unref()
      this.#next()
      this.#rest()
    })
    // The error's text is not looked at: it could quote a password.
    worker.on('error', () => this.#drop(thread))
    worker.on('exit', () => this.#drop(thread))
    this.#threads.add(thread)
    return thread
  }

  #settle(thread: Thread, outcome: Outcome): void {
    const { current } = thread
    thread.current = undefined
    clearTimeout(current?.timer)
    current?.settle(outcome)
  }

  #drop(thread: Thread): void {
    if (!this.#threads.delete(thread)) return
    this.#settle(thread, undefined)
    void thread.worker.terminate()
    if (!this.#isClosed) this.#next()
  }

  #rest(): void {
    clearTimeout(this.#idle)
    if ([...this.#threads].some(({ current }) => current)) return
    this.#idle = setTimeout(() => void this.#endAll(), this.#idleMillis)
    this.#idle.unref()
  }

  async #endAll(): Promise<void> {
    clearTimeout(this.#idle)
    const threads = [...this.#threads]
    this.#threads.clear()
    for (const thread of threads) this.#settle(thread, undefined)
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }
}
