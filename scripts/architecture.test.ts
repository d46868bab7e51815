/** Who may import whom. The rules are design, not taste: ARCHITECTURE.md says why. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

const ROOT = resolve(import.meta.dirname, '..')

/** Packages, each with those it may import. Tests and what is written for tests may use the testkit too. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'packages/xmpp': [],
  'packages/server': ['packages/xmpp'],
  'packages/web': ['packages/xmpp'],
  'packages/webclient': ['packages/xmpp'],
  'packages/plodge': ['packages/server', 'packages/web', 'packages/xmpp'],
  'packages/testkit': ['packages/server', 'packages/xmpp'],
  bench: ['packages/server', 'packages/xmpp'],
  e2e: ['packages/xmpp', 'packages/plodge', 'packages/web', 'packages/server'],
  fuzz: ['packages/xmpp', 'e2e'],
  scripts: ['packages/server', 'packages/testkit'],
}

/**
 * The server's folders, each with what it may import beside itself. An entry names only what stands above it, so that there is no circle.
 * What puts things together (listeners.ts, modules.ts, main.ts) may import everything, and nothing imports it.
 */
const FOLDERS: readonly (readonly [folder: string, may: readonly string[]])[] = [
  ['settings.ts', []],
  ['routing/now.ts', []],
  ['scram-crypto.ts', []],
  ['key-file.ts', []],
  ['der', []],
  ['search', []],
  ['messages', []],
  ['storage', ['routing/now.ts', 'messages', 'search']],
  ['bus', []],
  ['net', ['settings.ts', 'routing/now.ts']],
  ['routing', ['storage/repositories.ts', 'settings.ts']],
  ['accounts', ['scram-crypto.ts', 'der', 'routing', 'storage/repositories.ts', 'storage/remembered.ts', 'settings.ts']],
  ['ops/release.ts', []],
  ['pubsub', ['routing/now.ts', 'storage/repositories.ts']],
  ['rooms', []],
  [
    'modules',
    [
      'accounts',
      'pubsub',
      'rooms',
      'messages',
      'routing',
      'search',
      'net/http-route.ts',
      'storage/repositories.ts',
      'storage/remembered.ts',
      'settings.ts',
      'ops/release.ts',
    ],
  ],
  ['streams', ['scram-crypto.ts', 'messages', 'net', 'routing', 'storage/repositories.ts', 'settings.ts']],
  ['portability', ['accounts', 'modules', 'pubsub', 'storage/repositories.ts', 'settings.ts']],
  ['ops', ['accounts', 'modules', 'portability', 'routing', 'streams', 'storage/repositories.ts', 'settings.ts']],
]
const ON_TOP = new Set(['guests.ts', 'listeners.ts', 'store.ts', 'modules.ts', 'uploads.ts', 'proxy.ts', 'web-push.ts', 'main.ts'])

/** A module's own files are its own business, but for these, which say what others need to know. */
const OFFERED = new Set([
  'modules/archive/worth.ts',
  'modules/archive/commits.ts',
  'modules/archive/query.ts',
  'modules/archive/reading.ts',
  'modules/archive/pages.ts',
  'modules/carbons/eligible.ts',
  'modules/carbons/copy-of.ts',
])

interface Import {
  readonly from: string
  readonly to: string
}

const files = globSync(
  Object.keys(PACKAGES).map(name => `${name}/${name === 'scripts' ? '' : 'src/'}**/*.{ts,tsx,js,mjs}`),
  { cwd: ROOT },
).sort()
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const imports = files.flatMap(importsOf)
const isForTests = (file: string): boolean => /(?:\.test|testing|\.testing)\.ts$|temporary-store\.ts$/.test(file)
const isWithin = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`)
const packageOf = (path: string): string | undefined => Object.keys(PACKAGES).find(name => isWithin(path, name))

/** Paths as they are in the repository; what is not ours as it is written. */
function importsOf(from: string): readonly Import[] {
  const found = textOf(from).matchAll(/(?:^(?:import|export)\s[^'"=()]*?\bfrom\s+|^import\s+|\bimport\()['"]([^'"]+)['"]/gm)
  return [...found].map(([, name = '']) => ({ from, to: placeOf(name, from) }))
}

function placeOf(name: string, from: string): string {
  if (name.startsWith('.')) return relative(ROOT, join(ROOT, dirname(from), name))
  const ours = /^@plodge\/(\w+)\/(.*)$/.exec(name)
  return ours ? `packages/${ours[1]}/src/${ours[2]}` : name
}

const say = ({ from, to }: Import): string => `${from} imports ${to}`

test('packages import only the packages they may', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [mine = '', theirs] = [packageOf(from), packageOf(to)]
    if (theirs === undefined || theirs === mine) return false
    if (theirs === 'packages/testkit' && isForTests(from)) return false
    return !PACKAGES[mine]?.includes(theirs)
  })
  assert.deepEqual(wrong.map(say), [])
})

test('the protocol package touches nothing that a browser lacks', () => {
  const wrong = imports.filter(({ from, to }) => isWithin(from, 'packages/xmpp') && !isForTests(from) && !to.startsWith('packages/xmpp/'))
  assert.deepEqual(wrong.map(say), [])
})

const SERVER = 'packages/server/src/'
const inServer = imports
  .filter(({ from, to }) => from.startsWith(SERVER) && to.startsWith(SERVER) && !isForTests(from))
  .map(({ from, to }) => ({ from: from.slice(SERVER.length), to: to.slice(SERVER.length) }))

test("the server's folders import only what stands above them", () => {
  const wrong = inServer.filter(({ from, to }) => {
    if (ON_TOP.has(from)) return from !== 'main.ts' && to === 'main.ts'
    const [folder = '', may = []] = FOLDERS.find(([folder]) => isWithin(from, folder)) ?? []
    return !isWithin(to, folder) && !may.some(place => isWithin(to, place))
  })
  assert.deepEqual(wrong.map(say), [])
})

test('no rule allows a circle', () => {
  const seen: string[] = []
  for (const [folder, may] of FOLDERS) {
    for (const place of may)
      assert.ok(
        seen.some(above => isWithin(place, above)),
        `${folder} may import ${place}, which stands below it`,
      )
    seen.push(folder)
  }
})

test('a module does not reach into another', () => {
  const moduleOf = (path: string): string => path.split('/').slice(0, 2).join('/')
  const wrong = inServer.filter(
    ({ from, to }) => [from, to].every(path => isWithin(path, 'modules')) && moduleOf(from) !== moduleOf(to) && !OFFERED.has(to),
  )
  assert.deepEqual(wrong.map(say), [])
})

test('no file imports, by way of others, itself; for types neither', () => {
  const known = new Set(files)
  const importedBy = Map.groupBy(
    imports.filter(({ to }) => known.has(to)),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '))
    if (way.includes(file) || done.has(file)) return
    for (const { to } of importedBy.get(file) ?? []) visit(to, [...way, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  assert.deepEqual(circles, [])
})

test('no file is longer than 300 lines', () => {
  const long = files.filter(file => textOf(file).trimEnd().split('\n').length > 300)
  assert.deepEqual(long, [])
})

test('every file begins by saying what it knows', () => {
  const silent = files.filter(file => !file.endsWith('.test.ts') && !/^(?:#!.*\n)?\/\*\*/.test(textOf(file)))
  assert.deepEqual(silent, [])
})
