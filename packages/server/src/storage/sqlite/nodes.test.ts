import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Clock } from '@plodge/testkit/clock.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { ItemRecord, NodeHead, Nodes, Store } from '../repositories.ts'
import { temporaryStore } from './temporary-store.ts'

const head = (name: string, more: Partial<NodeHead> = {}): NodeHead => ({
  name,
  creator: 'romeo@chat.cam.ac.uk',
  createdAt: 1,
  config: '{}',
  expire: undefined,
  ...more,
})
const item = (id: string, at = 1, payload = `<a>${id}</a>`): ItemRecord => ({ id, at, publisher: 'romeo@chat.cam.ac.uk/orchard', payload })
const everything = { owner: 'romeo', node: 'a', max: 100, mostBytes: Infinity }

/** The same holds for the store in memory, which other tests lean on. */
async function both(check: (nodes: Nodes, store: Store) => Promise<void>): Promise<void> {
  const memory = memoryStore(new Clock().now)
  await check(memory.nodes, memory)
  await using temporary = temporaryStore()
  const store = await temporary.open()
  await check(store.nodes, store)
}

test('a node comes back with its size, its newest item and its people', () =>
  both(async nodes => {
    await nodes.put('romeo', head('a'))
    await nodes.publish('romeo', 'a', [item('1'), item('2')], 10)
    await nodes.setAffiliation('romeo', 'a', 'juliet@chat.cam.ac.uk', 'member')
    const subscription = { subid: 's', jid: 'nurse@x/y', bare: 'nurse@x', state: 'pending', options: '{}' } as const
    await nodes.putSubscription('romeo', 'a', subscription)
    await nodes.put('romeo', head('a', { config: '{"b":["c"]}' }))
    const [found] = await nodes.load('romeo')
    assert.deepEqual(found, {
      ...head('a', { config: '{"b":["c"]}' }),
      items: 2,
      bytes: 16,
      affiliations: new Map([['juliet@chat.cam.ac.uk', 'member']]),
      subscriptions: [subscription],
      last: item('2'),
    })
    assert.deepEqual(await nodes.subscriptionsOf('romeo', 'nurse@x'), [{ node: 'a', subscription }])
    assert.deepEqual(await nodes.affiliationsOf('romeo', 'juliet@chat.cam.ac.uk'), new Map([['a', 'member']]))
    await nodes.forget('nurse@x')
    await nodes.setAffiliation('romeo', 'a', 'juliet@chat.cam.ac.uk', undefined)
    const [after] = await nodes.load('romeo', 'a')
    assert.deepEqual([after?.affiliations.size, after?.subscriptions], [0, []])
    assert.deepEqual(await nodes.load('juliet'), [])
  }))

test('an item that is published again is the newest, and only so many are kept', () =>
  both(async nodes => {
    await nodes.put('romeo', head('a'))
    await nodes.publish('romeo', 'a', [item('1'), item('2'), item('3')], 3)
    await nodes.publish('romeo', 'a', [item('1', 2, '<b/>')], 3)
    const change = await nodes.publish('romeo', 'a', [item('4')], 3)
    assert.deepEqual([change.removed, change.items, change.last?.id], [['2'], 3, '4'])
    const { items } = await nodes.items(everything)
    assert.deepEqual(
      items.map(({ id }) => id),
      ['3', '1', '4'],
    )
    assert.equal(items[1]?.payload, '<b/>')
    const retracted = await nodes.retract('romeo', 'a', ['4', '9'])
    assert.deepEqual([retracted.removed, retracted.items, retracted.last?.id], [['4'], 2, '1'])
    const purged = await nodes.retract('romeo', 'a', undefined)
    assert.deepEqual([purged.items, purged.bytes, purged.last], [0, 0, undefined])
  }))

test('where there is no limit, all is kept and read', () =>
  both(async nodes => {
    await nodes.put('romeo', head('a'))
    for (const id of ['1', '2', '3']) await nodes.publish('romeo', 'a', [item(id)], Infinity)
    assert.equal((await nodes.items({ ...everything, max: Infinity })).items.length, 3)
    assert.equal((await nodes.items({ ...everything, max: Infinity, isLast: true })).items.length, 3)
  }))

test('pages go both ways, stop at so many bytes, and know what is not there', () =>
  both(async nodes => {
    await nodes.put('romeo', head('a'))
    const all = Array.from({ length: 9 }, (_, i) => item(String(i + 1), i + 1, `<a>${i + 1}</a>`))
    await nodes.publish('romeo', 'a', all, 10)
    const ids = async (query: object): Promise<string> => {
      const { items, index, count, found } = await nodes.items({ ...everything, ...query })
      return found ? `${items.map(({ id }) => id).join('')} ${index}/${count}` : 'not found'
    }
    assert.equal(await ids({ max: 3 }), '123 0/9')
    assert.equal(await ids({ max: 3, after: '3' }), '456 3/9')
    assert.equal(await ids({ max: 3, before: '7' }), '456 3/9')
    assert.equal(await ids({ max: 3, isLast: true }), '789 6/9')
    assert.equal(await ids({ max: 3, skip: 4 }), '567 4/9')
    assert.equal(await ids({ since: 8 }), '89 0/2')
    assert.equal(await ids({ mostBytes: 20 }), '12 0/9')
    assert.equal(await ids({ mostBytes: 1 }), '1 0/9')
    assert.equal(await ids({ ids: ['3', '1', 'x'] }), '31 0/2')
    assert.equal(await ids({ after: 'x' }), 'not found')
  }))

test('a long newest item is not loaded with its node, and what is past its time goes', () =>
  both(async nodes => {
    await nodes.put('romeo', head('a', { expire: 10 }))
    await nodes.publish('romeo', 'a', [item('1', 1000), item('2', 9000, `<a>${'x'.repeat(5000)}</a>`)], 10)
    const [found] = await nodes.load('romeo')
    assert.deepEqual(found?.last, { ...item('2', 9000), payload: undefined })
    assert.deepEqual(await nodes.expire(11_000), [{ owner: 'romeo', node: 'a' }])
    assert.deepEqual(await nodes.expire(11_000), [])
    const { items } = await nodes.items(everything)
    assert.deepEqual(
      items.map(({ id }) => id),
      ['2'],
    )
  }))

test('nodes go with their account, and others stay', () =>
  both(async (nodes, { accounts }) => {
    for (const owner of ['romeo', 'juliet', '@pubsub.chat.cam.ac.uk']) {
      await nodes.put(owner, head('a'))
      await nodes.publish(owner, 'a', [item('1')], 10)
    }
    await accounts.remove('romeo')
    assert.deepEqual(await nodes.load('romeo'), [])
    assert.equal((await nodes.items({ ...everything, owner: 'juliet' })).items.length, 1)
    assert.equal(await nodes.count('@pubsub.chat.cam.ac.uk'), 1)
    assert.equal(await nodes.countBy('@pubsub.chat.cam.ac.uk', 'romeo@chat.cam.ac.uk'), 1)
    const listed = await nodes.list('@pubsub.chat.cam.ac.uk', undefined, 10)
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['a'],
    )
  }))
