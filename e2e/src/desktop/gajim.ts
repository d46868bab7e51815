/** `gajim` on a screen that nobody sees: told what its person does, and telling what its person sees. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { Arrivals } from '../clients/device.ts'
import type { Account, Target } from '../target/target.ts'
import { type Screen, missing } from './screen.ts'

const SCRIPT = join(import.meta.dirname, 'drive-gajim.py')
/** It starts in a second or two; on a busy machine in many. */
const PATIENCE = 40_000

export const gajimMissing = missing('gajim')

export interface Seen {
  readonly event: 'ready' | 'message' | 'groupchat' | 'archived' | 'presence' | 'error' | 'failed' | 'worn' | 'answer' | 'ended'
  readonly id?: number
  readonly value?: unknown
  readonly error?: string
  readonly from?: string
  readonly body?: string
  readonly type?: string
  readonly codes?: readonly number[]
  readonly jid?: string
  readonly tls?: string
  readonly why?: string
}

export interface GajimOptions {
  /** Its configuration and history: the same folder again is the same Gajim started again. */
  readonly folder: string
  readonly transport: 'starttls' | 'tls'
}

export class Gajim {
  readonly seen: Arrivals<Seen>
  /** Every stanza of type error that it got. */
  readonly errors: string[] = []
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #ended: Promise<void>
  #ids = 0
  #log = ''

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, who: string) {
    this.#child = child
    this.seen = new Arrivals(who)
    child.stdin.on('error', () => {})
    child.stderr.on('data', (bytes: Buffer) => (this.#log = (this.#log + bytes.toString()).slice(-200_000)))
    createInterface({ input: child.stdout }).on('line', line => {
      const seen = JSON.parse(line) as Seen & { readonly xml?: string }
      if (seen.event === 'error') this.errors.push(seen.xml ?? '')
      else this.seen.add(seen)
    })
    this.#ended = new Promise(resolve => {
      child.once('exit', () => {
        this.seen.add({ event: 'ended' })
        resolve()
      })
    })
  }

  /** Logged in. */
  static async start(screen: Screen, target: Target, account: Account, { folder, transport }: GajimOptions): Promise<Gajim> {
    const settings = {
      folder,
      name: account.name,
      password: account.password,
      domain: target.domain,
      host: target.domain,
      certificate: target.certificateFile,
      ...(transport === 'tls' ? { port: target.tlsPort, tls: 'DIRECT TLS' } : { port: target.port, tls: 'START TLS' }),
      arguments: process.env['E2E_VERBOSE'] ? ['--verbose'] : [],
    }
    const child = spawn('/usr/bin/python3', [SCRIPT, JSON.stringify(settings)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...screen.environment, HOME: folder },
    })
    process.once('exit', () => child.kill('SIGKILL'))
    const gajim = new Gajim(child, `gajim of ${account.name}`)
    const first = await gajim.next(({ event }) => event === 'ready' || event === 'ended', 'the log-in')
    if (first.event === 'ended') throw new Error(`gajim ended:\n${gajim.log}`)
    return gajim
  }

  get log(): string {
    return this.#log
  }

  next(matches: (seen: Seen) => boolean, what: string): Promise<Seen> {
    return this.seen.next(matches, what, PATIENCE).catch((error: Error) => {
      throw new Error(`${error.message}; its log:\n${this.#log.slice(-6000)}`)
    })
  }

  async does(command: string, args: object = {}): Promise<unknown> {
    const id = (this.#ids += 1)
    this.#child.stdin.write(`${JSON.stringify({ do: command, id, ...args })}\n`)
    const { value, error } = await this.next(seen => seen.event === 'answer' && seen.id === id, `the end of ${command}`)
    if (error !== undefined) throw new Error(`${command}: ${error}`)
    return value
  }

  /** Resolves with who said it. */
  async hears(body: string, event: 'message' | 'groupchat' | 'archived' = 'message'): Promise<string> {
    return (await this.next(seen => seen.event === event && seen.body === body, JSON.stringify(body))).from ?? ''
  }

  /** Asks until the answer is as wanted: for what Gajim tells nobody about. */
  async until(command: string, args: object, isSo: (value: unknown) => boolean): Promise<unknown> {
    for (const end = Date.now() + PATIENCE; ; await new Promise(resolve => setTimeout(resolve, 100))) {
      const value = await this.does(command, args)
      if (isSo(value)) return value
      if (Date.now() > end) throw new Error(`${command} still gave ${JSON.stringify(value)}; its log:\n${this.#log.slice(-6000)}`)
    }
  }

  /** As its window's menu ends it. */
  async quit(): Promise<void> {
    this.#child.stdin.end()
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), 15_000)
    await this.#ended
    clearTimeout(tooLong)
  }
}
