/** Reads the configuration file into settings, or says everything that is wrong with it, line by line. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Settings } from '@plodge/server/settings.ts'
import { TomlError, parse } from 'smol-toml'
import { nearest } from '../nearest.ts'
import type { Key } from './key.ts'
import { KEYS, settingsFrom } from './keys.ts'
import { linesOf } from './lines.ts'
import { WEB_TIER, type WebTierKeys } from './web-keys.ts'

/** What the file says: the chat server's settings, and what the web tier's are made of. */
export interface Configuration extends Settings {
  readonly webTier: WebTierKeys
}

/** What is wrong with the file, one line of words a mistake: `plodge.toml:7: …`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Throws ConfigError. */
export function loadConfig(file: string): Configuration {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'is not there' : 'cannot be read'
    throw new ConfigError([`${file} ${why}; name the configuration with --config FILE, or run npm start for a sample`])
  }
  return readConfig(text, file)
}

/** As loadConfig, of a text; `file` is its name in words and the folder its paths begin at. */
export function readConfig(text: string, file: string): Configuration {
  const values = flatten(parseToml(text, file))
  const lines = linesOf(text)
  const problems: { readonly line: number; readonly text: string }[] = []
  const say = (name: string, problem: string): void => {
    problems.push({ line: lineOf(lines, name), text: problem })
  }
  for (const name of values.keys()) if (!KEYS.some(key => key.name === name)) say(name, unknown(name))
  const folder = dirname(resolve(file))
  const settings = settingsFrom(key => read(key, values, folder, say))
  const webTier = Object.fromEntries(
    Object.entries<Key<unknown>>(WEB_TIER).map(([name, key]) => [name, read(key, values, folder, say)]),
  ) as unknown as WebTierKeys
  if (problems.length === 0) return { ...settings, webTier }
  throw new ConfigError(problems.sort((a, b) => a.line - b.line).map(({ line, text }) => `${file}:${line}: ${text}`))
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new ConfigError([
      `${file}:${error.line}: this is not TOML: ${error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '')}`,
    ])
  }
}

/** Values by dotted name; lists are values. */
function flatten(table: Record<string, unknown>, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  for (const [name, value] of Object.entries(table)) {
    const full = prefix === '' ? name : `${prefix}.${name}`
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    if (isTable) flatten(value as Record<string, unknown>, full, into)
    else into.set(full, value)
  }
  return into
}

/** After a mistake goes on with anything, so that all mistakes are found at once; nobody gets to see it. */
function read<T>(key: Key<T>, values: ReadonlyMap<string, unknown>, folder: string, say: (name: string, problem: string) => void): T {
  const isGiven = values.has(key.name)
  const value = isGiven ? values.get(key.name) : key.otherwise
  if (value === undefined) {
    say(key.name, `${key.name} is missing: ${key.kind.expected} is needed. ${key.meaning} Example: ${key.example}`)
    return undefined as T
  }
  const reading = key.kind.read(value, folder)
  if (reading.kind === 'value') return reading.value
  say(key.name, `${key.name} must be ${key.kind.expected}; got ${JSON.stringify(value)}. Example: ${key.example}`)
  return undefined as T
}

function unknown(name: string): string {
  const near = nearest(
    name,
    KEYS.map(key => key.name),
  )
  const known = KEYS.find(key => key.name === near)
  return `${name} is not a key that Plodge knows${known ? `; is ${known.name} meant? Example: ${known.example}` : ''}. All keys: docs/configuration.md`
}

/** The line of the key, or of the table that lacks it. */
function lineOf(lines: ReadonlyMap<string, number>, name: string): number {
  return lines.get(name) ?? lines.get(name.slice(0, Math.max(0, name.lastIndexOf('.')))) ?? 1
}
