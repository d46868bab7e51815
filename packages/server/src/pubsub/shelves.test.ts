import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryNodes } from '@plodge/testkit/store/memory-nodes.ts'
import { usualConfig } from './config.ts'
import { newNode, type Node, recordOf } from './node.ts'
import { Shelves } from './shelves.ts'

class CountingNodes extends MemoryNodes {
  loads = 0
  override load(...args: Parameters<MemoryNodes['load']>): ReturnType<MemoryNodes['load']> {
    this.loads += 1
    return super.load(...args)
  }
}

const node = (name: string, owner = 'romeo'): Node => newNode(name, `${owner}@chat.cam.ac.uk`, 1, usualConfig(owner, name))
const SERVICE = '@pubsub.chat.cam.ac.uk'

test('what is asked for again is read once, also where there is nothing', async () => {
  const nodes = new CountingNodes()
  const shelves = new Shelves(nodes)
  await shelves.all('romeo')
  await shelves.save('romeo', node('a'))
  for (let i = 0; i < 5; i++) assert.deepEqual([...(await shelves.all('romeo')).keys()], ['a'])
  for (let i = 0; i < 5; i++) assert.equal((await shelves.all('juliet')).size, 0)
  assert.equal(nodes.loads, 2)
})

test('the shelves are bounded, and what fell off is read again, whole', async () => {
  const nodes = new CountingNodes()
  const shelves = new Shelves(nodes, { most: 5000 })
  for (let i = 0; i < 20; i++) {
    await shelves.all(`person${i}`)
    await shelves.save(`person${i}`, node('a'))
  }
  const before = nodes.loads
  await shelves.all('person19')
  assert.equal(nodes.loads, before)
  await shelves.all('person0')
  assert.equal(nodes.loads, before + 1)
  assert.equal((await shelves.find('person0', 'a'))?.name, 'a')
})

test('a change to a node that fell off meanwhile does not hide the others', async () => {
  const shelves = new Shelves(new MemoryNodes())
  await shelves.all('romeo')
  await shelves.save('romeo', node('a'))
  const found = await shelves.find('romeo', 'a')
  assert.ok(found)
  shelves.forget('romeo')
  await shelves.save('romeo', node('b'))
  assert.deepEqual([...(await shelves.all('romeo')).keys()], ['a', 'b'])
})

test('what could not be written is not there', async () => {
  const nodes = new MemoryNodes()
  const shelves = new Shelves(nodes)
  await shelves.all('romeo')
  nodes.put = async () => {
    throw new Error('the disk is full')
  }
  await assert.rejects(shelves.save('romeo', node('a')), /the disk is full/)
  assert.equal(await shelves.find('romeo', 'a'), undefined)
})

test('nodes of a service are apart, and people who are no more are nothing to them', async () => {
  const shelves = new Shelves(new MemoryNodes())
  for (const name of ['a', 'b']) {
    await shelves.find(SERVICE, name)
    await shelves.save(SERVICE, node(name, SERVICE))
  }
  const found = await shelves.find(SERVICE, 'a')
  assert.ok(found)
  const options = { delivers: false, expiresAt: 5 }
  const subscription = { subid: 's', jid: 'nurse@x/y', bare: 'nurse@x', state: 'subscribed', options } as const
  await shelves.change(SERVICE, { ...found, subscriptions: [subscription] }, nodes =>
    nodes.putSubscription(SERVICE, 'a', recordOf(subscription)),
  )
  shelves.forget(SERVICE, 'a')
  assert.deepEqual((await shelves.find(SERVICE, 'a'))?.subscriptions, [subscription], 'it is read as it was')
  await shelves.forgetPeople(['nurse@x'])
  assert.deepEqual((await shelves.find(SERVICE, 'a'))?.subscriptions, [])
  assert.equal((await shelves.find(SERVICE, 'b'))?.name, 'b')
})

test('items that are past their time go from memory too', async () => {
  const shelves = new Shelves(new MemoryNodes())
  await shelves.all('romeo')
  const lasting = { ...node('a'), config: { ...node('a').config, itemExpire: 10 } }
  await shelves.save('romeo', lasting)
  await shelves.publish('romeo', lasting, [{ id: '1', at: 1000, publisher: 'romeo@x/y', payload: '<a/>' }], 5)
  assert.equal((await shelves.find('romeo', 'a'))?.items, 1)
  await shelves.expire(20_000)
  assert.equal((await shelves.find('romeo', 'a'))?.items, 0)
})
