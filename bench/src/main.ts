/** `npm run bench`: every server alone, one after the other, in an order that changes from round to round. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './machine.ts'
import { help, isComplete, type Options, readOptions } from './options.ts'
import { ensurePackages } from './packages.ts'
import { runPlan } from './plan.ts'
import { figuresOf } from './report/samples.ts'
import { terminalTable } from './report/terminal.ts'
import { writeBenchmarks } from './report/markdown.ts'
import { ejabberd } from './servers/ejabberd.ts'
import { floor } from './servers/floor.ts'
import { isPlodgeThere, plodge } from './servers/plodge.ts'
import { prosody } from './servers/prosody.ts'
import { endAll } from './servers/running.ts'
import type { Server, ServerName } from './servers/server.ts'
import { cacheFolder, openWorkshop, type Workshop } from './workshop.ts'

const known: Readonly<Record<ServerName, Server>> = { plodge, prosody, ejabberd, floor }

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) {
    console.log(help)
    return 0
  }
  const names = options.servers.filter(name => name !== 'plodge' || isPlodgeThere())
  if (names.length < options.servers.length) console.log('Plodge has no command yet: it is left out.')
  ensurePackages(['openssl', ...names.filter(name => name === 'prosody' || name === 'ejabberd')])
  using workshop = openWorkshop(options.security)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endAll()
      workshop[Symbol.dispose]()
      process.exit(130)
    })
  }
  return await measure(
    names.map(name => known[name]),
    options,
    workshop,
  )
}

async function measure(servers: readonly Server[], options: Options, workshop: Workshop): Promise<number> {
  const began = performance.now()
  await prepare(servers, workshop)
  const { samples, failures } = await runPlan(servers, options, workshop)
  const minutes = (performance.now() - began) / 60_000
  const outcome = {
    machine: describeMachine(),
    servers,
    options,
    samples,
    failures,
    figures: figuresOf(samples),
    minutes,
    date: new Date(),
  }
  const raw = join(cacheFolder, `${outcome.date.toISOString().replaceAll(/[:.]/g, '-')}.json`)
  writeFileSync(raw, JSON.stringify({ machine: outcome.machine, options, samples, failures }, undefined, 1))
  console.log(terminalTable(outcome))
  if (isComplete(options) && servers.length === options.servers.length) console.log(`written: ${writeBenchmarks(outcome)}`)
  return failures.length === 0 ? 0 : 1
}

async function prepare(servers: readonly Server[], workshop: Workshop): Promise<void> {
  for (const server of servers) {
    if (server.prepare === undefined) continue
    console.log(`${server.name}: making accounts and rosters`)
    const template = join(workshop.folder, `${server.name}-template`)
    mkdirSync(template)
    await server.prepare(template)
    rmSync(join(template, 'bench.log'), { force: true })
    workshop.templates.set(server.name, template)
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return 2
})
