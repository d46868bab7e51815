/** PLAIN, base64 and the choice of a mechanism: what is sent before anybody is known. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decodeBase64, decodeSaslData, encodeBase64, encodeSaslData } from './base64.ts'
import { SaslError } from './errors.ts'
import { mechanismKind, strongest } from './mechanisms.ts'
import { parsePlain, plainMessage } from './plain.ts'
import { decodeText } from './text.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('the examples of RFC 4616 §4 are understood, and said again the same', () => {
  const tim = { authzid: undefined, username: 'tim', password: 'tanstaaftanstaaf' }
  assert.deepEqual(parsePlain(bytes('\0tim\0tanstaaftanstaaf')), tim)
  assert.deepEqual(parsePlain(bytes('Ursel\0Kurt\0xipj3plmq')), { authzid: 'Ursel', username: 'Kurt', password: 'xipj3plmq' })
  assert.deepEqual(parsePlain(plainMessage({ username: 'tim', password: 'tanstaaftanstaaf' })), tim)
})

test('a password is kept as it was typed', () =>
  assert.equal(parsePlain(bytes('\0tim\0 p\u00a0\ufeff\ta\u0308')).password, ' p\u00a0\ufeff\ta\u0308'))

test('what is not three texts of bounded length with NUL between is refused', () => {
  const none = ['', 'tim', '\0', '\0\0', '\0tim', '\0tim\0', '\0\0secret', '\0tim\0sec\0ret', '\0tim\0secret\0']
  const long = [
    `\0tim\0${'a'.repeat(1024)}`,
    `\0${'\u00fc'.repeat(512)}\0x`,
    `${'a'.repeat(3072)}\0tim\0x`,
    `\0tim\0${'a'.repeat(1_000_000)}`,
  ]
  for (const text of [...none, ...long]) assert.throws(() => parsePlain(bytes(text)), SaslError, JSON.stringify(text.slice(0, 40)))
  assert.throws(() => parsePlain(Uint8Array.of(0, 0x74, 0, 0xff)), SaslError)
})

test('text that is not UTF-8 is refused, not mended', () => {
  for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
    assert.throws(() => decodeText(Uint8Array.from(wrong)), SaslError)
  }
})

test('base64 has one text for the same bytes, and that one is read', () => {
  fc.assert(fc.property(fc.uint8Array(), data => assert.deepEqual(decodeBase64(encodeBase64(data)), data)))
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('AQgwz+/=')), maxLength: 9 }), text => {
      const data = decodeBase64(text)
      if (data) assert.equal(encodeBase64(data), text)
    }),
  )
  for (const text of ['A', 'AA', 'AAA', 'AA=', 'AB==', 'AAB=', '=AAA', 'A===', '====', 'AA==AAAA', 'AAA\n', ' AAAA', 'AA-_', '\u00c4AAA']) {
    assert.equal(decodeBase64(text), undefined, text)
  }
})

test('a lone equals sign is data of no bytes (RFC 6120 §6.4.2)', () => {
  assert.equal(decodeSaslData('=')?.length, 0)
  assert.equal(decodeSaslData(''), undefined)
  assert.equal(encodeSaslData(new Uint8Array(0)), '=')
  assert.equal(encodeSaslData(bytes('a')), 'YQ==')
})

test('a client takes the strongest that it can do, and PLAIN only when allowed', () => {
  const offered = ['PLAIN', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1', 'X-OAUTH', 'SCRAM-SHA-256']
  assert.equal(strongest(offered, { bind: true, plain: true }), 'SCRAM-SHA-1-PLUS')
  assert.equal(strongest(offered, { bind: false, plain: true }), 'SCRAM-SHA-256')
  assert.equal(strongest(['PLAIN', 'CRAM-MD5'], { bind: true, plain: true }), 'PLAIN')
  assert.equal(strongest(['PLAIN'], { bind: true, plain: false }), undefined)
})

test('a mechanism is known by its name to the letter', () => {
  assert.deepEqual(mechanismKind('SCRAM-SHA-256-PLUS'), { kind: 'scram', scram: 'SCRAM-SHA-256', isPlus: true })
  assert.deepEqual(mechanismKind('SCRAM-SHA-1'), { kind: 'scram', scram: 'SCRAM-SHA-1', isPlus: false })
  assert.deepEqual(mechanismKind('PLAIN'), { kind: 'plain' })
  for (const name of ['', 'plain', 'PLAIN-PLUS', 'SCRAM-SHA-1-PLUS-PLUS', 'SCRAM-SHA-224', 'scram-sha-1'])
    assert.equal(mechanismKind(name), undefined)
})
