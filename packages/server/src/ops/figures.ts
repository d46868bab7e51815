/** What the operator can watch. Names end as Prometheus wants them. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Tokens } from '../accounts/clients/tokens.ts'
import type { Host } from '../routing/host.ts'
import type { StreamContext } from '../streams/stream.ts'
import type { Figure } from './metrics.ts'

/** Counts messages as they pass; call once. */
export function figuresOf(host: Host, { streams, resumables }: StreamContext): readonly Figure[] {
  let messages = 0
  host.messages.observe.push(() => {
    messages += 1
  })
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return [
    { name: 'streams', help: 'Open client streams, logged in or not.', type: 'gauge', read: () => streams.size },
    { name: 'sessions', help: 'Bound sessions, lost ones that may be resumed included.', type: 'gauge', read: () => host.sessions.count },
    {
      name: 'sessions_lost',
      help: 'Sessions that wait for their client to resume.',
      type: 'gauge',
      read: () => [...resumables.waiting()].length,
    },
    { name: 'messages_total', help: 'Messages that passed.', type: 'counter', read: () => messages },
    { name: 'resident_bytes', help: 'Memory of the process.', type: 'gauge', read: () => process.memoryUsage.rss() },
    {
      name: 'event_loop_delay_p99_seconds',
      help: 'How late the event loop runs at worst, since the last reading.',
      type: 'gauge',
      read: () => readDelay(delay),
    },
  ]
}

/** Log-ins without a password (XEP-0484). */
export function tokenFigures({ counts }: Pick<Tokens, 'counts'>): readonly Figure[] {
  const counter = (name: keyof Tokens['counts'], help: string): Figure => ({
    name: `fast_tokens_${name}_total`,
    help,
    type: 'counter',
    read: () => counts[name],
  })
  return [
    counter('issued', 'Tokens that were given to clients.'),
    counter('used', 'Log-ins by token.'),
    counter('refused', 'Tokens that were wrong, expired or of a locked account, or that came too often.'),
    counter('rotated', 'Fresh tokens that took the place of one in use.'),
  ]
}

function readDelay(delay: ReturnType<typeof monitorEventLoopDelay>): number {
  const seconds = delay.percentile(99) / 1e9
  delay.reset()
  return seconds
}
