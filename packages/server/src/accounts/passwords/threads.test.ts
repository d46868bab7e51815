import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Job } from './jobs.ts'
import { PasswordThreads } from './threads.ts'

/** bcrypt of cost 15: seconds. */
const SLOW: Job = { kind: 'check', hash: `$2y$15$${'a'.repeat(53)}`, password: 'x' }
const QUICK: Job = { kind: 'check', hash: '{SHA}jw80bVgk15TzTNGtIPVjKnealbg=', password: 'Pässwört 1' }
const RIGHT = { kind: 'verdict', verdict: 'right' }

test('a check that takes too long is given up, and the next one gets a fresh thread', async t => {
  const threads = new PasswordThreads({ most: 1, timeoutMillis: 400 })
  t.after(() => threads.close())
  const slow = threads.run(SLOW)
  const quick = threads.run(QUICK)
  assert.equal(await slow, undefined)
  assert.deepEqual(await quick, RIGHT)
})

test('more checks than may wait are turned away at once', async t => {
  const threads = new PasswordThreads({ most: 1, queue: 2 })
  t.after(() => threads.close())
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => threads.run(QUICK)))
  assert.deepEqual(outcomes, [RIGHT, RIGHT, RIGHT, undefined, undefined])
})

test('threads end when there is nothing to do, and start again when there is', async t => {
  const threads = new PasswordThreads({ most: 1, idleMillis: 1 })
  t.after(() => threads.close())
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await threads.run(QUICK), RIGHT)
    while (threads.size > 0) await setTimeout(1)
  }
})

test('closing gives up what runs and what waits', async () => {
  const threads = new PasswordThreads({ most: 1 })
  const outcomes = [threads.run(SLOW), threads.run(QUICK)]
  await threads.close()
  assert.deepEqual(await Promise.all(outcomes), [undefined, undefined])
  assert.equal(await threads.run(QUICK), undefined)
})
