import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { Passwords } from './passwords/passwords.ts'
import { campus, feedOf } from './testing.ts'

const passwords = new Passwords()
after(() => passwords.close())

const APR1 = '$apr1$.ac427Al$B9Vnk9.x.aY/ZRu9xa0L4/'
const SHA = '{SHA}jw80bVgk15TzTNGtIPVjKnealbg='
const PASSWORD = 'Pässwört 1'

const signed = (generation: number, ...lines: readonly string[]): readonly string[] => {
  const text = lines.map(line => `${line}\n`).join('')
  return [...lines, `# sha256 ${createHash('sha256').update(text).digest('hex')} generation ${generation}`]
}

test('somebody added can be found, under the rule for names', async t => {
  const { accounts } = await campus(t, passwords)
  const change = await accounts.add({ localpart: 'FANF2', password: 'pencil', name: 'Tony Finch' })
  assert(change.kind === 'done')
  const account = await accounts.find('fanf2')
  assert.deepEqual([account?.source, account?.name, account?.hash, account?.verifiers.length], ['local', 'Tony Finch', undefined, 3])
  assert.equal(await accounts.exists('rjd4'), false)
  assert.equal(await accounts.count(), 1)

  for (const [newcomer, why] of [
    [{ localpart: 'fanf2', password: 'x' }, /exists already/],
    [{ localpart: 'not-a-crsid', password: 'x' }, /localpart/],
    [{ localpart: 'rjd4', password: '' }, /empty/],
    [{ localpart: 'rjd4', password: 'x'.repeat(1024) }, /longer/],
    [{ localpart: 'rjd4', password: 'a\u0000b' }, /control characters/],
  ] as const) {
    const refusal = await accounts.add(newcomer)
    assert(refusal.kind === 'refused')
    assert.match(refusal.why, why)
  }
})

test('what is cached follows every change', async t => {
  const { accounts, losses } = await campus(t, passwords, { onDisk: true })
  await accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const first = await accounts.find('fanf2')
  assert.equal(accounts.find('fanf2'), first)
  await accounts.setPassword('fanf2', 'other')
  assert.notDeepEqual((await accounts.find('fanf2'))?.verifiers, first?.verifiers)
  await accounts.lock('fanf2')
  assert.equal((await accounts.find('fanf2'))?.lockedAt, 1_000_000)
  await accounts.unlock('fanf2')
  assert.equal((await accounts.find('fanf2'))?.lockedAt, undefined)
  await accounts.remove('fanf2')
  assert.equal(await accounts.find('fanf2'), undefined)
  assert.deepEqual(losses, ['fanf2 password', 'fanf2 locked', 'fanf2 removed'])
  assert.equal((await accounts.lock('fanf2')).kind, 'refused')
})

test('a new password and the end of what was had by the old one are one commit', async t => {
  const { store, accounts } = await campus(t, passwords, { onDisk: true })
  await accounts.add({ localpart: 'fanf2', password: 'old' })
  const client = { localpart: 'fanf2', id: 'phone' }
  const seen = {
    userAgentId: undefined,
    software: undefined,
    device: undefined,
    address: '',
    firstSeen: 1,
    lastSeen: 1,
    ways: [],
    appPassword: undefined,
  }
  await store.clients.note([{ ...client, ...seen }], 9)
  const token = { slot: 'new', mechanism: 'HT-SHA-256-NONE', secret: 'x', expiresAt: Infinity, count: 0 } as const
  await store.clients.setTokens('fanf2', client.id, [token])
  const put = store.accounts.put.bind(store.accounts)
  let leftAtCommit: number | undefined
  t.mock.method(store.accounts, 'put', async (...account: Parameters<typeof put>) => {
    await put(...account)
    leftAtCommit = (await store.clients.tokens('fanf2', client.id)).length
  })
  await accounts.setPassword('fanf2', 'new')
  assert.equal(leftAtCommit, 0)
})

test('changes made at the same time wait for one another', async t => {
  const { accounts } = await campus(t, passwords)
  const changes = await Promise.all(Array.from({ length: 5 }, () => accounts.add({ localpart: 'fanf2', password: 'pencil' })))
  assert.deepEqual(changes.map(({ kind }) => kind).sort(), ['done', 'refused', 'refused', 'refused', 'refused'])
})

