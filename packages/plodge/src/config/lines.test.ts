import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parse } from 'smol-toml'
import { linesOf } from './lines.ts'

const odd: readonly (readonly [what: string, text: string, lines: Readonly<Record<string, number>>])[] = [
  ['keys inside inline tables', 'a = { b = 1, "c d" = { e = 2 } }\nf = 1', { a: 1, 'a.b': 1, 'a.c d': 1, 'a.c d.e': 1, f: 2 }],
  ['quotes of one kind inside the other', `a = '"""'\nb = "'''"\nc = 1`, { a: 1, b: 2, c: 3 }],
  ['what looks like keys in a long string', 'a = """\n[t]\nb = 1\n"""\nc = 1', { a: 1, c: 5 }],
  ['quotes at the end of a long string', 'a = """x"""""\nb = \'\'\'\ny\'\'\'\'\'\nc = 1', { a: 1, b: 2, c: 4 }],
  ['an escaped quote in a long string', 'a = """\\"""\n"""\nb = 1', { a: 1, b: 3 }],
  ['a backslash that ends a literal string', "a = 'c:\\'\nb = 1", { a: 1, b: 2 }],
  ['comments between and behind', '# a = 1\n\na = 1 # b = 2\n[t] # [u]\n # c = 3\nb = "#" # d = 4', { a: 3, t: 4, 't.b': 6 }],
  ['a list over lines, with comments', 'a = [ # one\n  1,\n  # "]"\n  "[", [2],\n]\nb = 1', { a: 1, b: 6 }],
  ['tables in a list', 'a = [\n  { b = 1 },\n  { b = 2 },\n]', { a: 1, 'a.0': 2, 'a.0.b': 2, 'a.1': 3, 'a.1.b': 3 }],
  ['a list of tables', '[[a]]\nb = 1\n[[a]]\nb = 2', { a: 1, 'a.0': 2, 'a.0.b': 2, 'a.1': 4, 'a.1.b': 4 }],
  ['spaces round the dots', ' a . "b.c" . d = 1\n[ e . f ]\n\tg = 1', { a: 1, 'a.b.c': 1, 'a.b.c.d': 1, e: 2, 'e.f': 2, 'e.f.g': 3 }],
  ['escapes in keys', '"\\u0061\\tb" = 1\n\'c\\u0061\' = 2', { 'a\tb': 1, 'c\\u0061': 2 }],
  ['the line ends of other systems', 'a = 1\r\n[t]\r\nb = """\r\n"""\r\nc = 2\r\n', { a: 1, t: 2, 't.b': 3, 't.c': 5 }],
  ['dates and numbers', 'a = 1979-05-27 07:32:00Z\nb = 1_000.5e-3\nc = 0xff', { a: 1, b: 2, c: 3 }],
  ['nothing', '', {}],
]

for (const [what, text, lines] of odd) {
  test(`the lines of keys are found through ${what}`, () => {
    parse(text)
    assert.deepEqual(Object.fromEntries(linesOf(text)), lines)
  })
}

test('every key of any document is found, on its line', () => {
  const value = fc.oneof(
    fc.constantFrom(
      '1',
      'true',
      '-0.5',
      '1979-05-27',
      '[]',
      '{}',
      '[ [1], # ]\n ["]"] ]',
      '"""\nx = 1\n[t]\n"""',
      "'''\n\"\"\"'''",
      '"\\""',
      `'#'`,
      `'"""'`,
      '"\\\\"',
    ),
    fc.string({ maxLength: 8 }).map(text => JSON.stringify(text).replaceAll(/[\u007f]/g, '')),
  )
  const lead = fc.constantFrom('', '\n', '# c = 1\n', '  ', '\r\n')
  const tail = fc.constantFrom('', ' # d = "', '  ')
  fc.assert(
    fc.property(fc.array(fc.tuple(lead, fc.boolean(), value, tail), { maxLength: 12 }), parts => {
      let text = ''
      let table = ''
      const expected: [string, number][] = []
      for (const [i, [before, isTable, written, after]] of parts.entries()) {
        text += before
        const line = text.split('\n').length
        const name = `k${i}`
        if (isTable) table = `t${i}.`
        expected.push([isTable ? `t${i}` : `${table}${name}`, line])
        text += isTable ? `[t${i}]${after}\n` : `${name} = ${written}${after}\n`
      }
      parse(text)
      const lines = linesOf(text)
      for (const [name, line] of expected) assert.equal(lines.get(name), line, `${name} in ${text}`)
    }),
  )
})
