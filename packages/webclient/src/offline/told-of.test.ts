import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isToldOf } from './told-of.ts'

test('one is told of what the conversation’s setting lets through', () => {
  const tells = (kind: 'person' | 'room', notify: 'all' | 'mentions' | 'none', text: string) =>
    isToldOf({ kind, notify }, text, ['fanf2', 'Tony'])
  assert.equal(tells('person', 'all', 'tea?'), true)
  assert.equal(tells('room', 'all', 'tea?'), true)
  assert.equal(tells('room', 'mentions', 'tea?'), false)
  assert.equal(tells('room', 'mentions', 'tea, tony?'), true)
  assert.equal(tells('room', 'none', 'tea, fanf2?'), false)
  assert.equal(tells('person', 'none', 'tea?'), false)
})
