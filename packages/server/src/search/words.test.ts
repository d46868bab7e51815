import assert from 'node:assert/strict'
import test from 'node:test'
import { searchableText } from './searchable.ts'
import { hasPhrases, phrasesIn, wordsOf } from './words.ts'

const FOUND: readonly [text: string, search: string][] = [
  ['Shall we meet at the Gate?', 'gate MEET'],
  ['Shall we meet at the Gate?', '"at the gate"'],
  ['Le café est fermé', 'cafe FERME'],
  ['Le cafe est ferme', 'café'],
  ['Die Straße ist naß', 'STRASSE nass'],
  ['Grüße aus Zürich', 'grusse zurich'],
  ['ILIK İstanbul ılık', 'ilik istanbul'],
  ['Smørrebrød i Łódź', 'smorrebrod lodz'],
  ['ΟΔΟΣ ΑΘΗΝΩΝ', 'οδός αθηνων'],
  ['Ёлка и йод', 'елка'],
  ['明天我们去北京大学看书', '北京大学'],
  ['明天我们去北京大学看书', '书 明天'],
  ['東京タワーで会いましょう', 'タワー'],
  ['がんばって', 'がんば'],
  ['ﾀﾜｰ', 'タワー'],
  ['พรุ่งนี้ไปเชียงใหม่กัน', 'เชียงใหม่'],
  ['학교에서 만나요', '학교'],
  ['مُحَمَّد', 'محمد'],
  ['भारत में', 'भारत'],
  ['Meet at 10:30, e-mail me', 'e-mail 10:30'],
  ["don't panic", "don't"],
  ['ﬁne', 'fine'],
  ['well done 👍🏽', '👍'],
  ['iPhone手机', '手机'],
]
const MISSED: readonly [text: string, search: string][] = [
  ['Shall we meet at the Gate?', 'gate dinner'],
  ['Shall we meet at the Gate?', '"the at gate"'],
  ['明天我们去北京大学看书', '大北'],
  ['भारत', 'भरत'],
  ['meeting', 'meet'],
]

test('what people look for is found as they would write it, in their language', () => {
  for (const [text, search] of FOUND) assert.ok(hasPhrases(wordsOf(text), phrasesIn(search)), `${search} in ${text}`)
  for (const [text, search] of MISSED) assert.ok(!hasPhrases(wordsOf(text), phrasesIn(search)), `${search} not in ${text}`)
})

test('a word is letters and digits only, whatever somebody asks for', () => {
  const search = `"a" OR b* NEAR(c, 2) {text}: -d ^e "x" "" AND ' ; DROP TABLE words -- \uE0005 \0`
  for (const word of phrasesIn(search).flat()) assert.match(word, /^[\p{L}\p{M}\p{N}]+$/v)
  assert.deepEqual(phrasesIn('"" ... \uE000'), [])
  assert.deepEqual(phrasesIn('"two words'), [['two', 'words']])
})

test('what an author wrote can be found, what stands in for a feature cannot', () => {
  assert.equal(searchableText(`<message><subject>Supper</subject><body>at &lt;six&gt;</body></message>`), 'Supper\nat <six>')
  assert.equal(
    searchableText(
      `<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>x</body></html></message>`,
    ),
    '',
  )
  const fallback = (inside: string): string =>
    `<message><body>/me retracted a message</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'>${inside}</fallback></message>`
  assert.equal(searchableText(fallback('')), '')
  assert.equal(searchableText(fallback('<body/>')), '')
  assert.notEqual(searchableText(fallback(`<body start='0' end='3'/>`)), '')
})
