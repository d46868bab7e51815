import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { KEYS } from './keys.ts'
import { ConfigError, readConfig } from './load.ts'
import { MANUAL, manual } from './manual.ts'

const MINIMAL = `domain = "chat.cam.ac.uk"
data = "data"
[tls]
certificate = "c.pem"
key = "k.pem"
`
const read = (text: string) => readConfig(text, '/etc/plodge/plodge.toml')
function problemsOf(text: string): readonly string[] {
  try {
    read(text)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('four lines are enough; the rest has its usual value, and paths begin at the file', () => {
  const settings = read(MINIMAL)
  assert.equal(settings.domain, 'chat.cam.ac.uk')
  assert.equal(settings.data, '/etc/plodge/data')
  assert.equal(settings.tls.certificate, '/etc/plodge/c.pem')
  assert.deepEqual(settings.listen.client, [{ host: '::', port: 5222 }])
  assert.deepEqual(settings.listen.metrics, [{ host: '127.0.0.1', port: 9100 }])
  assert.equal(settings.limits.stanzaBytes, 262_144)
  assert.equal(settings.users.passwordFeed, undefined)
  assert.ok(settings.users.localpart.test('fanf2') && !settings.users.localpart.test('fanf2x\n') && !settings.users.localpart.test('2fanf'))
})

test('every example of every key is taken as it stands', () => {
  for (const { name, example } of KEYS) {
    const table = name.includes('.') ? name.slice(0, name.indexOf('.')) : ''
    const rest = MINIMAL.split('\n').filter(line => !line.startsWith(`${name.slice(name.indexOf('.') + 1)} =`) || table === '')
    const text =
      table === ''
        ? [example, ...rest.filter(line => !line.startsWith(`${name} =`))]
        : table === 'tls'
          ? [...rest, example]
          : [...rest, `[${table}]`, example]
    assert.deepEqual(problemsOf(text.join('\n')), [], `${name}: ${text.join('\n')}`)
  }
})

test('every limit can be turned off by false', () => {
  for (const { name } of KEYS.filter(key => key.name.startsWith('limits.'))) {
    const { limits } = read(`${MINIMAL}[limits]\n${name.slice(7)} = false`)
    assert.ok(Object.values(limits).includes(name === 'limits.rates' ? false : Infinity), name)
  }
})

for (const [what, text, line, words] of [
  ['a misspelt key', `${MINIMAL}[listen]\nclinet = 5222`, 7, /listen\.clinet is not a key.*is listen\.client meant/],
  ['a key of no table', `nonsense = 1\n${MINIMAL}`, 1, /nonsense is not a key/],
  [
    'a wrong port',
    `${MINIMAL}[listen]\nclient = "foo"`,
    7,
    /listen\.client must be a port, "address:port", a list of them, or false; got "foo"\. Example: client = 5222/,
  ],
  ['a port that is too high', `${MINIMAL}[listen]\nclient = 65536`, 7, /got 65536/],
  ['a limit of nothing', `${MINIMAL}[limits]\nstanza_bytes = 0`, 7, /limits\.stanza_bytes must be a number above 0, or false/],
  ['a missing key', `data = "d"\n[tls]\ncertificate = "c"\nkey = "k"`, 1, /domain is missing: a domain name is needed/],
  ['a key missing from its table', `domain = "x.example"\ndata = "d"\n\n[tls]\nkey = "k"`, 4, /tls\.certificate is missing/],
  ['an address for a domain', MINIMAL.replace('chat.cam.ac.uk', 'me@chat.cam.ac.uk'), 1, /domain must be a domain name/],
  ['a rule for part of a name', `${MINIMAL}[users]\nlocalpart = "[a-z]+"`, 7, /users\.localpart must be a regular expression/],
  ['what is not TOML', 'domain = ', 1, /this is not TOML/],
] as const) {
  test(`${what} is refused with its line and an example`, () => {
    const [problem = ''] = problemsOf(text)
    assert.match(problem, words)
    assert.ok(problem.startsWith(`/etc/plodge/plodge.toml:${line}: `), problem)
  })
}

test('all mistakes are said at once, in the order of the file', () => {
  const problems = problemsOf(`${MINIMAL}[limits]\nrates = 3\nstanza_depth = "x"\n[listen]\nfoo = 1`)
  assert.deepEqual(
    problems.map(problem => Number(problem.split(':')[1])),
    [7, 8, 10],
  )
})

test('docs/configuration.md is up to date; if not: npm run docs:config', () => {
  assert.equal(readFileSync(MANUAL, 'utf8'), manual())
})
