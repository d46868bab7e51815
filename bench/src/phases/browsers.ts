/** Thousands of browsers at the web tier: what a session and a message cost there, and how all come back when either server is restarted. */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import type { BrowserOrder } from '../browsers/orders.ts'
import { type Role, startTiers } from '../browsers/tiers.ts'
import { cpuOf, memoryOf } from '../measure/processes.ts'
import type { Bench } from '../stand.ts'

const program = fileURLToPath(new URL('../browsers/program.ts', import.meta.url))
const orderSeconds = 240
const pairs = 500
const roles: readonly Role[] = ['chat', 'web']

export async function browsers(bench: Bench): Promise<void> {
  const count = bench.lengths.crowds[1]
  await using tiers = await startTiers(bench.workshop)
  using load = startBrowsers()
  const record = (metric: string, value: number): void =>
    bench.record({ server: 'plodge', round: bench.round, metric: `web.${metric}`, value })
  const cpu = (role: Role): number => cpuOf(tiers.pid(role))

  const before = { memory: memoryOf(tiers.pid('web')), cpu: cpu('web') }
  await load.order({ kind: 'come', count, port: tiers.port, certificate: tiers.certificate, kid: tiers.kid, signingKey: tiers.signingKey })
  record('sign-in.cpu', (cpu('web') - before.cpu) / count / 1000)
  await pause(3000)
  record('memory', (memoryOf(tiers.pid('web')) - before.memory) / count)

  const spent: Record<Role, number> = { chat: 0, web: 0 }
  const messages = (await load.order({ kind: 'talk', pairs, seconds: bench.lengths.windowSeconds }, edge => {
    for (const role of roles) spent[role] = edge === 'open' ? cpu(role) : cpu(role) - spent[role]
  })) as number
  record('message.cpu', spent.web / messages)
  record('message.chat', spent.chat / messages)
  record('message.rate', messages / bench.lengths.windowSeconds)

  for (const role of roles) {
    const other = role === 'chat' ? 'web' : 'chat'
    const before = cpu(other)
    await load.order({ kind: 'expect' })
    const ready = await tiers.restart(role)
    const { at, resumed } = (await load.order({ kind: 'back' })) as { readonly at: number; readonly resumed: number }
    record(`restart-${role}.seconds`, (at - ready) / 1000)
    record(`restart-${role}.resumed`, (100 * resumed) / count)
    // The one that was restarted began at nothing.
    record(`restart-${role}.${role}`, cpu(role) / count / 1000)
    record(`restart-${role}.${other}`, (cpu(other) - before) / count / 1000)
  }
  await load.order({ kind: 'leave' })
}

interface Load extends Disposable {
  order(order: BrowserOrder, edge?: (edge: 'open' | 'shut') => void): Promise<unknown>
}

type Report =
  | { readonly kind: 'window'; readonly edge: 'open' | 'shut' }
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly reason: string }

function startBrowsers(): Load {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    async order(order, edge) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const hear = (report: Report): void => {
        if (report.kind === 'window') edge?.(report.edge)
        else if (report.kind === 'failed') reject(new Error(report.reason))
        else resolve(report.answer)
      }
      const late = setTimeout(() => reject(new Error(`Not done after ${orderSeconds} s: ${order.kind}.`)), orderSeconds * 1000)
      child.on('message', hear)
      child.send(order)
      return promise.finally(() => {
        clearTimeout(late)
        child.off('message', hear)
      })
    },
    [Symbol.dispose]() {
      child.kill('SIGKILL')
    },
  }
}
