/** A server as a child process: started until it is ready, logged, stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const LONGEST_LOG = 4_000_000

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Resolves when the server accepts; polled or read from its output. */
  readonly isReady: (output: string) => boolean | Promise<boolean>
}

export class ServerChild {
  readonly #command: Command
  #child: ChildProcess | undefined
  #output = ''

  constructor(command: Command) {
    this.#command = command
    // A test that dies leaves nothing behind.
    process.once('exit', () => this.#child?.kill('SIGKILL'))
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** How it ended, in words; undefined while it runs. */
  get ending(): string | undefined {
    const { exitCode = null, signalCode = null } = this.#child ?? {}
    return exitCode === null && signalCode === null ? undefined : `code ${exitCode}, signal ${signalCode}`
  }

  get output(): string {
    return this.#output
  }

  /** Waits for words in the output after a place in it. */
  async says(words: RegExp, after: number): Promise<void> {
    for (const until = Date.now() + 10_000; !words.test(this.#output.slice(after));) {
      if (Date.now() > until || this.ending !== undefined) throw new Error(`the server did not say ${words}:\n${this.#output.slice(after)}`)
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }

  async start(): Promise<void> {
    const { file, args, env, isReady } = this.#command
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#child = child
    let output = ''
    const keep = (bytes: Buffer): void => {
      output += bytes.toString()
      this.#output = (this.#output + bytes.toString()).slice(-LONGEST_LOG)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const until = Date.now() + 20_000
    while (!(await isReady(output))) {
      if (this.ending !== undefined) throw new Error(`${file} ended before it was ready, ${this.ending}:\n${output}`)
      if (Date.now() > until) throw new Error(`${file} was not ready in 20 s:\n${output}`)
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** How it ended and after how long. */
  async stop(): Promise<{ readonly code: number | null; readonly signal: string | null; readonly milliseconds: number }> {
    const started = performance.now()
    const [code, signal] = await this.#end('SIGTERM')
    return { code, signal, milliseconds: performance.now() - started }
  }

  async #end(signal: NodeJS.Signals): Promise<[number | null, string | null]> {
    const child = this.#child
    if (!child) return [0, null]
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode]
    const ended = once(child, 'exit')
    child.kill(signal)
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000)
    const [code, how] = (await ended) as [number | null, string | null]
    clearTimeout(tooLong)
    return [code, how]
  }
}
