import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchivedMessage, RestoredMessage, Store } from '../repositories.ts'
import { temporaryStore } from './temporary-store.ts'

const HOUR = 3_600_000_000
const BEGIN = Date.parse('2020-01-01T00:00:00Z') * 1000

const message = (id: number, text: string, peer = 'romeo@example.org'): RestoredMessage => ({
  id,
  peer,
  direction: 'received',
  kept: true,
  stanza: `<message xmlns='jabber:client' from='${peer}/x'><body>${text}</body></message>`,
})

async function history(store: Store, owner: string, peer?: string): Promise<readonly ArchivedMessage[]> {
  const all: ArchivedMessage[] = []
  for (;;) {
    const page = await store.archive.page({ owner, peer, after: all.at(-1)?.id, max: 100 })
    all.push(...page.messages)
    if (page.complete) return all
  }
}

test('messages of another time go among those that are there, in order, and once', async () => {
  await using temporary = temporaryStore()
  let store = await temporary.open({ tailRows: 64 })
  const even = Array.from({ length: 400 }, (_, at) => message(BEGIN + 2 * at * HOUR, `even ${at}`))
  const odd = Array.from({ length: 400 }, (_, at) => message(BEGIN + (2 * at + 1) * HOUR, `odd ${at}`, 'nurse@example.org'))
  const append = (): number =>
    store.archive.append('<message><body>now</body></message>', [{ owner: 'juliet', peer: 'x@y', direction: 'sent', kept: true }])
  const first = append()
  assert.equal(await store.archive.restore('juliet', even), 400)
  const second = append()
  assert.equal(await store.archive.restore('juliet', odd), 400)
  assert.equal(await store.archive.restore('juliet', odd.slice(100, 200)), 0)
  const wanted = [...even, ...odd].map(({ id }) => id).sort((one, other) => one - other)
  const ids = async (peer?: string): Promise<number[]> => (await history(store, 'juliet', peer)).map(({ id }) => id)
  assert.deepEqual(await ids(), [...wanted, first, second])
  store = await temporary.open({ tailRows: 64 })
  const third = append()
  assert.deepEqual(await ids(), [...wanted, first, second, third])
  assert.deepEqual(
    await ids('nurse@example.org'),
    odd.map(({ id }) => id),
  )
})

test('what both sides have is kept once, and somebody else’s message of that moment stays', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  const said = message(BEGIN, 'hello')
  await store.archive.restore('juliet', [said])
  await store.archive.restore('romeo', [{ ...said, direction: 'sent', peer: 'juliet@example.org' }])
  await store.archive.restore('nurse', [message(BEGIN, 'something else')])
  assert.deepEqual(
    (await history(store, 'romeo')).map(({ id }) => id),
    [BEGIN],
  )
  assert.deepEqual(
    (await history(store, 'nurse')).map(({ id }) => id),
    [BEGIN + 1],
  )
  await store.accounts.remove('juliet')
  assert.equal((await history(store, 'romeo'))[0]?.stanza, said.stanza)
})

test('restored messages are found by their words, though the index was past them; what waited, waits', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  store.archive.append('<message><body>now</body></message>', [{ owner: 'juliet', peer: 'x@y', direction: 'sent', kept: true }])
  await store.archive.committed()
  await store.archive.restore('juliet', [message(BEGIN, 'the balcony'), { ...message(BEGIN + 5, 'psst'), kept: false }])
  const page = await store.archive.page({ owner: 'juliet', phrases: [['balcony']], max: 10 })
  assert.deepEqual(
    page.messages.map(({ id }) => id),
    [BEGIN],
  )
  assert.equal((await history(store, 'juliet')).length, 2)
  const waiting = await store.archive.undelivered('juliet', BEGIN, 10)
  assert.deepEqual(
    waiting.map(({ id }) => id),
    [BEGIN + 5],
  )
  await store.archive.setDeliveryMarks(new Map([['juliet', BEGIN + 5]]))
  assert.deepEqual(await store.archive.undelivered('juliet', 0, 10).then(all => all.map(({ id }) => id)), [BEGIN])
})

test('no message is restored into the future', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  await store.archive.restore('juliet', [message((Date.now() + 1e9) * 1000, 'later'), message((Date.now() + 2e9) * 1000, 'even later')])
  const next = store.archive.append('<message><body>now</body></message>', [
    { owner: 'juliet', peer: 'x@y', direction: 'sent', kept: true },
  ])
  const ids = (await history(store, 'juliet')).map(({ id }) => id)
  assert.equal(ids.length, 3)
  assert.equal(ids.at(-1), next)
})
