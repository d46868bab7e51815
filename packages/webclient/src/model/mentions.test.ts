import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begunAt, candidates, completed, type Named, partsOf, regionsIn } from './mentions.ts'

const PEOPLE: readonly Named[] = [
  { nick: 'fanf2', name: 'Tony Finch', address: 'fanf2@x' },
  { nick: 'amt33', name: 'Ana María Torres', address: 'amt33@x' },
  { nick: 'tjg1', name: undefined, address: undefined },
]
const isKnown = (nick: string): boolean => PEOPLE.some(one => one.nick === nick)
const found = (word: string): string =>
  candidates(word, PEOPLE, 8)
    .map(({ nick }) => nick)
    .join(' ')

test('a name begins with @ at the edge of a word, and goes to the caret', () => {
  assert.deepEqual(begunAt('hello @fa', 9), { at: 6, end: 9, word: 'fa' })
  assert.deepEqual(begunAt('@', 1), { at: 0, end: 1, word: '' })
  assert.deepEqual(begunAt('(@ana and others', 5), { at: 1, end: 5, word: 'ana' })
  for (const text of ['mail me at a@b', 'hello', 'x@', '@fanf2 ', `@${'a'.repeat(60)}`]) assert.equal(begunAt(text, text.length), undefined)
})

test('people are found by nickname, and by any word of their name in any writing', () => {
  assert.equal(found('t'), 'tjg1 amt33 fanf2')
  assert.equal(found('maria'), 'amt33')
  assert.equal(found('FAN'), 'fanf2')
  assert.equal(found('zz'), '')
  assert.equal(candidates('', PEOPLE, 2).length, 2)
})

test('the nickname takes the place of what was begun, with one space after it', () => {
  assert.deepEqual(completed('so @fa', { at: 3, end: 6, word: 'fa' }, 'fanf2'), { text: 'so @fanf2 ', caret: 10 })
  assert.deepEqual(completed('so @fa is here', { at: 3, end: 6, word: 'fa' }, 'fanf2'), { text: 'so @fanf2 is here', caret: 10 })
})

test('only who is known is spoken to', () => {
  assert.deepEqual(partsOf('Thanks @fanf2. And @nobody, a@fanf2', isKnown), [
    { kind: 'text', text: 'Thanks ' },
    { kind: 'mention', text: '@fanf2', nick: 'fanf2' },
    { kind: 'text', text: '. And @nobody, a@fanf2' },
  ])
  assert.deepEqual(partsOf('@amt33', isKnown), [{ kind: 'mention', text: '@amt33', nick: 'amt33' }])
})

test('places are counted in code points (XEP-0426)', () => {
  assert.deepEqual(regionsIn('🎈 @fanf2 and @amt33', isKnown), [
    { nick: 'fanf2', begin: 2, end: 8 },
    { nick: 'amt33', begin: 13, end: 19 },
  ])
})
