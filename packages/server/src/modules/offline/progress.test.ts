import assert from 'node:assert/strict'
import test from 'node:test'
import type { Session } from '../../routing/session.ts'
import { Progress } from './progress.ts'

/** All that matters here of a session is what it has not acknowledged. */
const device = (unackedMark = 0): Session & { unackedMark: number } => ({ unackedMark }) as Session & { unackedMark: number }

function caughtUp(mark: number): Progress {
  const progress = new Progress()
  progress.startFrom(mark)
  progress.caughtUp()
  return progress
}

test('until the stored mark is known there is none, and then it moves with what is handed out', () => {
  const progress = new Progress()
  progress.handed(5, [device()])
  assert.equal(progress.mark(), undefined)
  progress.startFrom(2)
  assert.equal(progress.mark(), 2)
  progress.caughtUp()
  assert.equal(progress.mark(), 5)
})

test('what waits holds the mark back, and so does what only devices have that did not acknowledge', () => {
  const progress = caughtUp(1)
  const slow = device(3)
  progress.handed(3, [slow])
  progress.handed(4, [slow, device()])
  assert.equal(progress.mark(), 2)
  slow.unackedMark = 4
  assert.equal(progress.mark(), 4)
  progress.waiting(6)
  progress.handed(7, [device()])
  assert.equal(progress.mark(), 5)
  assert.equal(progress.isBehind, true)
  assert.equal(progress.wasHanded(7), true)
})

test('one device that acknowledges is enough', () => {
  const progress = caughtUp(1)
  const [slow, quick] = [device(3), device(3)]
  progress.handed(3, [slow, quick])
  assert.equal(progress.mark(), 2)
  quick.unackedMark = 0
  assert.equal(progress.mark(), 3)
})

test('a device that ends gives back only what no other has', () => {
  const progress = caughtUp(1)
  const [gone, other] = [device(2), device(3)]
  progress.handed(2, [gone])
  progress.handed(3, [gone, other])
  progress.handed(4, [gone])
  assert.deepEqual([...progress.closed(gone, new Set([3, 4]))], [4], 'it acknowledged 2, and the other has 3')
})

test('what comes back below what was read before is read again', () => {
  const progress = caughtUp(10)
  progress.waiting(20)
  progress.advance(20)
  progress.waiting(15)
  assert.deepEqual([progress.reached, progress.mark()], [14, 14])
})

test('what is sent after newer messages counts once everything is acknowledged', () => {
  const progress = new Progress()
  progress.startFrom(1)
  const slow = device(9)
  progress.handed(9, [slow])
  progress.handed(5, [slow])
  progress.caughtUp()
  assert.equal(progress.mark(), 4)
  slow.unackedMark = 10
  assert.equal(progress.mark(), 4, 'it has acknowledged 9; 5 may still be on its way')
  slow.unackedMark = 0
  assert.equal(progress.mark(), 9)
})
