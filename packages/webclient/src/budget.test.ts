/** The first load has a budget: what a browser gets before somebody can read, compressed. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const DIST = join(import.meta.dirname, '../dist')
const MOST = 150_000

test(
  'the first load is at most 150 kB compressed',
  { skip: existsSync(join(DIST, 'index.html')) ? false : 'the client is not built' },
  () => {
    const page = readFileSync(join(DIST, 'index.html'), 'utf8')
    const first = readdirSync(join(DIST, 'assets')).filter(file => page.includes(file))
    const bytes = ['index.html', ...first.map(file => join('assets', file))].reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length,
      0,
    )
    assert.ok(first.length >= 2)
    assert.ok(bytes <= MOST, `${bytes} bytes`)
  },
)
