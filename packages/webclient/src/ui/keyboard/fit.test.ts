import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitOf } from './fit.ts'

test('a beginning fits best, then words, then parts, then letters in order', () => {
  assert.deepEqual(
    ['Old Lib', 'lib', 'old lib', 'brar', 'olib', 'xyz'].map(text => fitOf('Old Library', text)),
    [4, 3, 4, 2, 1, 0],
  )
})

test('accents and case make no difference, in any script', () => {
  assert.equal(fitOf('Zoë Müller', 'zoe mu'), 4)
  assert.equal(fitOf('مكتبة الجامعة', 'الجامعة'), 3)
})

test('what is not there is not found, however long it is', () => {
  assert.equal(fitOf('Sheet 2', 'sheet 3'), 0)
  assert.equal(fitOf('', 'a'), 0)
})
