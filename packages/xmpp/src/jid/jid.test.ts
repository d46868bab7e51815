/** Addresses against the lists of RFC 7622 §3.5, and against what people send to be somebody else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Jid, isAccount, isDevice } from './jid.ts'

/** RFC 7622 §3.5 table 1; the ogonek row as the erratum on decomposed forms would write it is covered by the NFC test. */
const VALID: readonly (readonly [text: string, full: string])[] = [
  ['juliet@example.com', 'juliet@example.com'],
  ['juliet@example.com/foo', 'juliet@example.com/foo'],
  ['juliet@example.com/foo bar', 'juliet@example.com/foo bar'],
  ['juliet@example.com/foo@bar', 'juliet@example.com/foo@bar'],
  ['foo\\20bar@example.com', 'foo\\20bar@example.com'],
  ['fussball@example.com', 'fussball@example.com'],
  ['fu\u00dfball@example.com', 'fu\u00dfball@example.com'],
  ['\u03c0@example.com', '\u03c0@example.com'],
  ['\u03a3@example.com/foo', '\u03c3@example.com/foo'],
  ['\u03c3@example.com/foo', '\u03c3@example.com/foo'],
  ['\u03c2@example.com/foo', '\u03c2@example.com/foo'],
  ['king@example.com/\u265a', 'king@example.com/\u265a'],
  ['example.com', 'example.com'],
  ['example.com/foobar', 'example.com/foobar'],
  ['a.example.com/b@example.net', 'a.example.com/b@example.net'],
  // Called invalid in table 2, and valid by erratum 4560: OpaqueString keeps spaces.
  ['juliet@example.com/ foo', 'juliet@example.com/ foo'],
]

/** RFC 7622 §3.5 table 2. */
const INVALID = [
  '"juliet"@example.com',
  'foo bar@example.com',
  '@example.com/',
  'henry\u2163@example.com',
  '\u265a@example.com',
  'juliet@',
  '/foobar',
]

/** What no table has, and somebody sends. */
const HOSTILE = [
  '',
  '@',
  '/',
  '@/',
  '.',
  'juliet@.',
  'juliet@@example.com',
  'romeo@juliet@example.com',
  'juliet@example.com/',
  'juliet@example.com:5222',
  'juliet@exa mple.com',
  'juliet@example..com',
  'juliet@example.com..',
  'juliet@-example.com',
  'juliet@example-.com',
  'juliet@exam_ple.com',
  'juliet@example.com#',
  'juliet@%65xample.com',
  'juliet\0@example.com',
  'juliet\u007f@example.com',
  'juliet\n@example.com',
  'juliet@example.com/foo\tbar',
  'juliet@example.com/\u0000',
  'juli\u200bet@example.com',
  'juli\u00adet@example.com',
  'juli\u202eet@example.com',
  'juliet\ufeff@example.com',
  'juliet@example.com/\u202efoo',
  'juliet@example.com/\ud800',
  '\ud83d@example.com',
  'juliet\uff20example.com@example.com',
  'juliet\uff0fphone@example.com',
  'juliet@example\uff0fcom',
  'juliet\ue000@example.com',
  'juliet\uffff@example.com',
  'a'.repeat(1024) + '@example.com',
  `juliet@example.com/${'a'.repeat(1024)}`,
  `${'\u00fc'.repeat(512)}@example.com`,
  `juliet@example.com/${'\u265a'.repeat(342)}`,
  'a'.repeat(1_000_000),
]

for (const [text, full] of VALID) test(`${text} is an address`, () => assert.equal(Jid.parse(text)?.full, full))
for (const text of INVALID) test(`${JSON.stringify(text)} is no address`, () => assert.equal(Jid.parse(text), undefined))

test('nothing that somebody sends to be somebody else, or to break us, is an address', () => {
  for (const text of HOSTILE) assert.equal(Jid.parse(text), undefined, JSON.stringify(text.slice(0, 60)))
})