test('the feed brings people, locks those who leave, and tells who must go', async t => {
  const { accounts, losses } = await campus(t, passwords, { feedMayShrink: 0.5, onDisk: true })
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}:1:1:Tony Finch:/:`, `rjd4:${APR1}`, `spqr1:${APR1}`]))
  assert.equal((await accounts.find('fanf2'))?.name, 'Tony Finch')
  assert.deepEqual(losses, [])

  const outcome = await accounts.takeFeed(await feedOf([`fanf2:${SHA}`, `rjd4:!${APR1}`]))
  assert(outcome.kind === 'applied')
  assert.deepEqual(outcome.counts, { people: 2, added: 0, changed: 1, removed: 1, locked: 1, local: 0, badLines: 0 })
  assert.deepEqual(losses, ['rjd4 spqr1 locked', 'fanf2 password'])
  assert.equal((await accounts.find('fanf2'))?.hash, SHA)
  assert.notEqual((await accounts.find('spqr1'))?.lockedAt, undefined)
})

test('a feed that is refused changes nothing, and force takes it', async t => {
  const { accounts, losses } = await campus(t, passwords)
  const everybody = Array.from({ length: 40 }, (_, i) => `p${i}:${APR1}`)
  await accounts.takeFeed(await feedOf(everybody))
  const half = await feedOf(everybody.slice(0, 20))
  const outcome = await accounts.takeFeed(half)
  assert(outcome.kind === 'refused')
  assert.match(outcome.why, /20 of 40 people are missing/)
  assert.deepEqual(losses, [])
  assert.equal((await accounts.find('p39'))?.lockedAt, undefined)

  const rehearsal = await accounts.takeFeed(half, { force: true, dryRun: true })
  assert(rehearsal.kind === 'applied')
  assert.equal(rehearsal.counts.removed, 20)
  assert.equal((await accounts.find('p39'))?.lockedAt, undefined)
  assert.equal((await accounts.takeFeed(half, { force: true })).kind, 'applied')
  assert.notEqual((await accounts.find('p39'))?.lockedAt, undefined)
})

test('after a feed with a checksum, an older one or one without is refused', async t => {
  const { accounts } = await campus(t, passwords)
  const line = `fanf2:${APR1}`
  assert.equal((await accounts.takeFeed(await feedOf(signed(7, line)))).kind, 'applied')
  assert.equal((await accounts.takeFeed(await feedOf(signed(7, line)))).kind, 'applied')
  assert.equal((await accounts.takeFeed(await feedOf(signed(6, line)))).kind, 'refused')
  assert.equal((await accounts.takeFeed(await feedOf([line]))).kind, 'refused')
  assert.equal((await accounts.takeFeed(await feedOf(signed(8, line)))).kind, 'applied')
  assert.equal((await accounts.takeFeed(await feedOf([line]), { force: true })).kind, 'applied')
  assert.equal((await accounts.takeFeed(await feedOf([line]))).kind, 'applied')
})

test('whoever was locked by hand stays locked through feeds, until unlocked by hand', async t => {
  const { accounts } = await campus(t, passwords)
  const feed = await feedOf([`fanf2:${APR1}`])
  await accounts.takeFeed(feed)
  await accounts.lock('fanf2')
  await accounts.takeFeed(feed)
  assert.notEqual((await accounts.find('fanf2'))?.lockedAt, undefined)
  await accounts.unlock('fanf2')
  await accounts.takeFeed(feed)
  assert.equal((await accounts.find('fanf2'))?.lockedAt, undefined)
})

test('the password of somebody in the feed is changed where the feed is made', async t => {
  const { accounts } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  const change = await accounts.setPassword('fanf2', 'pencil')
  assert(change.kind === 'refused')
  assert.match(change.why, /password feed/)
})

test('nothing of a password or a hash is logged', async t => {
  const { accounts, credentials, logged } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`, 'rjd4:UaZ0gKJtLXqh2', 'spqr1:$6$broken', '']))
  await credentials.verifyPlain('fanf2', PASSWORD, '192.0.2.1')
  await credentials.verifyPlain('rjd4', 'wrong horse', '192.0.2.1')
  assert.match(logged.join('\n'), /traditional DES/)
  assert.doesNotMatch(logged.join('\n'), /ac427|B9Vnk|UaZ0|broken|Pässwört|horse|fanf2|rjd4/)
})
