import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as check, nat, property, string } from 'fast-check'
import { NO_BYTES, decode } from './utf8.ts'

function decodeAll(chunks: readonly Buffer[]): string | undefined {
  let rest = NO_BYTES
  let text = ''
  for (const chunk of chunks) {
    const decoded = decode(chunk, rest)
    if (!decoded) return undefined
    text += decoded.text
    rest = decoded.rest
  }
  return rest.length > 0 ? undefined : text
}

test('text cut anywhere comes out whole', () => {
  check(
    property(string({ unit: 'binary' }), array(nat(40)), (text, cuts) => {
      const bytes = Buffer.from(text)
      const places = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b)
      const chunks = [0, ...places].map((start, i) => bytes.subarray(start, places[i] ?? bytes.length))
      assert.equal(decodeAll(chunks), bytes.toString('utf8'))
    }),
  )
})

test('an unfinished character waits for its rest', () => {
  const decoded = decode(Buffer.from([0x61, 0xe2, 0x82]), NO_BYTES)
  assert.deepEqual(decoded, { text: 'a', rest: Buffer.from([0xe2, 0x82]) })
})

for (const [what, bytes] of [
  ['latin-1', [0x63, 0x61, 0x66, 0xe9, 0x20]],
  ['an overlong form', [0xc0, 0xaf, 0x20]],
  ['a surrogate', [0xed, 0xa0, 0x80, 0x20]],
  ['a byte that no character begins with', [0xff, 0x20]],
  ['four bytes that go on', [0x80, 0x80, 0x80, 0x80]],
] as const) {
  test(`${what} is refused`, () => assert.equal(decodeAll([Buffer.from(bytes)]), undefined))
}
