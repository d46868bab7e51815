import assert from 'node:assert/strict'
import test from 'node:test'
import type {
  ArchiveEntry,
  ArchivePageQuery,
  ClientRecord,
  FastToken,
  RosterRow,
  Store,
  WebSessionRecord,
} from '@plodge/server/storage/repositories.ts'
import { temporaryStore } from '@plodge/server/storage/sqlite/temporary-store.ts'
import { memoryStore } from './memory-store.ts'

/** What a store tells after some use, of everything that modules and rosters ask it. */
async function observe({ accounts, archive, clients, documents, rosters, audit, usage }: Store): Promise<unknown> {
  const account = { source: 'local', name: undefined, createdAt: 1, lockedAt: undefined, hash: undefined, verifiers: [] } as const
  await accounts.put({ ...account, localpart: 'a' })
  await accounts.put({ ...account, localpart: 'gone' })
  const client = (localpart: string, id: string, lastSeen: number, ways: ClientRecord['ways']): ClientRecord => ({
    localpart,
    id,
    userAgentId: undefined,
    software: 'Psi',
    device: undefined,
    address: '192.0.2.1',
    firstSeen: lastSeen,
    lastSeen,
    ways,
    appPassword: undefined,
  })
  const token = (slot: 'new' | 'current', expiresAt: number): FastToken => ({
    slot,
    mechanism: 'HT-SHA-256-NONE',
    secret: `secret ${slot}`,
    expiresAt,
    count: 3,
  })
  await clients.note([client('a', 'one', 10, ['password']), client('a', 'two', 20, ['fast']), client('stranger', 'x', 1, ['web'])], 3)
  await clients.setTokens('a', 'one', [token('current', 100), token('new', 200)])
  await clients.setTokens('a', 'never seen', [token('new', 200)])
  await clients.note([client('a', 'one', 30, ['fast'])], 3)
  await clients.note([client('a', 'three', 31, ['web']), client('a', 'four', 32, ['web']), client('gone', 'x', 1, ['web'])], 3)
  await usage.note(
    100,
    ['a'],
    new Map([
      ['a', 5],
      ['gone', 6],
    ]),
  )
  await usage.note(101, ['a', 'b'], new Map([['a', 7]]))
  await usage.note(108, ['b'], new Map())
  await usage.closeDays(108)
  const entry1 = { at: 1, who: 'a', role: 'operator', command: 'lock', about: ['b@x', 'ab@x'] }
  await audit.append(entry1)
  await audit.append({ ...entry1, at: 2, who: 'plodge root', about: [] })
  await accounts.remove('gone')

  const row: RosterRow = {
    contact: 'b@x',
    name: undefined,
    groups: ['one'],
    subscription: 'both',
    ask: false,
    approved: false,
    listed: true,
    pendingIn: undefined,
  }
  await rosters.put('a', row, 1)
  await rosters.put('a', { ...row, contact: 'c@x' }, 2)
  await rosters.remove('a', 'c@x', 3)
  await documents.set('a', 'k', '', 'one')
  await documents.set('a', 'k', 'n', 'two')
  await documents.set('a', 'k', '', undefined)
  await documents.set('b', 'k', 'n', 'other')

  const entry = (owner: string, peer: string, direction: ArchiveEntry['direction'], kept = true): ArchiveEntry => ({
    owner,
    peer,
    direction,
    kept,
  })
  const ids = [1, 2, 3, 4, 5].map(i =>
    archive.append(`<message id='${i}'/>`, [entry('a', i % 2 === 0 ? 'b@x' : 'c@x', 'received', i !== 3), entry('b', 'a@x', 'sent')]),
  )
  await archive.committed()
  const at = (index: number): number => ids[index] ?? 0
  const ask = async (query: Partial<ArchivePageQuery>): Promise<unknown> => {
    const { messages, complete, found } = await archive.page({ owner: 'a', max: 2, ...query })
    return [messages.map(({ id, stanza }) => [ids.indexOf(id), stanza]), complete, found]
  }
  const pages = [
    await ask({}),
    await ask({ before: 'last' }),
    await ask({ after: at(1) }),
    await ask({ before: at(4) }),
    await ask({ peer: 'b@x' }),
    await ask({ ids: [at(0), at(4)] }),
    await ask({ afterId: at(0), beforeId: at(4) }),
    await ask({ after: at(2) }),
    await ask({ after: 7 }),
    await ask({ owner: 'nobody' }),
  ]
  const number = (list: readonly { readonly id: number }[]): number[] => list.map(({ id }) => ids.indexOf(id))
  const waiting = number(await archive.undelivered('a', at(0), 10))
  await archive.setDeliveryMarks(new Map([['a', at(3)]]))
  await archive.setDeliveryMarks(new Map([['a', at(1)]]))
  const bounds = await archive.bounds('a')
  return {
    clients: [await clients.list('a'), await clients.list('stranger'), await clients.list('gone')],
    tokens: [await clients.tokens('a', 'one'), await clients.tokens('a', 'never seen')],
    withTokens: [await clients.withTokens('a', 150), await clients.withTokens('a', 200)],
    removed: [await clients.remove('a', 'one'), await clients.remove('a', 'one'), await clients.tokens('a', 'one')],
    audit: [await audit.list({ limit: 9 }), await audit.list({ limit: 1, before: 2 }), await audit.list({ limit: 9, person: 'b' })],
    usage: [await usage.lastLogin('a'), await usage.lastLogin('gone'), await usage.counts(100, 108)],
    roster: await rosters.load('a'),
    documents: [await documents.get('a', 'k', ''), await documents.get('a', 'k', 'n'), [...(await documents.list('a', 'k'))]],
    pages,
    waiting,
    mark: ids.indexOf(await archive.deliveryMark('a')),
    unknown: await archive.deliveryMark('nobody'),
    left: number(await archive.undelivered('a', 0, 10)),
    bounds: bounds && number([bounds.first, bounds.last]),
    none: await archive.bounds('nobody'),
  }
}

