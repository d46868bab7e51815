/** Which clients a person uses, and how they are shut out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { FastToken, Store } from '../../storage/repositories.ts'
import { type ClientsOptions, Clients, OTHERS } from './clients.ts'
import { readName } from './names.ts'

const PHONE = 'd4565fa7-4d72-4749-b3d3-740edbf87770'
const TABLET = '6bd2d1f0-6f8e-4a32-a2c1-0d1b3b3e2e11'
const TOKEN: FastToken = { slot: 'new', mechanism: 'HT-SHA-256-NONE', secret: 'x', expiresAt: 5000, count: 0 }

async function registry(store: Store = memoryStore(Date.now), options: Partial<ClientsOptions> = {}) {
  const clock = { now: 1000 }
  const errors: string[] = []
  const log = { error: (_details: object, message: string) => void errors.push(message) }
  const account = { source: 'local', name: undefined, createdAt: 1, lockedAt: undefined, hash: undefined, verifiers: [] } as const
  for (const localpart of ['romeo', 'juliet']) await store.accounts.put({ ...account, localpart })
  const clients = await Clients.open({ store, log, clock: () => clock.now, most: () => 3, ...options })
  const ended: string[] = []
  clients.onRevoked((localpart, id) => ended.push(`${localpart} ${id}`))
  return { store, clients, clock, errors, ended }
}

const phone = { localpart: 'romeo', way: 'password', address: '192.0.2.1', userAgentId: PHONE } as const

test('a client is remembered from its first log-in to its last, with all the ways in that it used', async () => {
  const { clients, clock } = await registry()
  const id = clients.saw({ ...phone, software: 'Gajim', device: 'Desk' })
  await clients.flush()
  clock.now = 2000
  assert.equal(clients.saw({ ...phone, way: 'fast', address: '2001:db8::1', software: 'Gajim', device: 'Desk' }), id)
  assert.deepEqual(await clients.list('romeo'), [
    {
      localpart: 'romeo',
      id,
      userAgentId: PHONE,
      software: 'Gajim',
      device: 'Desk',
      address: '2001:db8::1',
      firstSeen: 1000,
      lastSeen: 2000,
      ways: ['fast', 'password'],
      appPassword: undefined,
    },
  ])
})

test('the id of a client is the same after a restart, another for each person, and does not tell what it calls itself', async () => {
  const { clients, store } = await registry()
  const id = clients.saw(phone)
  const { clients: later } = await registry(store)
  assert.equal(later.idOf('romeo', PHONE), id)
  assert.notEqual(later.idOf('juliet', PHONE), id)
  assert(!id.includes(PHONE.slice(0, 8)))
})

test('all that do not say which they are count as one', async () => {
  const { clients } = await registry()
  assert.equal(clients.saw({ ...phone, userAgentId: undefined }), OTHERS)
  clients.saw({ ...phone, userAgentId: undefined, address: '192.0.2.9' })
  const list = await clients.list('romeo')
  assert.deepEqual(
    list.map(({ id, address }) => [id, address]),
    [[OTHERS, '192.0.2.9']],
  )
})

test('a person has so many clients, and the one not used for longest is forgotten with its tokens', async () => {
  const { clients, clock, store } = await registry()
  const first = clients.saw(phone)
  await clients.flush()
  await store.clients.setTokens('romeo', first, [TOKEN])
  for (let i = 0; i < 3; i++) {
    clock.now += 1
    clients.saw({ ...phone, userAgentId: `${i}${TABLET.slice(1)}` })
  }
  const list = await clients.list('romeo')
  assert.equal(list.length, 3)
  assert(!list.some(({ id }) => id === first))
  assert.deepEqual(await store.clients.tokens('romeo', first), [])
})

test('who revokes a client ends its sessions and makes its tokens worthless, and no other', async () => {
  const { clients, store, ended } = await registry()
  const [one, other] = [clients.saw(phone), clients.saw({ ...phone, userAgentId: TABLET })]
  await clients.flush()
  for (const id of [one, other]) await store.clients.setTokens('romeo', id, [TOKEN])
  assert.equal(await clients.revoke('romeo', one), true)
  assert.deepEqual(ended, [`romeo ${one}`])
  assert.deepEqual(await clients.withTokens('romeo'), [other])
  assert.equal(await clients.revoke('romeo', one), false)
  assert.equal(await clients.revoke('juliet', other), false)
  assert.equal(ended.length, 1)
})

test('with an app password go the clients that logged in with it', async () => {
  const { clients, ended } = await registry()
  const one = clients.saw({ ...phone, way: 'app-password', appPassword: 'k1' })
  clients.saw({ ...phone, userAgentId: TABLET })
  await clients.revokeAppPassword('romeo', 'k1')
  assert.deepEqual(ended, [`romeo ${one}`])
  assert.equal((await clients.list('romeo')).length, 1)
})

test('tokens that were got by an app password go with it, whichever client has them; those got otherwise stay', async () => {
  const { clients, store } = await registry()
  const [one, other] = [clients.saw(phone), clients.saw({ ...phone, userAgentId: TABLET, way: 'app-password', appPassword: 'k1' })]
  await clients.flush()
  await store.clients.setTokens('romeo', one, [TOKEN, { ...TOKEN, slot: 'current', appPassword: 'k1' }])
  await store.clients.setTokens('romeo', other, [{ ...TOKEN, appPassword: 'k1' }])
  await clients.passwordChanged(['juliet'])
  await clients.revokeAppPassword('romeo', 'k1')
  assert.deepEqual(await store.clients.tokens('romeo', one), [TOKEN])
  assert.deepEqual(await store.clients.tokens('romeo', other), [])
})

test('a client that is not used any more is forgotten, and its address is kept only where the settings say so', async () => {
  const { clients, store } = await registry(undefined, { keepsAddresses: () => false })
  const [one] = [clients.saw(phone)]
  await clients.flush()
  assert.equal((await clients.list('romeo'))[0]?.address, '')
  await store.clients.setTokens('romeo', one, [TOKEN])
  await store.clients.expire(1000)
  assert.equal((await clients.list('romeo')).length, 1)
  await store.clients.expire(1001)
  assert.deepEqual(await clients.list('romeo'), [])
  assert.deepEqual(await store.clients.tokens('romeo', one), [])
})

test('a new password drops the tokens of that person', async () => {
  const { clients, store } = await registry()
  for (const localpart of ['romeo', 'juliet']) {
    const id = clients.saw({ ...phone, localpart })
    await clients.flush()
    await store.clients.setTokens(localpart, id, [TOKEN])
  }
  await clients.passwordChanged(['romeo'])
  assert.deepEqual(await clients.withTokens('romeo'), [])
  assert.equal((await clients.withTokens('juliet')).length, 1)
})

test('nobody waits for a disk that fails, and the operator hears of it', async () => {
  const { store, clients, errors } = await registry()
  store.clients.note = () => Promise.reject(new Error('the disk is full'))
  clients.saw(phone)
  assert.deepEqual(await clients.list('romeo'), [])
  assert.deepEqual(errors, ['which clients logged in could not be written down'])
})

test('names of clients are one bounded line of what can be seen', () => {
  assert.equal(readName('  Kiva\u2019s\n\tPhone\u202e evil \u0000'), 'Kiva\u2019s Phone evil')
  assert.equal(readName('\u200b \u2066'), undefined)
  assert.equal(readName(undefined), undefined)
  assert.equal(Array.from(readName('\u{1f600}'.repeat(500)) ?? '').length, 64)
  assert.equal(readName('\ud800x'), '\ufffdx')
})
