import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Place, pathOf, placeOf } from './router.ts'

const names = { domain: 'cam.ac.uk', rooms: 'rooms.cam.ac.uk' }
const there = (path: string): Place => {
  const [before = '', query = ''] = path.split('?')
  return placeOf(before, query, names)
}

test('every place has an address, and the address leads back to it', () => {
  const conversation = { kind: 'conversation', message: undefined, thread: undefined } as const
  const places: readonly (readonly [string, Place])[] = [
    ['/', { kind: 'inbox' }],
    ['/people', { kind: 'people' }],
    ['/search?q=sheet+2&in=fanf2%40cam.ac.uk', { kind: 'search', words: 'sheet 2', within: 'fanf2@cam.ac.uk' }],
    ['/p/fanf2', { ...conversation, what: 'person', address: 'fanf2@cam.ac.uk' }],
    ['/p/ann%40ox.ac.uk/m/17', { ...conversation, what: 'person', address: 'ann@ox.ac.uk', message: '17' }],
    [
      '/r/algebra/t/Sheet%202%2F4/m/9',
      { ...conversation, what: 'room', address: 'algebra@rooms.cam.ac.uk', thread: 'Sheet 2/4', message: '9' },
    ],
  ]
  for (const [path, place] of places) {
    assert.equal(pathOf(place, names), path)
    assert.deepEqual(there(path), place)
  }
})

test('what is no address leads nowhere, and breaks nothing', () => {
  assert.deepEqual(there('/nothing'), { kind: 'nowhere' })
  assert.deepEqual(there('/p/'), { kind: 'nowhere' })
  assert.equal(there('/p/%E0%A4%A').kind, 'conversation')
})
