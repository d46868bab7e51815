/** What is measured when: rounds, servers in turn, phases. A phase that fails is written down and the rest goes on. */

import type { Options } from './options.ts'
import { browsers } from './phases/browsers.ts'
import { alone, crowded, managedCrowd } from './phases/crowd.ts'
import { archived, everyday } from './phases/everyday.ts'
import { addHistory, history } from './phases/history.ts'
import { rooms } from './phases/rooms.ts'
import { afterANight, returning, returningByToken } from './phases/return.ts'
import type { Failure, Sample } from './report/samples.ts'
import type { Server } from './servers/server.ts'
import type { Bench, Phase } from './stand.ts'
import type { Workshop } from './workshop.ts'

interface Step {
  readonly name: string
  /** Any of these phases brings it about. */
  readonly serves: readonly Phase[]
  /** `own`: all of Plodge's, the first of the peers'. `first`: the first of everybody's, for what has no target that noise could hide. */
  readonly rounds: 'all' | 'own' | 'first'
  readonly suits: (server: Server) => boolean
  readonly run: (bench: Bench, server: Server) => Promise<void>
}

const everybody = () => true
const chatServers = (server: Server) => server.protocol === 'xmpp'

const steps: readonly Step[] = [
  { name: 'start, log-ins, chat', serves: ['start', 'login', 'chat'], rounds: 'all', suits: everybody, run: everyday },
  { name: 'chat with the archive on', serves: ['chat'], rounds: 'all', suits: chatServers, run: archived },
  { name: 'a small crowd', serves: ['growth'], rounds: 'all', suits: everybody, run: alone },
  // Thousands of log-ins with presence take Prosody minutes.
  { name: 'a large crowd', serves: ['memory', 'growth'], rounds: 'own', suits: everybody, run: crowded },
  { name: 'all lines cut, all come back', serves: ['return'], rounds: 'first', suits: chatServers, run: returning },
  { name: 'the same by token', serves: ['return'], rounds: 'first', suits: server => server.name === 'plodge', run: returningByToken },
  { name: 'phones after a night', serves: ['return'], rounds: 'first', suits: chatServers, run: afterANight },
  { name: 'rooms', serves: ['rooms'], rounds: 'first', suits: everybody, run: rooms },
  { name: 'browsers at the web tier', serves: ['web'], rounds: 'first', suits: server => server.name === 'plodge', run: browsers },
  { name: 'a large crowd with 0198', serves: ['memory'], rounds: 'first', suits: chatServers, run: managedCrowd },
]

export interface Measured {
  readonly samples: readonly Sample[]
  readonly failures: readonly Failure[]
}

export async function runPlan(servers: readonly Server[], options: Options, workshop: Workshop): Promise<Measured> {
  const samples: Sample[] = []
  const failures: Failure[] = []
  const wants = (phase: Phase) => options.phases.includes(phase)
  for (let round = 1; round <= options.rounds; round++) {
    const record = (sample: Sample) => {
      samples.push(sample)
      console.log(`  ${sample.metric} ${sample.value.toPrecision(3)}`)
    }
    const bench: Bench = { workshop, round, lengths: options.lengths, wants, record }
    for (const server of rotated(servers, round - 1)) {
      for (const step of steps) {
        if (!step.serves.some(wants) || !step.suits(server) || !isDue(step, server, round)) continue
        await attempt(bench, server, step.name, options.rounds, failures, step.run)
      }
    }
    if (round === options.rounds && wants('growth')) await longHistory(bench, servers, options.rounds, failures)
  }
  return { samples, failures }
}

function isDue({ rounds }: Step, { name }: Server, round: number): boolean {
  return round === 1 || rounds === 'all' || (rounds === 'own' && name === 'plodge')
}

async function longHistory(bench: Bench, servers: readonly Server[], rounds: number, failures: Failure[]): Promise<void> {
  const server = servers.find(one => one.name === 'plodge')
  const template = bench.workshop.templates.get('plodge')
  if (server === undefined || template === undefined) return
  await attempt(bench, server, 'a short history', rounds, failures, () => history(bench, server, 'empty'))
  await attempt(bench, server, 'a long history', rounds, failures, async () => {
    await addHistory(template, bench.lengths.archived)
    await history(bench, server, 'full')
  })
}

async function attempt(
  bench: Bench,
  server: Server,
  name: string,
  rounds: number,
  failures: Failure[],
  run: (bench: Bench, server: Server) => Promise<void>,
): Promise<void> {
  console.log(`round ${bench.round} of ${rounds} · ${server.name} · ${name}`)
  try {
    await run(bench, server)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    failures.push({ server: server.name, round: bench.round, phase: name, reason })
    console.log(`  failed: ${reason}`)
  }
}

/** Each round begins with another server, so that none always has the machine warm or tired. */
function rotated(servers: readonly Server[], by: number): readonly Server[] {
  const first = by % servers.length
  return [...servers.slice(first), ...servers.slice(0, first)]
}
