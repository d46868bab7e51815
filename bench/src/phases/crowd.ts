/** Memory of idle sessions, and how the cost of a message grows with the number of sessions beside it. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from '../servers/server.ts'
import { atStand, type Bench, range, type Stand } from '../stand.ts'
import { converse } from './conversation.ts'

const talkers = 500
/** Collectors of garbage get this long before memory is read. */
const settleMs = 3000

/** Sessions with roster and presence, first the smaller crowd, then the larger; then all of these with 0198; then some of them talk. */
export async function crowded(bench: Bench, server: Server): Promise<void> {
  const [smaller, larger] = bench.lengths.crowds
  await atStand(bench, server, false, async stand => {
    const before = await memoryAtRest(stand)
    await stand.connect(range(0, smaller), 'present')
    await recordMemory(stand, `memory.${smaller}`, before, smaller)
    await stand.connect(range(smaller, larger), 'present')
    await recordMemory(stand, `memory.${larger}`, before, larger)
    if (server.protocol === 'floor') return
    await stand.load.order({ kind: 'manage' }, 60)
    await recordMemory(stand, `memory-managed.${larger}`, before, larger)
    if (bench.wants('growth')) await converse(stand, { metric: `growth.${larger}`, users: talkers })
  })
}

/** The smaller crowd again, with 0198 from the start of every session, as clients do. */
export async function managedCrowd(bench: Bench, server: Server): Promise<void> {
  const [smaller] = bench.lengths.crowds
  await atStand(bench, server, false, async stand => {
    const before = await memoryAtRest(stand)
    await stand.connect(range(0, smaller), 'present', { managed: true })
    await recordMemory(stand, `memory-managed.${smaller}`, before, smaller)
  })
}

/** The same talkers with nobody beside them. */
export async function alone(bench: Bench, server: Server): Promise<void> {
  await atStand(bench, server, false, async stand => {
    await stand.connect(range(0, talkers), 'present', { managed: server.protocol === 'xmpp' })
    await converse(stand, { metric: `growth.${talkers}`, users: talkers })
  })
}

async function recordMemory(stand: Stand, metric: string, before: number, sessions: number): Promise<void> {
  await pause(settleMs)
  stand.record(metric, (stand.memory() - before) / sessions)
}

/** The server's own memory, once it has seen what a log-in is. */
async function memoryAtRest(stand: Stand): Promise<number> {
  await stand.connect(range(0, 50), 'present')
  await stand.disconnect()
  await pause(settleMs)
  return stand.memory()
}
