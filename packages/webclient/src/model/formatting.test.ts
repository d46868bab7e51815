import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Span, blocksIn, safeLink, spansIn } from './formatting.ts'

const flat = (spans: readonly Span[]): string =>
  spans.map(span => (span.kind === 'text' ? span.text : `[${span.kind} ${'spans' in span ? flat(span.spans) : span.text}]`)).join('')

test('styles stand at the edges of words (XEP-0393 §6.3)', () => {
  assert.equal(
    flat(spansIn('*bold* and _thin_, ~gone~ `co*de*` ||who did it||')),
    '[strong bold] and [emphasis thin], [strike gone] [code co*de*] [spoiler who did it]',
  )
  for (const plain of ['2*3*4', 'snake_case_name', '* a list', 'a * b *', '**', '*\n*', 'not*here*'])
    assert.equal(flat(spansIn(plain)), plain)
})

test('links are by an allow list', () => {
  assert.equal(
    flat(spansIn('see https://a.example/b_c_(d). Or (http://x.example)!')),
    'see [link https://a.example/b_c_(d)]. Or ([link http://x.example])!',
  )
  for (const evil of ['javascript:alert(1)', 'data:text/html,x', 'https://user:secret@bank.example', 'vbscript:x', ' java\nscript:x'])
    assert.equal(safeLink(evil), undefined)
})

test('quotes and code are blocks', () => {
  assert.deepEqual(
    blocksIn('> said *so*\n> twice\nyes\n```py\nx = 1\n> no quote\n```\nend').map(({ kind }) => kind),
    ['quote', 'paragraph', 'code', 'paragraph'],
  )
  assert.deepEqual(blocksIn('```\nnever closed'), [{ kind: 'code', language: '', text: 'never closed' }])
})

test('maths stands between dollar signs, and money does not', () => {
  assert.equal(flat(spansIn('Let $x_1^2$, and $|G| = 24$.')), 'Let [maths x_1^2], and [maths |G| = 24].')
  assert.equal(flat(spansIn('$$\n\\sum_{i=1}^n i\n$$ done')), '[maths \\sum_{i=1}^n i] done')
  assert.equal(flat(spansIn('$a \\$ b$ and `$c$` and $d*e*f$')), '[maths a \\$ b] and [code $c$] and [maths d*e*f]')
  for (const plain of ['$5 and $10', 'US$5, C$6', '$ x $', '$', '$$', '$$$', '$$$$', 'from $5-$10', '$a\nb$', 'a\\$b$', '$$ $$'])
    assert.equal(flat(spansIn(plain)), plain)
})

test('hostile texts take no longer than others', () => {
  const started = performance.now()
  for (const text of [
    '*'.repeat(60_000),
    '*a'.repeat(30_000),
    '>'.repeat(60_000),
    'https://a'.repeat(6000),
    '||'.repeat(30_000),
    '`'.repeat(60_000),
    '$'.repeat(60_000),
    '$a '.repeat(20_000),
    '$$a '.repeat(15_000),
    '$\\'.repeat(30_000),
  ])
    blocksIn(text)
  assert.ok(performance.now() - started < 3000)
})
