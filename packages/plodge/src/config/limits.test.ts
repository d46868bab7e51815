import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { KEYS } from './keys.ts'
import { LIMITS_PAGE, limitsManual } from './limits-manual.ts'
import { LIMIT_ROWS } from './limits-table.ts'

const ROOT = join(import.meta.dirname, '../../../..')
/** Numbers that bound nothing that anybody could run into. */
const NO_LIMITS = new Set(['upload.keep_days', 'rooms.large', 'rooms.crowd', 'rooms.history'])

test('every limit of the configuration is in the table of limits, and nothing else', () => {
  const limits = KEYS.filter(
    ({ name, otherwise }) => /^(?:limits|upload|proxy|rooms)\./.test(name) && typeof otherwise === 'number' && !NO_LIMITS.has(name),
  )
  assert.deepEqual(limits.map(({ name }) => name).sort(), Object.keys(LIMIT_ROWS).sort())
})

test('the tests that the table names are there', () => {
  for (const [name, { test }] of Object.entries(LIMIT_ROWS)) {
    if (test) assert.ok(readFileSync(join(ROOT, test[0]), 'utf8').includes(`test('${test[1]}`), `${name}: ${test.join(': ')}`)
  }
})

test('docs/limits.md is as the program makes it', () => {
  const squeezed = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')
  assert.equal(squeezed(readFileSync(LIMITS_PAGE, 'utf8')), squeezed(limitsManual()), 'run npm run docs:config')
})
