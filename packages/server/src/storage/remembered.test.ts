import assert from 'node:assert/strict'
import test from 'node:test'
import { isPending } from '../routing/now.ts'
import { Remembered } from './remembered.ts'

test('it reads once for all who wait, and then is there at once', async () => {
  let reads = 0
  const remembered = new Remembered(async owner => ({ owner, reads: (reads += 1) }))
  const both = await Promise.all([remembered.of('a'), remembered.of('a')])
  assert.deepEqual(
    both.map(({ reads }) => reads),
    [1, 1],
  )
  assert.equal(isPending(remembered.of('a')), false)
})

test('what is set while it is read wins', async () => {
  const reading = Promise.withResolvers<{ readonly version: number }>()
  const remembered = new Remembered(() => reading.promise)
  const asked = remembered.of('a')
  remembered.set('a', { version: 2 })
  reading.resolve({ version: 1 })
  assert.deepEqual(await asked, { version: 2 })
  assert.deepEqual(remembered.of('a'), { version: 2 })
})

test('what is not used is forgotten, what is used stays', async () => {
  const remembered = new Remembered(async owner => ({ owner }), { most: 4 })
  await remembered.of('kept')
  for (const owner of ['a', 'b', 'c', 'd', 'e']) {
    await remembered.of(owner)
    await remembered.of('kept')
  }
  assert.equal(isPending(remembered.of('kept')), false)
  assert.equal(isPending(remembered.of('a')), true)
})

test('a reading that fails is tried again', async () => {
  let fails = true
  const remembered = new Remembered(async owner => {
    if (fails) throw new Error('the disk is gone')
    return { owner }
  })
  await assert.rejects(async () => remembered.of('a'))
  fails = false
  assert.deepEqual(await remembered.of('a'), { owner: 'a' })
})
