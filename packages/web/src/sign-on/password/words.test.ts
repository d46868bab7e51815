import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordsFor } from './words.ts'

test('the browser says which language; what it does not know is English', () => {
  const said: readonly (readonly [string | undefined, string])[] = [
    [undefined, 'en'],
    ['de-DE,de;q=0.9,en;q=0.8', 'de'],
    ['fr, ar;q=0.5, en;q=0.4', 'ar'],
    ['en;q=0.1, de;q=0.7', 'de'],
    ['de;q=0, en', 'en'],
    ['__proto__, constructor', 'en'],
    [',;q=,-'.repeat(1000), 'en'],
  ]
  for (const [header, lang] of said) assert.equal(wordsFor(header).lang, lang, header)
})
