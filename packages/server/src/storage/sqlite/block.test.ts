import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { BLOCK_BYTES, BLOCK_ENTRIES, NO_PEERS, decode, encode, isReceived, markOf, peerOf, peerPlace, withPeers } from './block.ts'

const entries = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 31 }), fc.boolean()), {
    minLength: 1,
    maxLength: 400,
  })
  .map(list => {
    let id = 1_700_000_000_000_000
    return { ids: list.map(([distance]) => (id += distance)), marks: list.map(([, peer, received]) => markOf(peer, received)) }
  })

test('entries come out of their blocks as they went in, whatever the distances', () => {
  fc.assert(
    fc.property(entries, all => {
      const ids: number[] = []
      const marks: number[] = []
      for (let at = 0; at < all.ids.length;) {
        const first = all.ids[at] ?? 0
        const { bytes, next } = encode(all, at, first)
        assert.ok(bytes.length <= BLOCK_BYTES && next > at && next - at <= BLOCK_ENTRIES)
        const out = decode(first, bytes)
        ids.push(...out.ids)
        marks.push(...out.marks)
        at = next
      }
      assert.deepEqual({ ids, marks }, all)
    }),
  )
})

test('a block that grows reads as if it had been written at once', () => {
  fc.assert(
    fc.property(entries, fc.nat(), ({ ids, marks }, cut) => {
      const all = { ids: ids.slice(0, 30), marks: marks.slice(0, 30) }
      const first = all.ids[0] ?? 0
      const split = 1 + (cut % all.ids.length)
      const head = { ids: all.ids.slice(0, split), marks: all.marks.slice(0, split) }
      const a = encode(head, 0, first)
      const b = encode(all, split, head.ids.at(-1) ?? 0)
      assert.deepEqual(decode(first, Buffer.concat([a.bytes, b.bytes])), all)
    }),
    { numRuns: 50 },
  )
})

test('the set of peers tells every peer that is in, and few that are not', () => {
  const marks = Array.from({ length: 60 }, (_, index) => markOf(1000 + index * 7, index % 2 === 0))
  const set = withPeers(NO_PEERS, marks, 0, marks.length)
  const has = (peer: number): boolean => (set.charCodeAt(peerPlace(peer).place - 1) & peerPlace(peer).bit) !== 0
  assert.ok(marks.every(mark => has(peerOf(mark))))
  assert.ok(Array.from({ length: 768 }, (_, index) => has(5000 + index)).filter(Boolean).length <= 60)
  assert.equal(isReceived(marks[0] ?? 0), true)
})
