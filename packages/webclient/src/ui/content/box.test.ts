import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boxOf } from './box.ts'

const box = (width?: number, height?: number) => Object.values(boxOf({ width, height }))

test('a picture has a place of its own proportions before it is there', () => {
  assert.deepEqual(box(4096, 2160), [420, 221])
  assert.deepEqual(box(1000, 2000), [160, 320])
  assert.deepEqual(box(200, 100), [200, 100])
})

test('and a sensible one, whatever it says of itself', () => {
  for (const [width, height] of [
    [undefined, undefined],
    [0, 10],
    [10, 0],
    [100, undefined],
  ] as const)
    assert.deepEqual(box(width, height), [320, 240])
  assert.deepEqual(box(1, 999_999_999_999), [48, 320])
  assert.deepEqual(box(999_999_999_999, 1), [420, 48])
  assert.deepEqual(box(1, 1), [48, 48])
})
