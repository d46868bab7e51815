/** Measures one conversation: the server's CPU for each delivered message, and the generator's own. */

import { availableParallelism } from 'node:os'
import { cpuOfMachine } from '../measure/processes.ts'
import type { Stand } from '../stand.ts'

export interface Conversation {
  readonly metric: string
  readonly users: number
  /** Messages a second; undefined for the closed loop. */
  readonly rate?: number
}

/** How many messages there were in all, with those before anything was measured, as far as the rate tells. */
export async function converse(stand: Stand, { metric, users, rate }: Conversation): Promise<number> {
  const { warmSeconds, windowSeconds } = stand.bench.lengths
  let opened = { server: 0, machine: 0 }
  let shut = opened
  const result = await stand.load.order(
    { kind: 'chat', users, rate, warmSeconds, seconds: windowSeconds },
    warmSeconds + windowSeconds + 20,
    edge => {
      const now = { server: stand.cpu(), machine: cpuOfMachine() }
      if (edge === 'open') opened = now
      else shut = now
    },
  )
  const serverCpu = shut.server - opened.server
  const othersCpu = Math.max(0, shut.machine - opened.machine - serverCpu - result.cpu)
  stand.record(`${metric}.cpu`, serverCpu / result.delivered)
  stand.record(`${metric}.load`, result.cpu / result.delivered)
  stand.record(`${metric}.rate`, result.delivered / result.seconds)
  stand.record(`${metric}.others`, othersCpu / (result.seconds * 1_000_000 * availableParallelism()))
  if (result.p50 !== undefined) stand.record(`${metric}.p50`, result.p50)
  if (result.p99 !== undefined) stand.record(`${metric}.p99`, result.p99)
  return (result.delivered / result.seconds) * (warmSeconds + result.seconds)
}
