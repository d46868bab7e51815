/** Rooms: what a delivered copy costs, in a small and in a large room, and how long it takes. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from '../servers/server.ts'
import { atStand, type Bench, range, type Stand } from '../stand.ts'

export const roomSizes = [200, 1000] as const
/** Messages a second: 20 into the small room, and as many copies into the large. */
const copiesPerSecond = 4000

export async function rooms(bench: Bench, server: Server): Promise<void> {
  for (const size of roomSizes) await atStand(bench, server, false, stand => talk(stand, size, `room.${size}`))
  if (server.protocol === 'xmpp') await atStand(bench, server, true, stand => talk(stand, roomSizes[0], `room-archived.${roomSizes[0]}`))
}

async function talk(stand: Stand, size: number, metric: string): Promise<void> {
  const { warmSeconds, windowSeconds } = stand.bench.lengths
  await stand.connect(range(0, size), 'bound')
  await pause(1000)
  const before = { memory: stand.memory(), cpu: stand.cpu() }
  let [opened, shut] = [0, 0]
  let joined = 0
  const result = await stand.load.order(
    {
      kind: 'room',
      users: size,
      rate: copiesPerSecond / size,
      warmSeconds,
      seconds: windowSeconds,
      answers: stand.server.protocol === 'xmpp',
    },
    600,
    edge => {
      if (edge === 'open') [opened, joined] = [stand.cpu(), stand.memory()]
      else shut = stand.cpu()
    },
  )
  stand.record(`${metric}.cpu`, (shut - opened) / result.delivered)
  stand.record(`${metric}.p50`, result.p50)
  stand.record(`${metric}.p99`, result.p99)
  // Nobody comes into the floor.
  if (stand.server.protocol === 'xmpp') stand.record(`${metric}.join`, result.joinSeconds)
  stand.record(`${metric}.memory`, (joined - before.memory) / size)
  stand.record(`${metric}.load`, result.cpu / result.delivered)
}
