/** How long a browser is on its person's list, and how long what is ended stays ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { Session } from '../../routing/session.ts'
import type { Store } from '../../storage/repositories.ts'
import { WebSessions } from './web-sessions.ts'

const MINUTE = 60_000
const ID = 'a'.repeat(20)
const account = { source: 'local', name: undefined, createdAt: 1, lockedAt: undefined, hash: undefined, verifiers: [] } as const

async function some(store: Store = memoryStore(Date.now), { keepsAddresses = true } = {}) {
  const clock = { now: 1_000_000 }
  const complaints: string[] = []
  const log = { error: (_: object, message: string) => void complaints.push(message) }
  for (const localpart of ['romeo', 'juliet']) await store.accounts.put({ ...account, localpart })
  const sessions = new WebSessions({ store, log, clock: () => clock.now, keepsAddresses: () => keepsAddresses })
  const browser = { id: ID, name: 'Firefox on\u202e Linux', address: '192.0.2.7', until: clock.now + 480 * MINUTE, idle: 30 * MINUTE }
  const window = (isLost = false) => ({ localpart: 'romeo', client: ID, isLost }) as Session
  const listed = async (): Promise<readonly (number | undefined)[]> => (await sessions.list('romeo')).map(({ lastSeen }) => lastSeen)
  return { store, sessions, clock, complaints, window, listed, comes: (more = {}) => sessions.came('romeo', { ...browser, ...more }) }
}

test('it is there as long as it has a line, and after that for as long as it may be idle', async () => {
  const { sessions, clock, comes, window, listed } = await some()
  assert.equal(await comes(), true)
  clock.now += 200 * MINUTE
  assert.deepEqual(await listed(), [1_000_000])
  sessions.left(window(), [window()])
  clock.now += 40 * MINUTE
  assert.equal((await listed()).length, 1, 'it has another window')
  const gone = clock.now
  sessions.left(window(), [window(true)])
  clock.now += 29 * MINUTE
  assert.deepEqual(await listed(), [gone])
  clock.now += MINUTE
  assert.deepEqual(await listed(), [])
  assert.equal(await comes(), true)
  assert.deepEqual(await listed(), [clock.now], 'the tier had it still')
})

test('however it is used it ends when the tier says', async () => {
  const { sessions, clock, comes, window, listed } = await some()
  await comes()
  clock.now += 470 * MINUTE
  sessions.left(window(), [])
  clock.now += 10 * MINUTE
  assert.deepEqual(await listed(), [])
})

test('what is ended stays ended in the next server, which tells the tier, until it is over anyway', async () => {
  const { store, sessions, comes } = await some()
  await comes()
  assert.deepEqual(
    [await sessions.revoke('juliet', ID), await sessions.revoke('romeo', ID), await sessions.revoke('romeo', ID)],
    [false, true, false],
  )
  const next = await some(store)
  const { promise, resolve } = Promise.withResolvers<unknown>()
  next.sessions.watch(resolve)
  assert.deepEqual(await promise, { localpart: 'romeo', id: ID })
  assert.equal(await next.comes(), false)
  next.clock.now += 479 * MINUTE
  await next.sessions.expire()
  assert.equal(await next.comes(), false)
  next.clock.now += MINUTE
  await next.sessions.expire()
  assert.equal(await next.comes(), true)
})

test('a name is one line of what can be seen, and an address is kept where the settings say so', async () => {
  for (const keepsAddresses of [true, false]) {
    const { sessions, comes } = await some(undefined, { keepsAddresses })
    await comes()
    const [{ name, address } = { name: '', address: '' }] = await sessions.list('romeo')
    assert.deepEqual([name, address], ['Firefox on Linux', keepsAddresses ? '192.0.2.7' : ''])
  }
})

test('nobody waits for a disk that fails when a browser leaves, and the operator hears of it', async () => {
  const { store, sessions, complaints, comes, window } = await some()
  await comes()
  store.webSessions.seen = () => Promise.reject(new Error('the disk is full'))
  sessions.left(window(), [])
  await new Promise(setImmediate)
  assert.deepEqual(complaints, ['when a browser left could not be written down'])
})

test('one that is ended in the moment in which it comes is not left in', async () => {
  const { store, sessions, comes } = await some()
  await comes()
  const told: unknown[] = []
  sessions.onEnded((...words) => void told.push(words))
  store.webSessions.isOver = async () => false
  await sessions.revoke('romeo', ID)
  assert.equal(await comes(), true)
  await new Promise(setImmediate)
  assert.deepEqual(told, [
    ['romeo', ID, true],
    ['romeo', ID, false],
  ])
})
