/** A server under test with the load generator beside it: what the phases measure with. */

import { type LoadGenerator, startLoadGenerator } from './load/driver.ts'
import type { Depth, Endpoint } from './load/orders.ts'
import { cpuOf, memoryOf } from './measure/processes.ts'
import type { Sample } from './report/samples.ts'
import { type RunningServer, startServer } from './servers/running.ts'
import type { Server } from './servers/server.ts'
import type { Workshop } from './workshop.ts'

export interface Bench {
  readonly workshop: Workshop
  readonly round: number
  readonly lengths: Lengths
  readonly wants: (phase: Phase) => boolean
  readonly record: (sample: Sample) => void
}

export const phases = ['chat', 'login', 'memory', 'start', 'growth', 'return', 'web', 'rooms'] as const
export type Phase = (typeof phases)[number]

/** How long and how much: less of all in a quick run. */
export interface Lengths {
  readonly warmSeconds: number
  readonly windowSeconds: number
  readonly logins: number
  readonly crowds: readonly [number, number]
  readonly archived: number
}

export interface Stand {
  readonly bench: Bench
  readonly server: Server
  readonly endpoint: Endpoint
  readonly load: LoadGenerator
  record(metric: string, value: number): void
  /** Microseconds of CPU of the server so far. */
  cpu(): number
  /** Kilobytes. */
  memory(): number
  connect(users: readonly number[], depth: Depth, how?: How): Promise<Logins>
  disconnect(): Promise<void>
}

/** With XEP-0198; by XEP-0388, with a token for the next time. */
interface How {
  readonly managed?: boolean
  readonly inOneBreath?: boolean
}

/** Microseconds of CPU for each log-in, on either side. */
interface Logins {
  readonly serverCpu: number
  readonly loadCpu: number
  /** Received by anybody for each log-in. */
  readonly presences: number
}

const startSeconds = 30
const connectSeconds = 180
/** The first person to log in takes no part in anything measured. */
const firstUser = 4999

/** Starts the server alone, with fresh data, waits for the first log-in, and ends all of it afterwards. */
export async function atStand(bench: Bench, server: Server, archive: boolean, work: (stand: Stand) => Promise<void>): Promise<void> {
  using load = startLoadGenerator()
  await using running = await startServer(server, bench.workshop, archive)
  try {
    const stand = standFor(bench, server, running, load)
    const measure = async () => {
      const order = { kind: 'first-login', endpoint: running.endpoint, user: firstUser, seconds: startSeconds } as const
      const { at } = await load.order(order, startSeconds + 10)
      if (!archive) stand.record('start', (at - running.startedAt) / 1000)
      await work(stand)
    }
    await Promise.race([measure(), running.died])
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nThe server's last lines:\n${running.lastWords()}`, {
      cause: error,
    })
  }
}

function standFor(bench: Bench, server: Server, { pid, endpoint }: RunningServer, load: LoadGenerator): Stand {
  const cpu = () => cpuOf(pid)
  return {
    bench,
    server,
    endpoint,
    load,
    cpu,
    memory: () => memoryOf(pid),
    record: (metric, value) => bench.record({ server: server.name, round: bench.round, metric, value }),
    async connect(users, depth, { managed = false, inOneBreath = false } = {}) {
      const before = cpu()
      const done = await load.order({ kind: 'connect', endpoint, users, depth, managed, inOneBreath }, connectSeconds)
      return { serverCpu: (cpu() - before) / users.length, loadCpu: done.cpu / users.length, presences: done.presences / users.length }
    },
    async disconnect() {
      await load.order({ kind: 'disconnect' }, 60)
    },
  }
}

/** `from`, `from + step`, … below `to`. */
export function range(from: number, to: number, step = 1): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step)
}
