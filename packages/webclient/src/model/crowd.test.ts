import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Inside, crowdRows, windowOf } from './crowd.ts'

const one = (nick: string, affiliation: Inside['affiliation'], role: Inside['role'], name?: string): Inside => ({
  nick,
  name,
  address: `${nick}@x`,
  affiliation,
  role,
})
const nameOf = (address: string): string | undefined => (address === 'amt33@x' ? 'Ana' : undefined)
const shown = (rows: ReturnType<typeof crowdRows>): readonly string[] =>
  rows.map(row => (row.kind === 'head' ? `${row.group} ${row.count}` : row.name))

const INSIDE = [
  one('zoe', 'none', 'participant'),
  one('fanf2', 'owner', 'moderator', 'Tony'),
  one('amt33', 'member', 'participant', 'Somebody else'),
  one('bob', 'none', 'participant'),
  one('eve', 'none', 'visitor'),
  one('mod', 'member', 'moderator'),
]
const AFFILIATED = [
  { address: 'fanf2@x', affiliation: 'owner' },
  { address: 'gone@x', affiliation: 'member' },
  { address: 'bad@x', affiliation: 'outcast' },
] as const

test('people stand by what they are in the room, each once, called as who looks calls them', () => {
  assert.deepEqual(shown(crowdRows({ inside: INSIDE, affiliated: AFFILIATED, nameOf, sought: '' })), [
    'owners 1',
    'Tony',
    'moderators 1',
    'mod',
    'members 1',
    'Ana',
    'others 2',
    'bob',
    'zoe',
    'audience 1',
    'eve',
    'away 1',
    'gone@x',
    'banned 1',
    'bad@x',
  ])
})

test('all words that are sought are in the name, the nickname or the address', () => {
  const find = (sought: string): readonly string[] => shown(crowdRows({ inside: INSIDE, affiliated: AFFILIATED, nameOf, sought }))
  assert.deepEqual(find('amt'), ['members 1', 'Ana'])
  assert.deepEqual(find('TON fanf'), ['owners 1', 'Tony'])
  assert.deepEqual(find('nobody'), [])
})

test('five thousand people are put in order in a blink', () => {
  const inside = Array.from({ length: 5000 }, (_, i) => one(`n${(i * 7919) % 5000}`, i % 3 === 0 ? 'member' : 'none', 'participant'))
  crowdRows({ inside, affiliated: [], nameOf, sought: '' })
  const started = performance.now()
  const rows = crowdRows({ inside, affiliated: [], nameOf, sought: '' })
  assert.equal(rows.length, 5002)
  assert.ok(performance.now() - started < 200)
})

test('only rows in view are real', () => {
  assert.deepEqual(windowOf(5000, 48, 0, 480), { from: 0, to: 16 })
  assert.deepEqual(windowOf(5000, 48, 48_000, 480), { from: 994, to: 1016 })
  assert.deepEqual(windowOf(3, 48, 0, 480), { from: 0, to: 3 })
  assert.deepEqual(windowOf(3, 48, 90_000, 480), { from: 0, to: 3 }, 'the list has shrunk')
})
