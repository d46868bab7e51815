/** Every line is cut at once, and all clients come back at once to the sessions that they had. */

import type { Way } from '../load/orders.ts'
import type { Server } from '../servers/server.ts'
import { atStand, type Bench, range, type Stand } from '../stand.ts'

/** Plodge and Prosody need a few; ejabberd 23.01 lets half of them wait for ever. */
const returnSeconds = 30
/** Each has missed so many messages. */
const phones = 20
const missed = 500

export async function returning(bench: Bench, server: Server): Promise<void> {
  await atStand(bench, server, false, async stand => {
    await stand.connect(everybody(bench), 'present', { managed: true })
    await comeBack(stand, 'password', 'return')
  })
}

/** Plodge only: neither peer's package has XEP-0484. */
export async function returningByToken(bench: Bench, server: Server): Promise<void> {
  await atStand(bench, server, false, async stand => {
    await stand.connect(everybody(bench), 'present', { inOneBreath: true })
    await comeBack(stand, 'token', 'return-token')
  })
}

/** With the archive on, as people have it. */
export async function afterANight(bench: Bench, server: Server): Promise<void> {
  await atStand(bench, server, true, async stand => {
    await stand.connect(range(0, 2 * phones), 'present', { managed: true })
    const before = stand.cpu()
    const { p50, longest } = await stand.load.order({ kind: 'missed', endpoint: stand.endpoint, users: 2 * phones, messages: missed }, 60)
    stand.record('missed.cpu', (stand.cpu() - before) / phones / missed)
    stand.record('missed.p50', p50)
    stand.record('missed.longest', longest)
  })
}

const everybody = ({ lengths }: Bench) => range(0, lengths.crowds[0])

/** The first time warms the server up for this. */
async function comeBack(stand: Stand, way: Way, metric: string): Promise<void> {
  await stand.load.order({ kind: 'return', endpoint: stand.endpoint, way }, returnSeconds)
  const before = stand.cpu()
  const { sessions, seconds, cpu } = await stand.load.order({ kind: 'return', endpoint: stand.endpoint, way }, returnSeconds)
  stand.record(`${metric}.cpu`, (stand.cpu() - before) / sessions / 1000)
  stand.record(`${metric}.seconds`, seconds)
  stand.record(`${metric}.load`, cpu / sessions / 1000)
}
