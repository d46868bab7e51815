import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountRecord, Verifier } from '../../storage/repositories.ts'
import { changesOf } from './changes.ts'
import type { Person } from './line.ts'
import type { Feed } from './parse.ts'

const NOW = 1_000_000
const VERIFIER: Verifier = { mechanism: 'SCRAM-SHA-256', iterations: 4096, salt: 'c2FsdHNhbHQ=', storedKey: 'a', serverKey: 'b' }
const DERIVED: Verifier = { ...VERIFIER, mechanism: 'SCRAM-SHA-1', iterations: 10_000 }

const person = (localpart: string, more: Partial<Person> = {}): Person => ({
  localpart,
  name: undefined,
  hash: 'h',
  verifier: undefined,
  isLocked: false,
  concern: 'none',
  ...more,
})
const account = (localpart: string, more: Partial<AccountRecord> = {}): AccountRecord => ({
  localpart,
  source: 'feed',
  name: undefined,
  createdAt: 1,
  lockedAt: undefined,
  hash: 'h',
  verifiers: [],
  ...more,
})
const feed = (people: readonly Person[], more: Partial<Feed> = {}): Feed => ({
  people: new Map(people.map(person => [person.localpart, person])),
  unclear: new Set(),
  bad: [],
  badLines: 0,
  generation: undefined,
  sha256: '',
  ...more,
})

async function changes(
  accounts: readonly AccountRecord[],
  people: readonly Person[],
  more: {
    readonly lockedByHand?: readonly string[]
    readonly feed?: Partial<Feed>
    readonly mayShrink?: number
    readonly keepAppPasswords?: boolean
  } = {},
) {
  const result = await changesOf({
    accounts,
    lockedByHand: new Set(more.lockedByHand),
    feed: feed(people, more.feed),
    mayShrink: more.mayShrink ?? 0.05,
    keepAppPasswords: more.keepAppPasswords ?? true,
    now: NOW,
  })
  assert(result.kind === 'changes', 'refused')
  return result
}

const putOf = async (...question: Parameters<typeof changes>) => (await changes(...question)).put

