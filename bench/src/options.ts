/** The command line of the bench. */

import { parseArgs } from 'node:util'
import { serverNames, type ServerName } from './servers/server.ts'
import type { Endpoint } from './load/orders.ts'
import { type Lengths, phases, type Phase } from './stand.ts'

export interface Options {
  readonly quick: boolean
  readonly rounds: number
  readonly phases: readonly Phase[]
  readonly servers: readonly ServerName[]
  readonly security: Endpoint['security']
  readonly lengths: Lengths
}

export const help = `Measures Plodge beside Debian's Prosody and ejabberd, and beside the floor.

  npm run bench -- [--quick] [--rounds N] [--only PHASE,…] [--servers NAME,…] [--starttls]

  --quick      one round, shorter, smaller crowds; docs/benchmarks.md is left alone
  --rounds N   how often everything is measured (3)
  --only       of ${phases.join(', ')}
  --servers    of ${serverNames.join(', ')}
  --starttls   log in by STARTTLS; direct TLS otherwise

docs/benchmarks.md is written by a run without --quick, --only, --servers and --starttls.`

const full: Lengths = { warmSeconds: 3, windowSeconds: 6, logins: 1000, crowds: [2000, 5000], archived: 1_000_000 }
const short: Lengths = { warmSeconds: 1.5, windowSeconds: 3, logins: 500, crowds: [1000, 2000], archived: 100_000 }

/** Undefined when only help was asked for. Throws a sentence when something on the line is wrong. */
export function readOptions(line: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args: [...line],
    options: { quick: flag, help: flag, starttls: flag, rounds: text, only: text, servers: text },
  })
  if (values.help) return undefined
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds wants a whole number from 1 on, not "${values.rounds}".`)
  return {
    quick: values.quick,
    rounds,
    phases: listOf('--only', values.only, phases),
    servers: listOf('--servers', values.servers, serverNames),
    security: values.starttls ? 'starttls' : 'tls',
    lengths: values.quick ? short : full,
  }
}

export function isComplete(options: Options): boolean {
  return (
    !options.quick && options.security === 'tls' && options.phases.length === phases.length && options.servers.length === serverNames.length
  )
}

function listOf<Name extends string>(option: string, given: string | undefined, known: readonly Name[]): readonly Name[] {
  const names = given?.split(',') ?? known
  const unknown = names.find(name => !known.some(one => one === name))
  if (unknown !== undefined) throw new Error(`${option} knows ${known.join(', ')}, not "${unknown}".`)
  return known.filter(name => names.includes(name))
}
