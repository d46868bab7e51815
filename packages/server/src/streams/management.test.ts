import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Line } from './line.ts'
import { Management, readH } from './management.ts'
import { type Remnant, toUnacked } from './remnant.ts'

const message = (id: string): Stanza => Stanza.of('message', { id })
function line(): Line & { readonly written: string[] } {
  const written: string[] = []
  return { written, isFramed: false, address: '', queued: 0, write: text => void written.push(text), fail: () => {} }
}
const idsOf = (remnants: readonly Remnant[]): unknown => remnants.map(remnant => toUnacked(remnant).stanza?.id)
function sentThrough(management: Management, count: number): void {
  for (let i = 0; i < count; i++) management.sent(message(`m${i}`), i + 1)
}

test('what is acknowledged is forgotten, the rest is sent again in order', () => {
  const management = new Management('id', 100, Infinity)
  sentThrough(management, 5)
  assert.equal(management.acknowledge(3), true)
  assert.equal(management.lowestMark, 4)
  assert.deepEqual(idsOf(management.restart()), ['m3', 'm4'])
  assert.deepEqual([management.waiting, management.sentCount, management.lowestMark, management.bytes], [0, 3, 0, 0])
})

test('more acknowledged than sent is refused (XEP-0198 §4)', () => {
  const management = new Management(undefined, 100, Infinity)
  sentThrough(management, 2)
  assert.equal(management.acknowledge(3), false)
  assert.equal(management.acknowledge(2), true)
  assert.equal(management.acknowledge(1), false)
})

test('an acknowledgement is asked for after ten stanzas, and once', () => {
  const management = new Management(undefined, 100, Infinity)
  const asked = line()
  for (let i = 0; i < 25; i++) {
    management.sent(message('x'), 0)
    management.ask(asked)
  }
  assert.deepEqual(asked.written, [`<r xmlns='urn:xmpp:sm:3'/>`])
  management.acknowledge(25)
  management.sent(message('x'), 0)
  management.ask(asked, true)
  assert.equal(asked.written.length, 2)
})

test('for messages of the archive an acknowledgement is asked for within a second, for others within five', t => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  const management = new Management(undefined, 100, Infinity)
  const asked = line()
  const sentAfter = (milliseconds: number, mark: number): number => {
    t.mock.timers.tick(milliseconds)
    management.sent(message('x'), mark)
    management.ask(asked)
    const { length } = asked.written.splice(0)
    if (length > 0) management.acknowledge(management.sentCount)
    return length
  }
  assert.deepEqual(
    [sentAfter(0, 1), sentAfter(500, 0), sentAfter(600, 0), sentAfter(0, 1), sentAfter(3000, 0), sentAfter(2000, 0)],
    [1, 0, 0, 1, 0, 1],
  )
})

test('too many waiting is noticed', () => {
  const management = new Management(undefined, 2, Infinity)
  assert.deepEqual(
    [1, 2, 3].map(mark => management.sent(message('x'), mark)),
    [false, false, true],
  )
})

test('a long conversation keeps no more than what waits', () => {
  const management = new Management(undefined, 1000, Infinity)
  for (let i = 1; i <= 10_000; i++) {
    management.sent(message('x'), i)
    if (i > 5) assert.equal(management.acknowledge(i - 5), true)
  }
  assert.equal(management.waiting, 5)
  assert.equal(management.unacked.length, 5)
  assert.equal(management.lowestMark, 9996)
})

test('only counts are counts', () => {
  assert.deepEqual(['0', '4294967295', '4294967296', '-1', '1e3', '', undefined].map(readH), [
    0,
    4294967295,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('the lowest mark is that of what waits, in whatever order it was sent', () => {
  const management = new Management(undefined, 100, Infinity)
  const marks: number[] = []
  for (const mark of [0, 7, 3, 9, 0, 5]) {
    management.sent(message('x'), mark)
    marks.push(management.lowestMark)
  }
  assert.deepEqual(marks, [0, 7, 3, 3, 3, 3])
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(h => (management.acknowledge(h), management.lowestMark)),
    [3, 3, 5, 5, 5, 0],
  )
})

test('XEP-0198 §4: the counts go round after 2^32 stanzas', () => {
  const management = new Management(undefined, 100, Infinity, 2 ** 32 - 2)
  sentThrough(management, 4)
  for (let i = 0; i < 3; i++) management.count()
  assert.deepEqual([management.received, management.sentCount], [1, 2])
  assert.equal(management.acknowledge(3), false)
  assert.equal(management.acknowledge(2 ** 32 - 1), true)
  assert.equal(management.waiting, 3)
  assert.equal(management.acknowledge(1), true)
  assert.deepEqual(idsOf(management.unacked), ['m3'])
})
