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

function changes(
  accounts: readonly AccountRecord[],
  people: readonly Person[],
  more: { readonly lockedByHand?: readonly string[]; readonly feed?: Partial<Feed>; readonly mayShrink?: number } = {},
) {
  const result = changesOf({
    accounts,
    lockedByHand: new Set(more.lockedByHand),
    feed: feed(people, more.feed),
    mayShrink: more.mayShrink ?? 0.05,
    now: NOW,
  })
  assert(result.kind === 'changes', 'refused')
  return result
}

const crowd = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`)

test('somebody new is added, and the same again changes nothing', () => {
  const { put, counts } = changes([], [person('fanf2', { name: 'Tony Finch' })])
  assert.deepEqual(put, [account('fanf2', { name: 'Tony Finch', createdAt: NOW })])
  assert.equal(counts.added, 1)
  const again = changes(put, [person('fanf2', { name: 'Tony Finch' })])
  assert.deepEqual([again.put, again.locked, again.changed], [[], [], []])
})

test('a new hash drops the verifiers that were made from the old one', () => {
  const { put, changed } = changes([account('fanf2', { verifiers: [DERIVED] })], [person('fanf2', { hash: 'h2' })])
  assert.deepEqual(put, [account('fanf2', { hash: 'h2' })])
  assert.deepEqual(changed, ['fanf2'])
})

test('a new name leaves the verifiers, and a feed without names leaves the name', () => {
  const { put, changed } = changes([account('fanf2', { verifiers: [DERIVED] })], [person('fanf2', { name: 'Tony' })])
  assert.deepEqual(put[0]?.verifiers, [DERIVED])
  assert.deepEqual(changed, [])
  assert.deepEqual(changes([account('fanf2', { name: 'Tony' })], [person('fanf2')]).put, [])
})

test('a verifier of the feed stays, with those made beside it, until the feed has another', () => {
  const known = account('fanf2', { hash: undefined, verifiers: [VERIFIER, DERIVED] })
  assert.deepEqual(changes([known], [person('fanf2', { hash: undefined, verifier: VERIFIER })]).put, [])
  const other = { ...VERIFIER, salt: 'b3RoZXJzYWx0' }
  assert.deepEqual(changes([known], [person('fanf2', { hash: undefined, verifier: other })]).put[0]?.verifiers, [other])
})

test('a mark locks, and its going unlocks, both with the hash and the verifiers kept', () => {
  const known = account('fanf2', { verifiers: [DERIVED] })
  const { put, locked, counts } = changes([known], [person('fanf2', { isLocked: true })])
  assert.deepEqual(put, [{ ...known, lockedAt: NOW }])
  assert.deepEqual([locked, counts.locked], [['fanf2'], 1])
  assert.deepEqual(changes(put, [person('fanf2', { isLocked: true })]).put, [])
  assert.deepEqual(changes(put, [person('fanf2')]).put, [known])
})

test('a mark without a hash takes the password away for good', () => {
  const { put } = changes([account('fanf2', { verifiers: [DERIVED] })], [person('fanf2', { hash: undefined, isLocked: true })])
  assert.deepEqual(put, [account('fanf2', { hash: undefined, lockedAt: NOW })])
})

test('somebody locked by hand stays locked whatever the feed says', () => {
  const known = account('fanf2', { lockedAt: 5 })
  assert.deepEqual(changes([known], [person('fanf2')], { lockedByHand: ['fanf2'] }).put, [])
})

test('somebody missing is locked once, and comes back as they were', () => {
  const known = [account('fanf2'), account('rjd4', { verifiers: [DERIVED] })]
  const { put, locked, counts } = changes(known, [person('fanf2')])
  assert.deepEqual(put, [account('rjd4', { verifiers: [DERIVED], lockedAt: NOW })])
  assert.deepEqual([locked, counts.removed], [['rjd4'], 1])
  assert.deepEqual(changes([account('fanf2'), ...put], [person('fanf2')]).put, [])
  assert.deepEqual(changes([account('fanf2'), ...put], [person('fanf2'), person('rjd4')]).put, [known[1]])
})

test('somebody whose line was not understood stays as they are', () => {
  const { put, counts } = changes([account('fanf2'), account('rjd4')], [person('fanf2')], {
    feed: { unclear: new Set(['rjd4']), badLines: 1 },
  })
  assert.deepEqual(put, [])
  assert.equal(counts.badLines, 1)
})

test('people added here by hand are no business of the feed', () => {
  const known = [account('fanf2', { source: 'local', hash: undefined }), account('rjd4', { source: 'local' })]
  const { put, counts } = changes(known, [person('fanf2', { isLocked: true })])
  assert.deepEqual(put, [])
  assert.equal(counts.local, 1)
})

test('a feed may lose as many as it may shrink, and is refused whole when it loses one more', () => {
  const known = crowd(100).map(name => account(name))
  assert.equal(
    changes(
      known,
      crowd(95).map(name => person(name)),
    ).counts.removed,
    5,
  )
  const refusal = changesOf({
    accounts: known,
    lockedByHand: new Set(),
    feed: feed(crowd(94).map(name => person(name))),
    mayShrink: 0.05,
    now: NOW,
  })
  assert(refusal.kind === 'refused')
  assert.match(refusal.why, /^6 of 100 people are missing.*5 %/)
  assert.equal(
    changes(
      known,
      crowd(1).map(name => person(name)),
      { mayShrink: Infinity },
    ).counts.removed,
    99,
  )
})

test('those who left before do not count again, and newcomers do not make up for leavers', () => {
  const known = crowd(100).map((name, i) => account(name, i < 50 ? {} : { lockedAt: 1 }))
  const people = [...crowd(47), ...crowd(500).map(name => `new${name}`)].map(name => person(name))
  assert.equal(changesOf({ accounts: known, lockedByHand: new Set(), feed: feed(people), mayShrink: 0.05, now: NOW }).kind, 'refused')
})

test('a feed without anybody is refused, also where nobody is known', () => {
  for (const badLines of [0, 3]) {
    assert.equal(
      changesOf({ accounts: [], lockedByHand: new Set(), feed: feed([], { badLines }), mayShrink: Infinity, now: NOW }).kind,
      'refused',
    )
  }
})
