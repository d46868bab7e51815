/** A room: everybody comes in, and one after the other says something, at a steady rate; every copy that anybody gets counts. */

import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../measure/samples.ts'
import { domain } from '../people.ts'
import { chatTemplate, numberIn } from './chat-template.ts'
import type { Client, Crowd } from './client.ts'
import type { Answers, Order } from './orders.ts'

type RoomOrder = Extract<Order, { kind: 'room' }>

const address = `r0000@group.${domain}`
/** So many come in before it is waited until all has arrived. */
const atOnce = 25
const ring = 1 << 16
const lookMs = 5
const patienceMs = 60_000

export async function talkInRoom(
  clients: readonly Client[],
  crowd: Crowd,
  { rate, warmSeconds, seconds, answers }: RoomOrder,
  tools: { readonly window: (edge: 'open' | 'shut') => void; readonly quiet: () => Promise<void> },
): Promise<Answers['room']> {
  const joinSeconds = answers ? await comeIn(clients, crowd) : 0
  await tools.quiet()
  const sentAt = new Float64Array(ring)
  // The chat message of the bench, to the room; the address and the type are longer, and all numbers stand where they stood.
  const talk = Buffer.from(chatTemplate(address).replace("type='chat'", "type='groupchat'"), 'latin1')
  let latencies: number[] = []
  let delivered = 0
  crowd.heard = (_client, chunk, start, end) => {
    delivered++
    const number = numberIn(chunk, start, end)
    if (number !== undefined) latencies.push(performance.now() - sentAt[number % ring]!)
  }
  let said = 0
  let stopping = false
  const began = performance.now()
  const tick = () => {
    if (stopping) return
    for (const due = Math.floor(((performance.now() - began) * rate) / 1000); said < due;) {
      said++
      sentAt[said % ring] = performance.now()
      clients[said % clients.length]!.write(numbered(talk, said))
    }
    setTimeout(tick, 1)
  }
  tick()
  await pause(warmSeconds * 1000)
  latencies = []
  const before = { delivered, at: performance.now(), cpu: process.cpuUsage() }
  tools.window('open')
  await pause(seconds * 1000)
  tools.window('shut')
  const measured = { delivered: delivered - before.delivered, seconds: (performance.now() - before.at) / 1000 }
  const cpu = process.cpuUsage(before.cpu)
  const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)]
  stopping = true
  await reached(() => delivered >= said * clients.length)
  await tools.quiet()
  // More may: a room tells of changes of its own, too.
  if (delivered < said * clients.length) throw new Error(`Of ${said * clients.length} copies ${delivered} arrived.`)
  return { ...measured, cpu: cpu.user + cpu.system, p50, p99, joinSeconds }
}

/**
 * So many at once, and the next when all of those have been told the subject, which is the end of coming in (XEP-0045 §7.2.15). A server may be silent
 * for longer than a while and still be at it, so that silence says nothing.
 */
async function comeIn(clients: readonly Client[], crowd: Crowd): Promise<number> {
  const inside = new Set<Client>()
  crowd.heard = client => void inside.add(client)
  const enter = (client: Client) =>
    client.write(
      `<presence to='${address}/${client.name}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
    )
  const areIn = async (count: number): Promise<void> => {
    if (!(await reached(() => inside.size >= count))) throw new Error(`Of ${count} people ${inside.size} came into the room.`)
  }
  const [first, ...others] = clients
  enter(first!)
  await areIn(1)
  first!.write(
    `<iq type='set' id='open' to='${address}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>`,
  )
  await pause(1000)
  const began = performance.now()
  for (let at = 0; at < others.length; at += atOnce) {
    for (const client of others.slice(at, at + atOnce)) enter(client)
    await areIn(1 + Math.min(at + atOnce, others.length))
  }
  return (performance.now() - began) / 1000
}

/** False when it is not so after a minute. */
async function reached(isSo: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < patienceMs; waited += lookMs) {
    if (isSo()) return true
    await pause(lookMs)
  }
  return isSo()
}

/** Numbers stand a little later than in the chat message, whose type is shorter. */
function numbered(talk: Buffer, number: number): string {
  const digits = String(number).padStart(8, '0')
  return talk.toString('latin1').replaceAll('00000000', digits)
}
