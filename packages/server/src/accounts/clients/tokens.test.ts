/** Tokens and time: when one is too old, and when it is time for the next. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { Clients } from './clients.ts'
import { sealWith } from './sealing.ts'
import { Tokens } from './tokens.ts'

const DAY_MS = 86_400_000
const PHONE = 'd4565fa7-4d72-4749-b3d3-740edbf87770'
const attempt = {
  localpart: 'romeo',
  userAgentId: PHONE,
  mechanism: 'HT-SHA-256-NONE',
  count: undefined,
  isLast: false,
  address: '192.0.2.1',
} as const

async function keeper(days: () => number, key = randomBytes(32)) {
  const store = memoryStore(Date.now)
  const clock = { now: 1_000_000 }
  const account = {
    localpart: 'romeo',
    source: 'local',
    name: undefined,
    createdAt: 1,
    lockedAt: undefined,
    hash: undefined,
    verifiers: [],
  } as const
  await store.accounts.put(account)
  const clients = await Clients.open({ store, log: { error: () => {} }, clock: () => clock.now, most: () => 9 })
  const credentials = { begin: () => 0, scramResult: () => 0 }
  const tokens = new Tokens({ store, accounts: store.accounts, credentials, clients, seal: sealWith(key), clock: () => clock.now, days })
  const client = clients.saw({ ...attempt, way: 'password' })
  const issued = await tokens.issue({ localpart: 'romeo', client, mechanism: attempt.mechanism })
  return {
    tokens,
    clients,
    store,
    client,
    clock,
    issued,
    check: () => tokens.check({ ...attempt, fits: secret => secret === issued.token }),
  }
}

test('a token is good for so many days, then it has expired', async () => {
  const { clock, issued, check } = await keeper(() => 30)
  assert.equal(issued.expiry, clock.now + 30 * DAY_MS)
  clock.now = issued.expiry - 1
  assert.equal((await check()).kind, 'right')
  clock.now = issued.expiry
  assert.equal((await check()).kind, 'expired')
})

test('after a day it is time for the next token', async () => {
  const { clock, check } = await keeper(() => 30)
  assert.deepEqual({ ...(await check()), secret: '' }, { kind: 'right', secret: '', isDue: false, appPassword: undefined })
  clock.now += DAY_MS
  assert.deepEqual({ ...(await check()), secret: '' }, { kind: 'right', secret: '', isDue: true, appPassword: undefined })
})

test('an operator who turns tokens off makes all of them worthless', async () => {
  let days = 30
  const { check } = await keeper(() => days)
  days = 0
  assert.equal((await check()).kind, 'expired')
})

test('a token that was got by an app password is worth nothing without it', async () => {
  const { tokens, store, client } = await keeper(() => 30)
  const account = await store.accounts.find('romeo')
  assert(account)
  const key = { id: 'k1', name: 'phone', createdAt: 1, verifiers: [] }
  const wish = { localpart: 'romeo', client, mechanism: attempt.mechanism, appPassword: 'k1' }
  const { token } = await tokens.issue(wish)
  const check = (): ReturnType<Tokens['check']> => tokens.check({ ...attempt, fits: secret => secret === token })
  assert.equal((await check()).kind, 'wrong')
  await store.accounts.put({ ...account, appPasswords: [key] })
  const outcome = await check()
  assert.equal(outcome.kind === 'right' && outcome.appPassword, 'k1')
})

test('a client that was shut out, or was never seen, has no token', async () => {
  const { check, clients, client, tokens, store } = await keeper(() => 30)
  await clients.revoke('romeo', client)
  assert.equal((await check()).kind, 'wrong')
  await tokens.issue({ localpart: 'romeo', client, mechanism: attempt.mechanism })
  assert.deepEqual(await store.clients.tokens('romeo', client), [])
})

test('on disk a token is sealed, for the client that has it and for nobody with another key', async () => {
  const key = randomBytes(32)
  const { check, store, client, issued } = await keeper(() => 30, key)
  const [kept] = await store.clients.tokens('romeo', client)
  assert(kept)
  assert.ok(!kept.secret.includes(issued.token))
  assert.equal(sealWith(key).open(kept.secret, `romeo\0${client}`), issued.token)
  assert.equal(sealWith(key).open(kept.secret, `juliet\0${client}`), undefined)
  assert.equal(sealWith(randomBytes(32)).open(kept.secret, `romeo\0${client}`), undefined)
  await store.clients.setTokens('romeo', client, [{ ...kept, secret: `${kept.secret.slice(0, -2)}AA` }])
  assert.equal((await check()).kind, 'wrong')
})

test('a token from before there were seals is good, and is sealed when it is used', async () => {
  const { check, store, client, issued } = await keeper(() => 30)
  const [kept] = await store.clients.tokens('romeo', client)
  assert(kept)
  await store.clients.setTokens('romeo', client, [{ ...kept, secret: issued.token }])
  assert.equal((await check()).kind, 'right')
  const [used] = await store.clients.tokens('romeo', client)
  assert.match(used?.secret ?? '', /^s1\./)
  assert.equal((await check()).kind, 'right')
})

test('the operator sees how many were issued, used, refused and rotated', async () => {
  const { tokens, client, clock, issued } = await keeper(() => 30)
  const check = (token: string): ReturnType<Tokens['check']> => tokens.check({ ...attempt, fits: secret => secret === token })
  await check(issued.token)
  const { token } = await tokens.issue({ localpart: 'romeo', client, mechanism: attempt.mechanism })
  await check(issued.token)
  assert.deepEqual(tokens.counts, { issued: 2, used: 2, refused: 0, rotated: 0 })
  await check(token)
  await check(token)
  await check('another')
  clock.now += 31 * DAY_MS
  await check(token)
  assert.deepEqual(tokens.counts, { issued: 2, used: 4, refused: 2, rotated: 1 })
})
