import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statusIn } from './own-status.ts'

const status = {
  availability: 'busy',
  what: 'Supervisions',
  where: 'Wolfson Court',
  until: 2000,
  text: 'Supervisions, Wolfson Court, till 4',
}

test('a status is remembered until it ends', () => {
  assert.deepEqual(statusIn(status, 1999), status)
  assert.equal(statusIn(status, 2000), undefined)
  assert.deepEqual(statusIn({ ...status, until: undefined }, 9e15), { ...status, until: undefined })
})

test('what somebody else left in its place is none', () => {
  for (const kept of [null, 'busy', {}, { ...status, availability: 'asleep' }, { ...status, text: 7 }])
    assert.equal(statusIn(kept, 0), undefined)
})
