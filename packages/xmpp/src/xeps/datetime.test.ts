import assert from 'node:assert/strict'
import test from 'node:test'
import { readDateTime, writeDateTime } from './datetime.ts'

test('the examples of XEP-0082 are the moments they are', () => {
  const moon = Date.UTC(1969, 6, 21, 2, 56, 15)
  assert.equal(readDateTime('1969-07-21T02:56:15Z'), moon)
  assert.equal(readDateTime('1969-07-20T21:56:15-05:00'), moon)
  assert.equal(readDateTime('1969-07-21T02:56:15.123456Z'), moon + 123)
  assert.equal(readDateTime(writeDateTime(moon)), moon)
})

test('what is not of the profile is no moment', () => {
  for (const text of [
    '',
    '1969-07-21',
    '1969-07-21T02:56:15',
    '19690721T02:56:15',
    '1969-02-30T00:00:00Z',
    '1969-07-21T24:00:01Z',
    '1969-07-21T00:00:00+15:00',
    '1969-07-21T00:00:00.Z',
  ]) {
    assert.equal(readDateTime(text), undefined, text)
  }
})
