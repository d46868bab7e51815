/** The process that makes the load: takes one order at a time from the bench, carries it out, answers. */

import { setTimeout as pause } from 'node:timers/promises'
import { chat, exchange } from './chat.ts'
import { Client, type Crowd } from './client.ts'
import { readHistory, searchHistory } from './history.ts'
import { appear, login } from './login.ts'
import { catchUp } from './missed.ts'
import { comeBack, loginInOneBreath } from './return.ts'
import { talkInRoom } from './room.ts'
import type { Answers, Endpoint, Order, Report, Way } from './orders.ts'

const crowd: Crowd = { heard: () => undefined, arrivals: 0, presences: 0, failed: reason => failures.push(reason) }
const failures: string[] = []
let clients: Client[] = []

/** So many log-ins are under way at once. */
const loginsAtOnce = 8

/** When nothing arrived for so long, nothing more is coming: longer than a collector of garbage makes a server pause. */
const silenceMs = 300

const report = (message: Report) => process.send?.(message)

process.on('disconnect', () => process.exit(0))
process.on('message', (order: Order) => {
  carryOut(order).then(
    answer => report(failures.length === 0 ? { kind: 'done', answer } : { kind: 'failed', reason: sentence(failures) }),
    (error: unknown) => report({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  )
})

function sentence(reasons: readonly string[]): string {
  return `${reasons.length} clients failed, the first: ${reasons[0]}`
}

async function carryOut(order: Order): Promise<Answers[keyof Answers]> {
  switch (order.kind) {
    case 'first-login':
      return firstLogin(order.endpoint, order.user, order.seconds)
    case 'connect':
      return connect(order)
    case 'return':
      return returnOfAll(order.endpoint, order.way)
    case 'missed':
      return catchUp(pairsAmong(order.users), crowd, { ...order, quiet })
    case 'manage':
      return { sessions: await manage(clients) }
    case 'chat':
      return chat(pairsAmong(order.users), crowd, order, edge => report({ kind: 'window', edge }))
    case 'room':
      return talkInRoom(pairsAmong(order.users), crowd, order, { window: edge => report({ kind: 'window', edge }), quiet })
    case 'exchange':
      return exchange(pairsAmong(order.users), crowd, order.messages)
    case 'history':
      return readHistory(pairsAmong(order.users), crowd, order.pages)
    case 'search':
      return searchHistory(pairsAmong(order.users), crowd, order.searches)
    case 'disconnect':
      return disconnect()
  }
}

/** The clients with the lowest numbers: 2k and 2k+1 are partners. */
function pairsAmong(users: number): readonly Client[] {
  const chosen = clients.filter(client => client.index < users)
  if (chosen.length !== users) throw new Error(`${users} clients should be online, but ${chosen.length} are.`)
  return chosen
}

/** Knocks until somebody opens; the moment a person is logged in is when a server has started. */
async function firstLogin(endpoint: Endpoint, user: number, seconds: number): Promise<Answers['first-login']> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const client = new Client(user, crowd)
    try {
      await login(client, endpoint, 'bound')
      const at = performance.timeOrigin + performance.now()
      await client.leave()
      return { at }
    } catch (error) {
      client.destroy()
      if (performance.now() > deadline) throw error
      await pause(5)
    }
  }
}

type Connect = Extract<Order, { kind: 'connect' }>

async function connect({ endpoint, users, depth, managed, inOneBreath }: Connect): Promise<Answers['connect']> {
  const began = performance.now()
  const cpuBefore = process.cpuUsage()
  const presencesBefore = crowd.presences
  const waiting = users.values()
  const arrived: Client[] = []
  const loginOneByOne = async () => {
    for (const user of waiting) {
      const client = new Client(user, crowd)
      if (inOneBreath) {
        await loginInOneBreath(client, endpoint)
        if (depth === 'present') await appear(client)
      } else await login(client, endpoint, depth)
      arrived.push(client)
    }
  }
  await Promise.all(Array.from({ length: loginsAtOnce }, loginOneByOne))
  await quiet()
  clients = [...clients, ...arrived].sort((one, other) => one.index - other.index)
  if (managed) await manage(arrived)
  const cpu = process.cpuUsage(cpuBefore)
  return { seconds: (performance.now() - began) / 1000, cpu: cpu.user + cpu.system, presences: crowd.presences - presencesBefore }
}

/** As after a power cut in a switch: nobody is told, and all come at once. */
async function returnOfAll(endpoint: Endpoint, way: Way): Promise<Answers['return']> {
  await Promise.all(clients.map(client => client.cut()))
  await quiet()
  const began = performance.now()
  const cpuBefore = process.cpuUsage()
  await Promise.all(clients.map(client => comeBack(client, endpoint, way)))
  const seconds = (performance.now() - began) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  return { sessions: clients.length, seconds, cpu: cpu.user + cpu.system }
}

async function manage(chosen: readonly Client[]): Promise<number> {
  for (const client of chosen) if (!client.managed) client.manage()
  const countRefused = () => chosen.filter(client => !client.managed).length
  for (let waited = 0; countRefused() > 0 && waited < 30_000; waited += silenceMs) await pause(silenceMs)
  await quiet()
  const refused = countRefused()
  if (refused > 0) throw new Error(`${refused} of ${chosen.length} sessions were not granted stream management.`)
  return chosen.length
}

async function disconnect(): Promise<Answers['disconnect']> {
  const leaving = clients
  clients = []
  await Promise.all(leaving.map(client => client.leave()))
  return { sessions: leaving.length }
}

/** Settles when nothing arrived for a while: presence among contacts goes on after the last log-in. */
async function quiet(): Promise<void> {
  let seen = -1
  for (let waited = 0; seen !== crowd.arrivals && waited < 20_000; waited += silenceMs) {
    seen = crowd.arrivals
    await pause(silenceMs)
  }
}
