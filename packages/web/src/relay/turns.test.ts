import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Turns } from './turns.ts'

const line = (count: number, turns = new Turns()) => {
  const gone: number[] = []
  const people = Array.from({ length: count }, (_, i) => ({ onTurn: () => void gone.push(i) }))
  for (const one of people) turns.ask(one)
  return { turns, people, gone }
}

test('so many go at once, and the next when one is through, in order of arrival', () => {
  const { turns, people, gone } = line(66)
  assert.equal(gone.length, 64)
  turns.leave(people[10]!)
  turns.leave(people[65]!)
  turns.leave(people[11]!)
  assert.deepEqual(gone.slice(64), [64])
})

test('while the chat server is away one tries now and then, and all when it is back', t => {
  t.after(() => mock.timers.reset())
  mock.timers.enable({ apis: ['setTimeout'] })
  const { turns, people, gone } = line(100)
  for (const one of people.slice(0, 64)) turns.again(one)
  assert.equal(gone.length, 64)
  mock.timers.tick(250)
  assert.deepEqual(gone.slice(64), [64])
  turns.again(people[64]!)
  mock.timers.tick(250)
  assert.deepEqual(gone.slice(64), [64, 65])
  turns.wake()
  assert.equal(gone.length, 64 + 2 + 63)
})
