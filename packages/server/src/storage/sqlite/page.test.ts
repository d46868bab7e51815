import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { ArchiveEntry, ArchivePage, ArchivePageQuery, Store } from '../repositories.ts'
import { hasPhrases, wordsOf } from '../../search/words.ts'
import { searchableText } from '../../search/searchable.ts'
import { temporaryStore } from './temporary-store.ts'

/** What the archive should be, the naive way. */
interface Kept {
  readonly id: number
  readonly stanza: string
  readonly entries: readonly ArchiveEntry[]
}

const OWNERS = ['anna', 'bela', 'carl'] as const
const PEERS = ['dora@x.org', 'emil@x.org', 'fini@x.org', 'rare@x.org'] as const
const START = 1_790_000_000_000

function expected(all: readonly Kept[], query: ArchivePageQuery): ArchivePage {
  const own = all.filter(({ entries }) => entries.some(({ owner, kept }) => owner === query.owner && kept))
  const named = [...(query.ids ?? []), query.after, query.before, query.afterId, query.beforeId].filter(id => typeof id === 'number')
  if (named.some(id => !own.some(message => message.id === id))) return { messages: [], complete: false, count: undefined, found: false }
  const matching = own.filter(
    ({ id, entries, stanza }) =>
      (query.phrases === undefined || hasPhrases(wordsOf(searchableText(stanza)), query.phrases)) &&
      (query.peer === undefined || entries.some(({ owner, peer }) => owner === query.owner && peer === query.peer)) &&
      (query.ids === undefined || query.ids.includes(id)) &&
      id >= (query.start ?? 0) * 1000 &&
      id <= (query.end ?? Infinity) * 1000 + 999 &&
      id > (query.afterId ?? 0) &&
      id < (query.beforeId ?? Infinity),
  )
  const after = matching.filter(({ id }) => id > (query.after ?? 0))
  const before = query.before
  const ranged = typeof before === 'number' ? after.filter(({ id }) => id < before) : after
  const page = before === undefined ? ranged.slice(0, query.max) : ranged.slice(Math.max(0, ranged.length - query.max))
  const peerOf = (entries: readonly ArchiveEntry[]): string => entries.find(({ owner }) => owner === query.owner)?.peer ?? ''
  const messages = page.map(({ id, stanza, entries }) => (query.tellsPeers ? { id, stanza, peer: peerOf(entries) } : { id, stanza }))
  return { messages, complete: ranged.length <= query.max, count: matching.length, found: true }
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 1 })

function queries(ids: readonly number[]): fc.Arbitrary<ArchivePageQuery> {
  const known = fc.constantFrom(...ids)
  const id = fc.oneof({ weight: 20, arbitrary: known }, { weight: 1, arbitrary: fc.integer({ min: 1 }) })
  const ms = known.chain(at => fc.integer({ min: -2, max: 2 }).map(off => Math.floor(at / 1000) + off))
  const rarely = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
  return fc.record({
    owner: fc.constantFrom(...OWNERS),
    peer: maybe(fc.constantFrom(...PEERS, 'anna@x.org', 'nobody@x.org')),
    start: rarely(ms),
    end: rarely(ms),
    afterId: rarely(id),
    beforeId: rarely(id),
    ids: rarely(fc.array(known, { maxLength: 6 })),
    phrases: rarely(fc.constantFrom([['even']], [['9', 'times']], [['rare']], [['even'], ['zehn']], [['uber', 'all']])),
    after: rarely(id),
    before: maybe(fc.oneof(id, fc.constant('last' as const))),
    max: fc.integer({ min: 0, max: 30 }),
    tellsPeers: fc.boolean(),
  })
}

