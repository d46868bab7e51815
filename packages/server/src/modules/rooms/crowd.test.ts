/**
 * By hand: `ROOM_CROWD=60 node --test crowd.test.ts` lets 2,000 people come into one room within so many seconds, and asks how long
 * anything else had to wait. It is the room, its module and the sessions that are measured; sockets and TLS are not among it. What is held
 * is what a coming takes of the processor; how long the event loop stood still is told besides, and says little while the machine does other things.
 */
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { configures, enters, founds, MUC_X, roomTown } from './rooms.testing.ts'

const SECONDS = Number(process.env['ROOM_CROWD'] ?? 0)
const PEOPLE = 2000
const MOST_MS = 50
const names = Array.from({ length: PEOPLE }, (_, index) => `p${index}`)

for (const kind of ['open', 'for members'] as const)
  test(`2,000 people come into a room, ${kind}, and nothing waits for it`, { skip: SECONDS === 0 }, async t => {
    const { client } = roomTown({ occupants: 5000, affiliations: 5000, large: 200, crowd: 1000 }, { people: ['romeo', ...names] })
    const romeo = client('romeo/orchard')
    await founds(romeo)
    if (kind === 'for members') {
      const items = names.map(name => `<item affiliation='member' jid='${name}@chat.cam.ac.uk'/>`).join('')
      await romeo.says(
        `<iq type='set' id='a' to='coven@group.chat.cam.ac.uk'><query xmlns='http://jabber.org/protocol/muc#admin'>${items}</query></iq>`,
      )
      await configures(romeo, { membersonly: '1' })
    }
    const inside: TownClient[] = [romeo]
    let copies = 0
    let longest = 0
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const began = performance.now()
    for (const [index, name] of names.entries()) {
      const one = client(`${name}/a`)
      inside.push(one)
      const before = process.threadCpuUsage()
      await enters(one, undefined, MUC_X)
      const { user, system } = process.threadCpuUsage(before)
      longest = Math.max(longest, (user + system) / 1000)
      for (const each of inside) copies += each.inbox.splice(0).length
      await sleep(Math.max(0, began + ((index + 1) * SECONDS * 1000) / PEOPLE - performance.now()))
    }
    delay.disable()
    const [most, usual] = [delay.max / 1e6, delay.percentile(99) / 1e6]
    const took = (performance.now() - began) / 1000
    t.diagnostic(`${PEOPLE} in ${took.toFixed(1)} s: ${copies} stanzas; one coming took at most ${longest.toFixed(1)} ms of the processor`)
    t.diagnostic(`the event loop stood still for ${usual.toFixed(1)} ms (99 %), at most ${most.toFixed(1)} ms`)
    assert.ok(longest < MOST_MS, `something waited for ${longest} ms`)
  })
