import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shown } from './names.ts'

test('a name is shown as it is, in any script', () => {
  for (const name of ['Karen Spärck Jones', 'محمد بن موسى', 'שרה', 'रामानुजन्', '李 约瑟', 'Nguyễn Thị', '👩\u200D🔬 Rosalind', '❤\uFE0F'])
    assert.equal(shown(name), name)
})

test('what would make it look like another is left out', () => {
  assert.equal(shown('notes\u202Efdp.exe'), 'notesfdp.exe')
  assert.equal(shown('ad\u200Bmin\u2060'), 'admin')
  assert.equal(shown('\u2067x\u2069\u200F'), 'x')
  assert.equal(shown('a\nb\u0000\tc'), 'a b c')
  assert.equal(shown('\u3164\u115F'), '')
  assert.equal(shown(`z${'\u0300'.repeat(50)}`), `z${'\u0300'.repeat(4)}`)
})

test('and it is as long as a name may be', () => {
  assert.equal(Array.from(shown('🎈'.repeat(500), 20)).length, 20)
  assert.ok(shown('x'.repeat(500)).endsWith('…'))
})
