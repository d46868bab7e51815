/** The profiles against the examples of RFC 8265 §3.5 and §4.3, and each contextual and directional rule by name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { opaqueString, usernameCaseMapped, usernameCasePreserved } from './precis.ts'

test('the usernames of RFC 8265 §3.5 are mapped or refused as it says', () => {
  const mapped = {
    'juliet@example.com': 'juliet@example.com',
    fussball: 'fussball',
    'fu\u00dfball': 'fu\u00dfball',
    '\u03c0': '\u03c0',
    '\u03a3': '\u03c3',
    '\u03c3': '\u03c3',
    '\u03c2': '\u03c2',
  }
  for (const [name, expected] of Object.entries(mapped)) {
    assert.equal(usernameCaseMapped(name), expected)
    assert.equal(usernameCasePreserved(name), name)
  }
  for (const name of ['foo bar', '', 'henry\u2163', '\u221e']) {
    assert.equal(usernameCaseMapped(name), undefined)
    assert.equal(usernameCasePreserved(name), undefined)
  }
})

test('the passwords of RFC 8265 §4.3 are kept or refused as it says', () => {
  for (const password of ['correct horse battery staple', 'Correct Horse Battery Staple', '\u03c0\u00df\u00e5', 'Jack of \u2666s']) {
    assert.equal(opaqueString(password), password)
  }
  assert.equal(opaqueString('foo\u1680bar'), 'foo bar')
  assert.equal(opaqueString(''), undefined)
  assert.equal(opaqueString('my cat is a \tby'), undefined)
})

test('width is mapped in names and kept in passwords', () => {
  assert.equal(usernameCaseMapped('\uff26\uff41\uff4e\uff46'), 'fanf')
  assert.equal(usernameCasePreserved('\uff76\uff9e'), '\u30ac')
  assert.equal(opaqueString('\uff26\uff41\uff4e\uff46'), '\uff26\uff41\uff4e\uff46')
})

test('a final sigma is a letter of its own, a capital one becomes what its place asks for', () => {
  assert.equal(usernameCaseMapped('\u039f\u0394\u039f\u03a3'), '\u03bf\u03b4\u03bf\u03c2')
})

/** RFC 5892 appendix A: in place, and out of place. */
const CONTEXT: Readonly<Record<string, { readonly right: readonly string[]; readonly wrong: readonly string[] }>> = {
  'a zero-width joiner after a virama': {
    right: ['\u0915\u094d\u200d\u0937'],
    wrong: ['a\u200db', '\u200d', '\u0627\u200d\u0627', '\u05b0\u200d', '\u0915\u3099\u200d'],
  },
  'a zero-width non-joiner after a virama or between joining letters': {
    right: ['\u0915\u094d\u200c\u0937', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u0628\u064e\u200c\u064e\u0628'],
    wrong: ['nam\u200ce', '\u200c', '\u0627\u200c\u0628', '\u0628\u200c', '\u0628\u200c\u200c\u0628'],
  },
  'a middle dot between two l': { right: ['col\u00b7laborar', 'l\u00b7l\u00b7l'], wrong: ['a\u00b7l', 'l\u00b7', '\u00b7l', 'L\u00b7L'] },
  'a keraia before Greek': { right: ['\u0375\u03b2'], wrong: ['\u0375b', '\u03b2\u0375'] },
  'geresh and gershayim after Hebrew': { right: ['\u05d2\u05f3', '\u05d0\u05f4\u05d1'], wrong: ['\u05f3', 'a\u05f4'] },
  'a katakana dot among Japanese': { right: ['\u30a2\u30fb\u30a4', '\u30fb\u6f22'], wrong: ['\u30fb', 'a\u30fbb'] },
  'Arabic digits of one kind': { right: ['\u0627\u0661\u0662', '\u0627\u06f1'], wrong: ['\u0627\u0661\u06f1'] },
}
for (const [rule, { right, wrong }] of Object.entries(CONTEXT)) {
  test(`${rule} may stand, and elsewhere not`, () => {
    for (const text of right) assert.equal(usernameCaseMapped(text), text.normalize('NFC'), text)
    for (const text of wrong) assert.equal(usernameCaseMapped(text), undefined, text)
    for (const text of wrong) assert.equal(opaqueString(text), undefined, text)
  })
}

test('a name written from right to left keeps the Bidi rule of RFC 5893 §2, a password need not', () => {
  for (const name of ['\u05d0\u05d1', '\u05d0-1', '\u0627\u0644\u0661', '\u05d0\u05b0', 'abc1'])
    assert.equal(usernameCaseMapped(name), name)
  for (const name of ['1\u05d0', '\u05d0a\u05d1', 'a\u05d0', '\u05d0-', '\u06611', '\u05d01\u0661', '\u0661']) {
    assert.equal(usernameCaseMapped(name), undefined, name)
  }
  assert.equal(opaqueString('a\u05d0'), 'a\u05d0')
})

test('code points that cannot be seen, are not assigned, or stand for others are in no name', () => {
  for (const one of [
    '\u00ad',
    '\u034f',
    '\u115f',
    '\u1100',
    '\u2060',
    '\ufe0f',
    '\ufffd',
    '\ufdd0',
    '\u{e0041}',
    '\u{10fffe}',
    '\u0378',
    '\u00aa',
    '\ufb01',
    '\u2460',
    '\u0640',
    '\u3031',
    '\ud800',
  ]) {
    assert.equal(usernameCaseMapped(`a${one}b`), undefined, one.codePointAt(0)?.toString(16))
  }
  for (const one of ['\u00aa', '\ufb01', '\u2460', '\u221e', '\u{1f40e}']) assert.equal(opaqueString(`a${one}b`), `a${one}b`)
  for (const one of ['\u00ad', '\ufe0f', '\u2028', '\u1100', '\u0378', '\ue000', '\ud800'])
    assert.equal(opaqueString(`a${one}b`), undefined)
})

test('a long run of marks and joiners takes no long time', () => {
  const hostile = ['\u0308'.repeat(4000), `\u0628${'\u064e\u200c'.repeat(2000)}`, `\u05d0${'\u05b0'.repeat(3000)}-`, 'l\u00b7'.repeat(2000)]
  const start = process.cpuUsage()
  for (const text of hostile) usernameCaseMapped(text)
  const { user } = process.cpuUsage(start)
  assert(user < 2_000_000, `${user} microseconds`)
})

test('a second application changes nothing', () => {
  for (const profile of [usernameCaseMapped, usernameCasePreserved, opaqueString]) {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const once = profile(text)
        if (once !== undefined) assert.equal(profile(once), once)
      }),
      { numRuns: 1000 },
    )
  }
})
