/** Ten thousand connections that never log in: others still do, and the server's memory stays within bounds. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Client } from '../client/client.ts'
import { header } from '../client/login.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'
import { Bystanders } from './stages.ts'

const CONNECTIONS = 10_000
const AT_ONCE = 200
const MOST_MEGABYTES = 400

/** Each end takes a descriptor, in processes of their own. */
const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim().replace('unlimited', '1000000'))
const reason =
  descriptors < CONNECTIONS + 1000
    ? `ulimit -n is ${descriptors}: ${CONNECTIONS} connections need more`
    : targetName !== 'plodge' && 'only Plodge promises this'

let target: RunningTarget
before(async () => {
  if (reason === false) target = await startTarget({ people: 4 })
})
after(() => target?.stop())

test('ten thousand half-open connections keep nobody out', { skip: reason }, async t => {
  const bystanders = await Bystanders.meet(target, person(target, 0), person(target, 1))
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  const before = megabytes(target.pid)
  let slowest = 0
  while (sockets.length < CONNECTIONS) {
    const batch = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => open(i)))
    sockets.push(...batch.filter(socket => socket !== undefined))
    slowest = Math.max(slowest, await bystanders.talk())
  }
  const started = performance.now()
  const newcomer = await Client.connect(target, { account: person(target, 2) })
  const login = performance.now() - started
  await newcomer.ask('get', `<query xmlns='jabber:iq:roster'/>`)
  const grown = megabytes(target.pid) - before
  t.diagnostic(
    `${sockets.length} connections: a log-in took ${Math.round(login)} ms, a message at most ${Math.round(slowest)} ms, memory grew by ${Math.round(grown)} MB from ${Math.round(before)} MB`,
  )
  assert.ok(login < 5000, `A log-in took ${login} ms`)
  assert.ok(slowest < 3000, `A message took ${slowest} ms`)
  assert.ok(grown < MOST_MEGABYTES, `The server grew by ${grown} MB`)
  await Promise.all([newcomer.line.close(), bystanders.leave()])
})

/** Some say nothing, some half a header, some begin a TLS handshake; undefined when the server sends it away at once. */
function open(kind: number): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host: target.host, port: kind % 4 === 3 ? target.tlsPort : target.port }, () => {
      if (kind % 4 === 1) socket.write(header(target.domain).slice(0, 60))
      if (kind % 4 === 2) socket.write(header(target.domain))
      if (kind % 4 === 3) socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00))
      resolve(socket)
    })
    socket.resume()
    socket.on('error', () => resolve(undefined))
  })
}

function megabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
