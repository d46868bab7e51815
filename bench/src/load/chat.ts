/** The chat itself: pairs that answer each other at once (closed loop), or messages at a steady rate. */

import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../measure/samples.ts'
import { numberIn } from './chat-template.ts'
import type { Client, Crowd } from './client.ts'
import type { ChatResult, Order } from './orders.ts'

type ChatOrder = Extract<Order, { kind: 'chat' }>

/** Send times are kept in a ring: more than this many messages are never under way. */
const ring = 1 << 16

let lastNumber = 0

export async function chat(
  clients: readonly Client[],
  crowd: Crowd,
  order: ChatOrder,
  window: (edge: 'open' | 'shut') => void,
): Promise<ChatResult> {
  const talk = order.rate === undefined ? closedLoop(clients, crowd) : steady(clients, crowd, order.rate)
  await pause(order.warmSeconds * 1000)
  const before = { delivered: talk.delivered(), at: performance.now(), cpu: process.cpuUsage() }
  talk.measure()
  window('open')
  await pause(order.seconds * 1000)
  window('shut')
  const delivered = talk.delivered() - before.delivered
  const seconds = (performance.now() - before.at) / 1000
  const cpu = process.cpuUsage(before.cpu)
  const latencies = talk.latencies()
  await talk.stop()
  if (delivered === 0) throw new Error('Not one message arrived in the measured time.')
  return {
    delivered,
    seconds,
    cpu: cpu.user + cpu.system,
    p50: latencies.length === 0 ? undefined : percentile(latencies, 0.5),
    p99: latencies.length === 0 ? undefined : percentile(latencies, 0.99),
  }
}

interface Talk {
  delivered(): number
  /** From here on latencies count. */
  measure(): void
  latencies(): readonly number[]
  /** Lets what is under way arrive, and complains when it does not: a server that loses messages is no faster for it. */
  stop(): Promise<void>
}

function closedLoop(clients: readonly Client[], crowd: Crowd): Talk {
  let delivered = 0
  let underWay = 0
  let stopping = false
  crowd.heard = client => {
    delivered++
    if (stopping) underWay--
    else client.say(++lastNumber)
  }
  for (const client of clients) {
    if (client.index % 2 !== 0) continue
    client.say(++lastNumber)
    underWay++
  }
  return {
    delivered: () => delivered,
    measure: () => undefined,
    latencies: () => [],
    async stop() {
      stopping = true
      await settled(() => underWay)
    },
  }
}

function steady(clients: readonly Client[], crowd: Crowd, rate: number): Talk {
  const sentAt = new Float64Array(ring)
  const first = lastNumber
  const began = performance.now()
  let latencies: number[] = []
  let delivered = 0
  let stopping = false
  crowd.heard = (_client, chunk, start, end) => {
    delivered++
    const number = numberIn(chunk, start, end)
    if (number !== undefined) latencies.push(performance.now() - sentAt[number % ring]!)
  }
  const tick = () => {
    if (stopping) return
    const due = first + Math.floor(((performance.now() - began) * rate) / 1000)
    while (lastNumber < due) {
      sentAt[++lastNumber % ring] = performance.now()
      clients[lastNumber % clients.length]!.say(lastNumber)
    }
    setTimeout(tick, 1)
  }
  tick()
  return {
    delivered: () => delivered,
    measure: () => {
      latencies = []
    },
    latencies: () => latencies,
    async stop() {
      stopping = true
      await settled(() => lastNumber - first - delivered)
    },
  }
}

/** For filling archives: the closed loop until so many messages were delivered, unmeasured. */
export async function exchange(
  clients: readonly Client[],
  crowd: Crowd,
  messages: number,
): Promise<{ delivered: number; seconds: number }> {
  const began = performance.now()
  const talk = closedLoop(clients, crowd)
  while (talk.delivered() < messages) await pause(20)
  await talk.stop()
  return { delivered: talk.delivered(), seconds: (performance.now() - began) / 1000 }
}

async function settled(underWay: () => number): Promise<void> {
  for (let waited = 0; underWay() > 0 && waited < 10_000; waited += 20) await pause(20)
  if (underWay() !== 0)
    throw new Error(`${underWay()} messages were still under way 10 s after the last was sent: lost, or delivered twice.`)
}
