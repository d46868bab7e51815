/**
 * Ports for the servers of tests that run at the same time. The machine's are cut into slots, each of which one process has: it holds
 * the slot's lock, a port that it listens on, until it ends. All lie below those that the system gives out by itself, so that nobody's
 * outgoing connection sits on one while a server is started again.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** The sample campus has seven ports, far apart, moved by an offset: with offsets like these no two campuses have one in common. */
const WINDOWS = [5000, 12_000, 19_000]
const STEP = 100
const SLOTS_IN_WINDOW = 29
const LOCK = 5230
const FIRST = 5250
const PORTS_IN_SLOT = 50

const slots = WINDOWS.flatMap(window => Array.from({ length: SLOTS_IN_WINDOW }, (_, i) => window + i * STEP))
/** Kept, so that the locks are. */
const locks: Server[] = []
const spare: number[] = []

/** An offset for `plodge sample` that no other campus has while this process lives. */
export async function takeOffset(): Promise<number> {
  const from = Math.floor(Math.random() * slots.length)
  for (const offset of [...slots.slice(from), ...slots.slice(0, from)]) {
    const lock = await listenAt(LOCK + offset)
    if (!lock) continue
    locks.push(lock.unref())
    return offset
  }
  throw new Error('So many servers are being tested on this machine that no ports are left')
}

/** Ports that nobody else has while this process lives: they stay the same when a server is started again. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = spare.shift()
    if (port === undefined) {
      const offset = await takeOffset()
      spare.push(...Array.from({ length: PORTS_IN_SLOT }, (_, i) => FIRST + offset + i))
    } else if (await isFree(port)) ports.push(port)
  }
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const server = await listenAt(port)
  if (!server) return false
  server.close()
  await once(server, 'close')
  return true
}

function listenAt(port: number): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>()
  const server = createServer(socket => socket.destroy())
  server.once('error', () => resolve(undefined))
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  return promise
}
