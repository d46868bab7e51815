/** Log-ins and chat with the archive off: one start of the server serves both, and the start itself is a figure too. */

import { setTimeout as pause } from 'node:timers/promises'
import { atStand, type Bench, range, type Stand } from '../stand.ts'
import type { Server } from '../servers/server.ts'
import { converse } from './conversation.ts'

const talkers = 1000
const steadyRate = 1000
const warmLogins = 1000
const settleMs = 3000
/** Microseconds in a second: a server that does no more is at rest, with a thousand people online. */
const restingCpu = 20_000
/** 20 to the contacts, 20 from them and one's own; a little less, because some contacts lie beyond the thousand. */
const presencesAtLeast = 40

export async function everyday(bench: Bench, server: Server): Promise<void> {
  await atStand(bench, server, false, async stand => {
    if (bench.wants('login')) await bareLogins(stand)
    if (bench.wants('login') || bench.wants('chat')) await fullLogins(stand)
    if (!bench.wants('chat')) return
    await converse(stand, { metric: 'closed', users: talkers })
    await converse(stand, { metric: 'steady', users: talkers, rate: steadyRate })
    if (server.protocol === 'floor') return
    await stand.load.order({ kind: 'manage' }, 60)
    await converse(stand, { metric: 'managed', users: talkers })
    await converse(stand, { metric: 'managed-steady', users: talkers, rate: steadyRate })
  })
}

async function bareLogins(stand: Stand): Promise<void> {
  const users = range(0, stand.bench.lengths.logins)
  // Servers that compile while they run, and caches, take this long until a log-in costs what it will all day.
  await stand.connect(range(0, warmLogins), 'bound')
  await stand.disconnect()
  // Nobody's leaving is counted as somebody's coming.
  await pause(settleMs)
  const { serverCpu, loadCpu } = await stand.connect(users, 'bound')
  stand.record('login.cpu', serverCpu / 1000)
  stand.record('login.load', loadCpu / 1000)
  await stand.disconnect()
}

/** Everybody of even number is online already, so each of the odd ones finds all 20 contacts there. */
async function fullLogins(stand: Stand): Promise<void> {
  await stand.connect(range(0, talkers, 2), 'present')
  const { serverCpu, loadCpu, presences } = await stand.connect(range(1, talkers, 2), 'present')
  if (stand.server.protocol === 'floor') return
  if (presences < presencesAtLeast)
    throw new Error(`Only ${presences} presences came for each log-in: the server does less than it should.`)
  stand.record('presence.cpu', serverCpu / 1000)
  stand.record('presence.load', loadCpu / 1000)
}

export async function archived(bench: Bench, server: Server): Promise<void> {
  await atStand(bench, server, true, async stand => {
    await stand.connect(range(0, talkers), 'present')
    const inTurn = await converse(stand, { metric: 'archived', users: talkers })
    const steadily = await converse(stand, { metric: 'archived-steady', users: talkers, rate: steadyRate })
    await putOff(stand, inTurn + steadily)
  })
}

/** What a server leaves for a quieter moment costs CPU too: indexing, tidying up. Until it rests, or for a minute. */
async function putOff(stand: Stand, messages: number): Promise<void> {
  const before = stand.cpu()
  let seen = before
  for (let second = 0; second < 60; second++) {
    await pause(1000)
    const now = stand.cpu()
    if (second > 3 && now - seen < restingCpu) break
    seen = now
  }
  stand.record('archived-later.cpu', (stand.cpu() - before) / messages)
}
