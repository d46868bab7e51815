/** SASLprep against the examples of RFC 4013 §3 and its tables. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saslprep } from './saslprep.ts'

test('the examples of RFC 4013 §3 are mapped or refused as it says', () => {
  const mapped = { 'I\u00adX': 'IX', user: 'user', USER: 'USER', '\u00aa': 'a', '\u2168': 'IX' }
  for (const [text, expected] of Object.entries(mapped)) assert.equal(saslprep(text), expected)
  for (const text of ['\u0007', '\u06271']) assert.equal(saslprep(text), undefined)
})

test('spaces become one, what cannot be seen goes, forms of a letter are the letter', () => {
  assert.equal(saslprep('a\u00a0b\u3000c\u1680d'), 'a b c d')
  assert.equal(saslprep('p\u200das\ufe0fs\u2060'), 'pass')
  assert.equal(saslprep('u\u0308'), '\u00fc')
  assert.equal(saslprep('\uff30\uff57'), 'Pw')
  assert.equal(saslprep('\u{1f40e}'), '\u{1f40e}')
})

test('every table of RFC 3454 that RFC 4013 §2.3 names prohibits', () => {
  const samples = [
    '\u007f',
    '\u0085',
    '\u06dd',
    '\u2028',
    '\u{1d173}',
    '\ue000',
    '\ufdd0',
    '\u{1ffff}',
    '\ud800',
    '\ufffd',
    '\u2ff0',
    '\u200e',
    '\u206a',
    '\u{e0001}',
    '\u{e0041}',
    '\u0378',
  ]
  for (const text of samples) assert.equal(saslprep(`a${text}`), undefined, text.codePointAt(0)?.toString(16))
})

test('text of two directions is refused, and text from right to left begins and ends so', () => {
  assert.equal(saslprep('\u05d0\u05d1'), '\u05d0\u05d1')
  assert.equal(saslprep('\u0627 1 \u0628'), '\u0627 1 \u0628')
  for (const text of ['\u05d0a\u05d0', '1\u05d0', '\u05d0!']) assert.equal(saslprep(text), undefined, text)
})

test('what is too long is refused unread', () => assert.equal(saslprep('\u00fc'.repeat(5000)), undefined))
