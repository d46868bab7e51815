/** Domains in their own letters, and the punycode behind them. */
import assert from 'node:assert/strict'
import { domainToASCII } from 'node:url'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { domainpart } from './domain.ts'
import { decodePunycode } from './punycode.ts'

test('a domain is kept in lower case and its own letters, without a last dot', () => {
  const same = {
    'Chat.Cam.AC.uk.': 'chat.cam.ac.uk',
    localhost: 'localhost',
    'xn--fuball-cta.de': 'fu\u00dfball.de',
    'XN--FUBALL-CTA.de': 'fu\u00dfball.de',
    'Fu\u00dfball.DE': 'fu\u00dfball.de',
    'b\u00fccher.example': 'b\u00fccher.example',
    'bu\u0308cher\u3002example\uff0e': 'b\u00fccher.example',
    '\u4f8b\u3048.\u30c6\u30b9\u30c8': '\u4f8b\u3048.\u30c6\u30b9\u30c8',
    '\u05d3\u05d5\u05d2\u05de\u05d4.example': '\u05d3\u05d5\u05d2\u05de\u05d4.example',
    'r3---sn-4g5e6nez.example': 'r3---sn-4g5e6nez.example',
    [`${'a'.repeat(63)}.example`]: `${'a'.repeat(63)}.example`,
  }
  for (const [text, domain] of Object.entries(same)) assert.equal(domainpart(text), domain)
})

test('an address of the network is a domain too, and nothing that only looks like one', () => {
  assert.equal(domainpart('127.0.0.1'), '127.0.0.1')
  assert.equal(domainpart('[2001:DB8:0::1]'), '[2001:db8::1]')
  assert.equal(domainpart('\uff11.2.3.4'), '1.2.3.4')
  for (const text of [
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    '300',
    '[::1',
    '::1',
    '[::g]',
    '[fe80::1%eth0]',
    '[v1.x]',
    '[1.2.3.4]',
  ]) {
    assert.equal(domainpart(text), undefined, text)
  }
})

test('what IDNA2008 does not allow is no domain, though a browser would open it', () => {
  const refused = [
    '\u2603.example',
    'xn--n3h.example',
    'I\u2665ny.example',
    '\ufb01.example',
    'a\u200db.example',
    '\u0308a.example',
    'xn--a.example',
    'xn--abc-.example',
    'xn--abc-.\u00fc.example',
    'xn--',
    'xn--a-.example',
    '\u05d0a.example',
    'ab--\u00fc.example',
    '-\u00fc.example',
    '\u00fc-.example',
    '\u00fc_.example',
    `${'\u00fc'.repeat(63)}.example`,
  ]
  for (const text of refused) assert.equal(domainpart(text), undefined, text)
})

test('punycode reads what the platform writes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('abz09\u00fc\u4f8b\u05d0\u{10400}\u{20000}')), minLength: 1, maxLength: 8 }),
      text => {
        const ascii = domainToASCII(text)
        if (ascii.startsWith('xn--')) assert.equal(decodePunycode(ascii.slice(4)), text.normalize('NFC').toLowerCase())
      },
    ),
  )
})

test('the samples of RFC 3492 §7.1 are read', () => {
  const samples = {
    ihqwcrb4cv8a8dqg056pqjye: '\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587',
    'proprostnemluvesky-uyb24dma41a': 'pro\u010dprost\u011bnemluv\u00ed\u010desky',
    '3b-ww4c5e180e575a65lsy2b': '3\u5e74b\u7d44\u91d1\u516b\u5148\u751f',
    d9juau41awczczp: '\u305d\u306e\u30b9\u30d4\u30fc\u30c9\u3067',
  }
  for (const [text, expected] of Object.entries(samples)) assert.equal(decodePunycode(text), expected)
})

test('broken punycode is refused and never runs away', () => {
  for (const text of ['9', '99999999', 'zzzzzzzzzzzzzz', 'a-!', '-\u00fc', '9999999a', `${'a'.repeat(60)}-a`, `${'0'.repeat(500)}a`])
    assert.equal(decodePunycode(text), undefined, text)
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 59 }), text => void decodePunycode(text)))
})
