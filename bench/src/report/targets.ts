/** What Plodge is to reach, and whether it did. */

import type { Outcome } from './outcome.ts'
import type { Figures } from './samples.ts'

export interface Verdict {
  readonly target: string
  readonly limit: string
  readonly measured: string
  readonly met: boolean
}

interface Target {
  readonly target: string
  readonly metric: string
  readonly unit: string
  readonly digits: number
  readonly atMost?: number
  /** So many times less than the better peer. */
  readonly timesLess?: number
}

const targets: readonly Target[] = [
  { target: 'chat, closed loop, archive off: CPU per message', metric: 'closed.cpu', unit: 'µs', digits: 0, atMost: 60, timesLess: 3.5 },
  {
    target: 'chat, closed loop, archive on and durable: CPU per message',
    metric: 'archived.cpu',
    unit: 'µs',
    digits: 0,
    atMost: 100,
    timesLess: 6,
  },
  {
    target: 'chat at 1000/s, archive on: CPU per message',
    metric: 'archived-steady.cpu',
    unit: 'µs',
    digits: 0,
    atMost: 200,
    timesLess: 1,
  },
  { target: 'chat at 1000/s, archive on: p99', metric: 'archived-steady.p99', unit: 'ms', digits: 2, atMost: 10, timesLess: 1 },
  { target: 'log-in, TLS, SCRAM, bind: CPU', metric: 'login.cpu', unit: 'ms', digits: 2, atMost: 1.6, timesLess: 1.5 },
  ...[2000, 5000].flatMap(crowd => [
    { target: `idle session, ${crowd} online`, metric: `memory.${crowd}`, unit: 'KB', digits: 0, atMost: 58, timesLess: 1 },
    {
      target: `idle session with 0198, ${crowd} online`,
      metric: `memory-managed.${crowd}`,
      unit: 'KB',
      digits: 0,
      atMost: 66,
      timesLess: 1,
    },
  ]),
  { target: 'start to first log-in', metric: 'start', unit: 's', digits: 2, atMost: 0.5 },
  { target: 'a phone that missed 500 messages', metric: 'missed.longest', unit: 'ms', digits: 0, atMost: 2000 },
  { target: 'page of 50 in a long history: p99', metric: 'history-full.page-p99', unit: 'ms', digits: 2, atMost: 20 },
  { target: 'search in a long history: p99', metric: 'search.p99', unit: 'ms', digits: 2, atMost: 50 },
]

/** Cost may grow by so much before it counts as growing. */
const growthAtMost = 1.2

/** Targets whose figures were not measured are left out. */
export function verdicts({ figures, options }: Outcome): readonly Verdict[] {
  const [, larger] = options.lengths.crowds
  const growth = [
    growthOf(figures, `CPU per message, ${larger} online against 500`, 'growth.500.cpu', `growth.${larger}.cpu`),
    growthOf(figures, 'CPU per message, long history against short', 'history-empty.cpu', 'history-full.cpu'),
  ]
  return [...targets.map(target => verdictOn(target, figures)), ...growth].filter(verdict => verdict !== undefined)
}

function verdictOn({ target, metric, unit, digits, atMost, timesLess }: Target, figures: Figures): Verdict | undefined {
  const plodge = figures.of('plodge', metric)
  if (plodge === undefined) return undefined
  const peer = figures.betterPeer(metric)
  const times = peer === undefined ? undefined : peer / plodge
  const isLow = atMost === undefined || plodge <= atMost
  const isLess = timesLess === undefined || times === undefined || times >= timesLess
  const limits = [
    atMost === undefined ? undefined : `at most ${atMost} ${unit}`,
    timesLess === undefined ? undefined : timesLess === 1 ? 'no more than the better peer' : `${timesLess} times less than the better peer`,
  ]
  const against = times === undefined || timesLess === undefined ? '' : `, ${times.toFixed(1)} times less than the better peer`
  return { target, limit: limits.filter(Boolean).join(', '), measured: `${plodge.toFixed(digits)} ${unit}${against}`, met: isLow && isLess }
}

function growthOf(figures: Figures, target: string, from: string, to: string): Verdict | undefined {
  const before = figures.of('plodge', from)
  const after = figures.of('plodge', to)
  if (before === undefined || after === undefined) return undefined
  const growth = after / before
  const percent = Math.round((growth - 1) * 100)
  return {
    target,
    limit: 'at most 20 % more',
    measured: `${Math.abs(percent)} % ${percent < 0 ? 'less' : 'more'}`,
    met: growth <= growthAtMost,
  }
}
