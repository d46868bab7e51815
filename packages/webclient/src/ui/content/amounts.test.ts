import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockOf, sizeName, spanName } from './amounts.ts'

test('sizes and times are said as people say them', () => {
  assert.deepEqual(
    [0, 999, 1500, 2_345_678, 104_857_600, 3e9].map(bytes => sizeName(bytes, 'en-GB')),
    ['0 byte', '999 byte', '2 kB', '2.3 MB', '105 MB', '3 GB'],
  )
  assert.deepEqual([0, 5.9, 65, 3600, Infinity, NaN].map(clockOf), ['0:00', '0:05', '1:05', '60:00', '0:00', '0:00'])
  assert.deepEqual(
    [1, 36, 2160, 26_280].map(hours => spanName(hours, 'en-GB')),
    ['1 hour', '36 hours', '90 days', '3 years'],
  )
})
