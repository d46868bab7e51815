/** Measures one conversation: the server's CPU for each delivered message, and the generator's own. */

import type { Stand } from '../stand.ts'

export interface Conversation {
  readonly metric: string
  readonly users: number
  /** Messages a second; undefined for the closed loop. */
  readonly rate?: number
}

export async function converse(stand: Stand, { metric, users, rate }: Conversation): Promise<void> {
  const { warmSeconds, windowSeconds } = stand.bench.lengths
  let opened = 0
  let shut = 0
  const result = await stand.load.order(
    { kind: 'chat', users, rate, warmSeconds, seconds: windowSeconds },
    warmSeconds + windowSeconds + 20,
    edge => {
      if (edge === 'open') opened = stand.cpu()
      else shut = stand.cpu()
    },
  )
  stand.record(`${metric}.cpu`, (shut - opened) / result.delivered)
  stand.record(`${metric}.load`, result.cpu / result.delivered)
  stand.record(`${metric}.rate`, result.delivered / result.seconds)
  if (result.p50 !== undefined) stand.record(`${metric}.p50`, result.p50)
  if (result.p99 !== undefined) stand.record(`${metric}.p99`, result.p99)
}