/** The same of what is taken away from devices. */
async function observeDevices({ accounts, clients }: Store): Promise<unknown> {
  const account = { source: 'local', name: undefined, createdAt: 1, lockedAt: undefined, hash: undefined, verifiers: [] } as const
  const verifier = { mechanism: 'SCRAM-SHA-1', iterations: 4096, salt: 'AAAA', storedKey: 'BBBB', serverKey: 'CCCC' } as const
  await accounts.put({ ...account, localpart: 'a', appPasswords: [{ id: 'k1', name: 'phone', createdAt: 2, verifiers: [verifier] }] })
  const seen = (id: string, lastSeen: number, ways: ClientRecord['ways'], appPassword?: string): ClientRecord => ({
    localpart: 'a',
    id,
    userAgentId: id,
    software: undefined,
    device: 'Phone',
    address: '',
    firstSeen: lastSeen,
    lastSeen,
    ways,
    appPassword,
  })
  const token = (slot: 'new' | 'current', more: object = {}): FastToken => ({
    slot,
    mechanism: 'HT-SHA-256-NONE',
    secret: slot,
    expiresAt: 900,
    count: 0,
    ...more,
  })
  const added = await clients.note([seen('one', 10, ['password']), seen('two', 20, ['app-password'], 'k1'), seen('old', 5, ['fast'])], 9)
  const again = await clients.note([seen('one', 11, ['fast'])], 9)
  await clients.setTokens('a', 'one', [token('new'), token('current', { appPassword: 'k1' })])
  await clients.setTokens('a', 'two', [token('new', { appPassword: 'k1' })])
  await clients.setTokens('a', 'old', [token('new')])
  const told: unknown[] = [await accounts.find('a'), added, again]
  const look = async (what: unknown): Promise<void> => {
    told.push(what, await clients.list('a'), ...(await Promise.all(['one', 'two', 'old'].map(id => clients.tokens('a', id)))))
  }
  await look('before')
  await look(await clients.passwordChanged(['a', 'nobody']))
  await look(await clients.removeAppPassword('a', 'k1'))
  await look(await clients.removeAppPassword('nobody', 'k1'))
  await look(await clients.expire(11))
  await accounts.put({ ...account, localpart: 'a', appPasswords: [] })
  const { appPasswords = [] } = (await accounts.find('a')) ?? {}
  return [...told, appPasswords]
}

/** The same of browsers that are signed in. */
async function observeWebSessions({ accounts, webSessions }: Store): Promise<unknown> {
  const account = { source: 'local', name: undefined, createdAt: 1, lockedAt: undefined, hash: undefined, verifiers: [] } as const
  for (const localpart of ['a', 'b']) await accounts.put({ ...account, localpart })
  const session = (id: string, at: number, localpart = 'a'): WebSessionRecord => ({
    localpart,
    id,
    name: id === 'two' ? undefined : 'Firefox',
    address: '192.0.2.1',
    firstSeen: at,
    lastSeen: at,
    expiresAt: at + 100,
    until: at + 120,
  })
  const told: unknown[] = []
  const look = async (what: unknown): Promise<void> => {
    const over = await Promise.all(['one', 'three', 'x'].map(id => webSessions.isOver('a', id)))
    told.push(what, over, await webSessions.list('a', 50), await webSessions.revoked(50))
  }
  await look('before')
  for (const [id, at] of [
    ['one', 10],
    ['two', 20],
    ['three', 30],
  ] as const)
    await look(await webSessions.note(session(id, at), 3))
  await look(await webSessions.note(session('one', 40), 3))
  await look(await webSessions.note(session('four', 45), 3))
  await look(await webSessions.note(session('one', 40, 'nobody'), 3))
  await look(await webSessions.seen('a', 'three', 60, 170))
  await look(await webSessions.revoke('a', 'one', 50))
  await look([await webSessions.revoke('a', 'one', 50), await webSessions.revoke('b', 'three', 50), await webSessions.revoke('a', 'x', 50)])
  await look([await webSessions.revoke('a', 'three', 170), await webSessions.list('a', 170)])
  await look([await webSessions.note(session('one', 70), 3), await webSessions.seen('a', 'one', 80, 180)])
  await look(await webSessions.over('a', 'one'))
  await look(await webSessions.over('a', 'x'))
  await look(await webSessions.note(session('one', 70), 3))
  await webSessions.note(session('one', 70, 'b'), 3)
  await webSessions.revoke('b', 'one', 70)
  await look(await webSessions.expire(150))
  await accounts.remove('b')
  await look(await webSessions.note(session('one', 90), 3))
  return told
}

test('the store in memory tells what the store on disk tells', async () => {
  await using temporary = temporaryStore()
  const observed = await observe(await temporary.open())
  assert.deepEqual(await observe(memoryStore(() => 1_790_000_000_000)), observed)
})

test('of what is taken away from devices, too', async () => {
  await using temporary = temporaryStore()
  const observed = await observeDevices(await temporary.open())
  assert.deepEqual(await observeDevices(memoryStore(() => 1_790_000_000_000)), observed)
  assert.match(JSON.stringify(observed), /^\[\{.*"appPasswords":\[\{"id":"k1"/)
})

test('of browsers, too', async () => {
  await using temporary = temporaryStore()
  const observed = await observeWebSessions(await temporary.open())
  assert.deepEqual(await observeWebSessions(memoryStore(() => 1_790_000_000_000)), observed)
  assert.match(JSON.stringify(observed), /\[\{"localpart":"b","id":"one"\}\]/)
})
