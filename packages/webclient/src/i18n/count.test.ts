import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counting } from './count.ts'
import { bestOf } from './languages.ts'

test('a number takes the form that the language has for it', () => {
  const english = counting('en-GB')
  const forms = { one: '# message', other: '# messages' }
  assert.equal(english.plural(1, forms), '1 message')
  assert.equal(english.plural(0, forms), '0 messages')
  assert.equal(english.plural(1200, forms), '1,200 messages')
  const arabic = counting('ar-EG')
  const six = { zero: 'صفر', one: 'واحد', two: 'اثنان', few: 'قليل #', many: 'كثير #', other: 'غير ذلك' }
  assert.deepEqual(
    [0, 1, 2, 3, 11, 100].map(count => arabic.plural(count, six)),
    ['صفر', 'واحد', 'اثنان', 'قليل ٣', 'كثير ١١', 'غير ذلك'],
  )
})

test('names are listed as the language lists them', () => {
  assert.equal(counting('en-GB').list(['Ann', 'Bob', 'Eve']), 'Ann, Bob and Eve')
  assert.equal(counting('de').list(['Ann', 'Bob', 'Eve']), 'Ann, Bob und Eve')
})

test('of the languages that a browser asks for, the first that there is', () => {
  assert.equal(bestOf(['fr', 'de-AT', 'en']), 'de')
  assert.equal(bestOf(['ar-EG']), 'ar')
  assert.equal(bestOf(['constructor', 'cy']), 'en')
  assert.equal(bestOf([]), 'en')
})