test('an address is cut at the first slash, and before it at the first @', () => {
  const jid = Jid.parse('Juliet@Example.COM./Balcony/@Home')
  assert.deepEqual([jid?.local, jid?.domain, jid?.resource, jid?.bare], ['juliet', 'example.com', 'Balcony/@Home', 'juliet@example.com'])
})

test('1023 octets are allowed in a part, counted after the mapping', () => {
  for (const part of ['a'.repeat(1023), '\u00fc'.repeat(511), '\u{1f40e}'.repeat(255)]) {
    assert.equal(Jid.of('juliet', 'example.com', part)?.resource, part)
  }
  // Decomposed it is 1533 octets, composed 1022.
  assert.equal(Jid.of('u\u0308'.repeat(511), 'example.com')?.local, '\u00fc'.repeat(511))
})

test('one person has one address, however it is typed', () => {
  const same = ['j\u00fcrgen@example.com', 'J\u00dcRGEN@EXAMPLE.COM', 'ju\u0308rgen@example.com.', '\uff4a\u00fcrgen@\uff25xample\u3002com']
  assert.deepEqual(new Set(same.map(text => Jid.parse(text))), new Set([Jid.parse('j\u00fcrgen@example.com')]))
})

test('parts put together obey the rules of text, and cannot smuggle in a delimiter', () => {
  assert.equal(Jid.of('Juliet', 'example.com', 'x')?.full, 'juliet@example.com/x')
  assert.equal(Jid.of('', 'example.com')?.full, 'example.com')
  for (const [local, domain] of [
    ['juliet@evil.example/', 'example.com'],
    ['juliet/x', 'example.com'],
    ['', 'juliet@example.com'],
    ['juliet', 'evil.example/x'],
    ['juliet', ''],
  ] as const) {
    assert.equal(Jid.of(local, domain), undefined, `${local} ${domain}`)
  }
})

test('a device has an account, and an account is its own', () => {
  const device = Jid.parse('juliet@example.com/phone')
  assert(device && isDevice(device) && !isAccount(device))
  assert.equal(device.account, Jid.parse('juliet@example.com'))
  assert.equal(device.account.account, device.account)
  assert.equal(device.account.full, device.bare)
  assert.equal(device.withResource('tablet')?.full, 'juliet@example.com/tablet')
  assert.equal(device.withResource(''), device.account)
  assert.equal(device.withResource('\u0007'), undefined)
})

test('more addresses than are remembered are still right, and those in use are kept', () => {
  const mine = Jid.parse('juliet@example.com')
  for (let i = 0; i < 40_000; i++) {
    if (i % 10_000 === 0) Jid.parse('juliet@example.com')
    assert.equal(Jid.parse(`u${i}@example.com`)?.local, `u${i}`)
  }
  assert.equal(Jid.parse('juliet@example.com'), mine)
})

const letters = fc.string({ unit: 'binary', maxLength: 12 })
const names = fc.string({
  unit: fc.constantFrom(
    ...Array.from('aZ9.-\u00df\u00dc\u03a3\u03c2\u0130\u0308\u00b7l\uff21\uff20\u05d0\u0661\u06f1\u200d\u094d\u2163@/'),
  ),
  maxLength: 8,
})
const addresses = fc.oneof(
  letters,
  names,
  fc
    .tuple(fc.oneof(names, letters), fc.oneof(names, fc.domain()), fc.oneof(names, letters))
    .map(([local, domain, resource]) => `${local}@${domain}/${resource}`),
)

test('whatever the text, what comes of it is normalised for good and is the sum of its parts', () => {
  fc.assert(
    fc.property(addresses, text => {
      const jid = Jid.parse(text)
      if (!jid) return
      assert.equal(Jid.parse(jid.full)?.full, jid.full)
      assert.equal(Jid.of(jid.local, jid.domain, jid.resource)?.full, jid.full)
      assert.equal(Jid.parse(jid.bare)?.full, jid.account.full)
      assert.doesNotMatch(jid.local + jid.domain, /(?![\u200c\u200d])["&'/<>@\s\p{Cc}\p{Cf}]/u)
    }),
    { numRuns: 3000 },
  )
})