const crowd = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`)

test('somebody new is added, and the same again changes nothing', async () => {
  const { put, counts } = await changes([], [person('fanf2', { name: 'Tony Finch' })])
  assert.deepEqual(put, [account('fanf2', { name: 'Tony Finch', createdAt: NOW })])
  assert.equal(counts.added, 1)
  const again = await changes(put, [person('fanf2', { name: 'Tony Finch' })])
  assert.deepEqual([again.put, again.locked, again.changed], [[], [], []])
})

test('a new hash drops the verifiers that were made from the old one', async () => {
  const { put, changed } = await changes([account('fanf2', { verifiers: [DERIVED] })], [person('fanf2', { hash: 'h2' })])
  assert.deepEqual(put, [account('fanf2', { hash: 'h2' })])
  assert.deepEqual(changed, ['fanf2'])
})

test('a new name leaves the verifiers, and a feed without names leaves the name', async () => {
  const { put, changed } = await changes([account('fanf2', { verifiers: [DERIVED] })], [person('fanf2', { name: 'Tony' })])
  assert.deepEqual(put[0]?.verifiers, [DERIVED])
  assert.deepEqual(changed, [])
  assert.deepEqual(await putOf([account('fanf2', { name: 'Tony' })], [person('fanf2')]), [])
})

test('a verifier of the feed stays, with those made beside it, until the feed has another', async () => {
  const known = account('fanf2', { hash: undefined, verifiers: [VERIFIER, DERIVED] })
  assert.deepEqual(await putOf([known], [person('fanf2', { hash: undefined, verifier: VERIFIER })]), [])
  const other = { ...VERIFIER, salt: 'b3RoZXJzYWx0' }
  assert.deepEqual((await putOf([known], [person('fanf2', { hash: undefined, verifier: other })]))[0]?.verifiers, [other])
})

test('a mark locks, and its going unlocks, both with the hash and the verifiers kept', async () => {
  const known = account('fanf2', { verifiers: [DERIVED] })
  const { put, locked, counts } = await changes([known], [person('fanf2', { isLocked: true })])
  assert.deepEqual(put, [{ ...known, lockedAt: NOW }])
  assert.deepEqual([locked, counts.locked], [['fanf2'], 1])
  assert.deepEqual(await putOf(put, [person('fanf2', { isLocked: true })]), [])
  assert.deepEqual(await putOf(put, [person('fanf2')]), [known])
})

test('a mark without a hash takes the password away for good', async () => {
  const { put } = await changes([account('fanf2', { verifiers: [DERIVED] })], [person('fanf2', { hash: undefined, isLocked: true })])
  assert.deepEqual(put, [account('fanf2', { hash: undefined, lockedAt: NOW })])
})

test('somebody locked by hand stays locked whatever the feed says', async () => {
  const known = account('fanf2', { lockedAt: 5 })
  assert.deepEqual(await putOf([known], [person('fanf2')], { lockedByHand: ['fanf2'] }), [])
})

test('somebody missing is locked once, and comes back as they were', async () => {
  const known = [account('fanf2'), account('rjd4', { verifiers: [DERIVED] })]
  const { put, locked, counts } = await changes(known, [person('fanf2')])
  assert.deepEqual(put, [account('rjd4', { verifiers: [DERIVED], lockedAt: NOW })])
  assert.deepEqual([locked, counts.removed], [['rjd4'], 1])
  assert.deepEqual(await putOf([account('fanf2'), ...put], [person('fanf2')]), [])
  assert.deepEqual(await putOf([account('fanf2'), ...put], [person('fanf2'), person('rjd4')]), [known[1]])
})

test('somebody whose line was not understood stays as they are', async () => {
  const { put, counts } = await changes([account('fanf2'), account('rjd4')], [person('fanf2')], {
    feed: { unclear: new Set(['rjd4']), badLines: 1 },
  })
  assert.deepEqual(put, [])
  assert.equal(counts.badLines, 1)
})

test('people added here by hand are no business of the feed', async () => {
  const known = [account('fanf2', { source: 'local', hash: undefined }), account('rjd4', { source: 'local' })]
  const { put, counts } = await changes(known, [person('fanf2', { isLocked: true })])
  assert.deepEqual(put, [])
  assert.equal(counts.local, 1)
})

const crowdOf = (count: number): Feed => feed(crowd(count).map(name => person(name)))
const judge = (accounts: readonly AccountRecord[], feed: Feed, mayShrink: number) =>
  changesOf({ accounts, lockedByHand: new Set(), feed, mayShrink, keepAppPasswords: true, now: NOW })

test('a feed may lose as many as it may shrink, and is refused whole when it loses one more', async () => {
  const known = crowd(100).map(name => account(name))
  const five = await judge(known, crowdOf(95), 0.05)
  assert(five.kind === 'changes')
  assert.equal(five.counts.removed, 5)
  const six = await judge(known, crowdOf(94), 0.05)
  assert(six.kind === 'refused')
  assert.match(six.why, /^6 of 100 people are missing.*5 %/)
  assert.equal((await judge(known, crowdOf(1), Infinity)).kind, 'changes')
})

test('one person may always go', async () => {
  const known = crowd(3).map(name => account(name))
  assert.equal((await judge(known, crowdOf(2), 0.05)).kind, 'changes')
  assert.equal((await judge(known, crowdOf(1), 0.05)).kind, 'refused')
})

test('those who left before do not count again, and newcomers do not make up for leavers', async () => {
  const known = crowd(100).map((name, i) => account(name, i < 50 ? {} : { lockedAt: 1 }))
  const people = [...crowd(47), ...crowd(500).map(name => `new${name}`)].map(name => person(name))
  assert.equal((await judge(known, feed(people), 0.05)).kind, 'refused')
})

test('a feed without anybody is refused, also where nobody is known', async () => {
  for (const badLines of [0, 3]) assert.equal((await judge([], feed([], { badLines }), Infinity)).kind, 'refused')
})
