/** Starts a server on a fresh copy of its data, and ends it with everything it started. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Endpoint } from '../load/orders.ts'
import { descendantsOf } from '../measure/processes.ts'
import type { Workshop } from '../workshop.ts'
import type { Launch, Run, Server } from './server.ts'

/** Its data is thrown away: there is no reason to wait until thousands of sessions were ended politely. */
const patienceMs = 3000

export interface RunningServer extends AsyncDisposable {
  readonly pid: number
  readonly endpoint: Endpoint
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Rejects when the server ends by itself. */
  readonly died: Promise<never>
  /** The last lines it logged, for when something goes wrong. */
  lastWords(): string
}

let runs = 0
const alive = new Set<ChildProcess>()

/** For when the bench itself is told to end. */
export function endAll(): void {
  for (const child of alive) if (child.pid !== undefined) kill(descendantsOf(child.pid))
}

/** Returns at once, long before the server listens. */
export async function startServer(server: Server, workshop: Workshop, archive: boolean): Promise<RunningServer> {
  const folder = join(workshop.folder, `${server.name}-${++runs}`)
  const template = workshop.templates.get(server.name)
  if (template === undefined) mkdirSync(folder)
  else cpSync(template, folder, { recursive: true })
  const { certificate, key, security } = workshop
  const run: Run = { folder, port: await freePort(), archive, security, certificate, key }
  const log = join(folder, 'bench.log')
  const startedAt = performance.timeOrigin + performance.now()
  const child = launch(server.arrange(run), folder, log)
  if (child.pid === undefined) throw new Error(`${server.name} could not be started: is it installed?`)
  return {
    pid: child.pid,
    endpoint: { port: run.port, security, protocol: server.protocol, certificate: workshop.certificateText },
    startedAt,
    died: death(server, child),
    lastWords: () => readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n'),
    async [Symbol.asyncDispose]() {
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function death(server: Server, child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`${server.name} ended by itself${code === null ? '' : ` with code ${code}`}.`)
}

export function launch({ command, arguments: parts, environment, files }: Launch, folder: string, log: string): ChildProcess {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const output = openSync(log, 'a')
  const child = spawn(command, parts, { cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', output, output] })
  child.on('error', () => undefined)
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  closeSync(output)
  return child
}

/** Asks, waits, and makes sure: nothing the server started outlives it. */
export async function end(child: ChildProcess, patience = patienceMs): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const family = descendantsOf(child.pid)
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const impatient = setTimeout(() => child.kill('SIGKILL'), patience)
  await exited
  clearTimeout(impatient)
  kill(family)
}

function kill(family: readonly number[]): void {
  for (const pid of family) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself, as it should.
    }
  }
}

/**
 * A port nobody listens on now. It lies below those that the system gives to clients (from 32768 on): a client that knocks before the
 * server listens could otherwise be given the very port it knocks at, and be connected to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const probe = createServer().listen(port, '127.0.0.1')
    try {
      await once(probe, 'listening')
    } catch {
      continue
    }
    probe.close()
    await once(probe, 'close')
    return port
  }
}