async function compare(store: Store, all: readonly Kept[], seed: number): Promise<void> {
  const ids = all.map(({ id }) => id)
  const check = fc.asyncProperty(fc.array(queries(ids), { minLength: 20, maxLength: 60 }), async asked => {
    const pages = await Promise.all(asked.map(query => store.archive.page(query)))
    for (const [index, query] of asked.entries()) {
      const page = pages[index]
      const wanted = expected(all, query)
      // Many hits of a search are not counted.
      const isUncounted = query.phrases !== undefined && page?.count === undefined && (wanted.count ?? 0) > 200
      assert.deepEqual(page, isUncounted ? { ...wanted, count: undefined } : wanted, JSON.stringify(query))
    }
  })
  await fc.assert(check, { numRuns: 8, seed })
}

/** Appends one message; most are anna's, few are with the rare peer, some are for one side only or not kept. */
function append(store: Store, all: Kept[], index: number): void {
  const [mine, theirs] = [(index * 7) % 10, (index * 13) % 11]
  const owner = OWNERS[mine < 6 ? 0 : mine < 8 ? 1 : 2]
  const peer = index % 150 === 3 ? PEERS[3] : (PEERS[theirs % 3] ?? PEERS[0])
  const entries: ArchiveEntry[] = [{ owner, peer, direction: index % 2 === 0 ? 'sent' : 'received', kept: index % 9 !== 4 }]
  if (owner !== 'anna' && index % 3 === 0)
    entries.push({ owner: 'anna', peer: `${owner}@x.org`, direction: 'received', kept: index % 4 !== 1 })
  const stanza = `<message><body>${index} &#8364; €𝄞 ${index % 2 === 0 ? 'Even' : 'odd'} ${index % 10} times ${index % 10 === 0 ? 'zehn' : ''} ${index % 77 === 0 ? 'Über-all rare' : ''}</body></message>`
  all.push({ id: store.archive.append(stanza, entries), stanza, entries })
}

for (const tailRows of [3, 100_000]) {
  test(`every page is what a naive archive would give, with ${tailRows} rows out of the index`, async () => {
    await using temporary = temporaryStore()
    let now = START
    const options = { tailRows, now: () => now, commitIntervalMs: 1 }
    let store = await temporary.open(options)
    const all: Kept[] = []
    for (let index = 0; index < 2400; index++) {
      now += index % 5 === 0 ? 0 : (index * 31) % 90_000
      append(store, all, index)
      if (index % 20 === 0) await store.archive.committed()
      if (index === 1300) store = await temporary.open(options)
    }
    await compare(store, all, tailRows)

    const half = Math.floor((all[1200]?.id ?? 0) / 1000)
    const rest = all.filter(({ id }) => id >= half * 1000)
    const gone = all.filter(
      ({ id, entries }) => id < half * 1000 && entries.some(({ kept, direction }) => kept || direction === 'received'),
    )
    assert.equal(await store.archive.expire(half), gone.length)
    await compare(store, rest, tailRows + 1)

    store = await temporary.open(options)
    append(store, rest, 5000)
    await compare(store, rest, tailRows + 2)
    const anna = rest.filter(({ entries }) => entries.some(({ owner, kept }) => owner === 'anna' && kept))
    const bounds = await store.archive.bounds('anna')
    assert.deepEqual([bounds?.first.id, bounds?.last.id], [anna[0]?.id, anna.at(-1)?.id])
  })
}

test('counting stops where it would be slow', async () => {
  await using temporary = temporaryStore()
  let now = START
  const store = await temporary.open({ tailRows: 10, now: () => now })
  for (let index = 0; index < 40_000; index++) {
    now += 1000
    store.archive.append('<message/>', [
      { owner: 'anna', peer: index === 20_000 ? 'rare@x.org' : `p${index % 9}@x.org`, direction: 'sent', kept: true },
    ])
    if (index % 1000 === 0) await store.archive.committed()
  }
  const last = await store.archive.page({ owner: 'anna', max: 3, before: 'last' })
  assert.deepEqual([last.messages.length, last.complete, last.count], [3, false, undefined])
  const rare = await store.archive.page({ owner: 'anna', peer: 'rare@x.org', max: 3 })
  assert.deepEqual([rare.messages.length, rare.complete, rare.count], [1, true, 1])
})
