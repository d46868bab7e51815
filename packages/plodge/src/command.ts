/** What a command of `plodge` is: its name, its words, its options, and what it does. Help is made from this. */
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Terminal } from './terminal.ts'

export interface OptionHelp {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** What stands for the value in the help: FILE. */
  readonly value?: string
  readonly meaning: string
}

export interface Invocation {
  /** The words after the command's name. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly terminal: Terminal
}

export interface Command {
  /** `user add`. */
  readonly name: string
  readonly summary: string
  /** What words it takes, for the help: `NAME`. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, OptionHelp>>
  readonly examples: readonly string[]
  /** Anything else that is worth knowing. */
  readonly notes?: string
  /** Gives the exit code. Throws UsageError, or an Error whose message is for the operator. */
  run(invocation: Invocation): Promise<number>
}

/** Exit codes; documented in docs/getting-started.md. */
export const OK = 0
export const FAILED = 1
export const USAGE = 2
/** `plodge start` was told to restart: whoever watches over it starts it again (EX_TEMPFAIL). */
export const AGAIN = 75

/** The command was called in a way it does not understand. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const COMMON: Readonly<Record<string, OptionHelp>> = {
  config: { type: 'string', value: 'FILE', meaning: 'the configuration; otherwise $PLODGE_CONFIG, ./plodge.toml or ./data/plodge.toml' },
  json: { type: 'boolean', meaning: 'print the result as JSON' },
  help: { type: 'boolean', short: 'h', meaning: 'this help' },
}

export const toParseArgs = (options: Readonly<Record<string, OptionHelp>>): ParseArgsOptionsConfig =>
  Object.fromEntries(Object.entries(options).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]))

export function helpOf({ name, summary, words, options, examples, notes }: Command): string {
  const all = { ...options, ...COMMON }
  const width = Math.max(...Object.entries(all).map(([option, help]) => flagOf(option, help).length))
  const lines = Object.entries(all).map(([option, help]) => `  ${flagOf(option, help).padEnd(width)}  ${help.meaning}`)
  return [
    summary,
    '',
    `Usage: plodge ${[name, ...words].join(' ')} [options]`,
    '',
    ...lines,
    ...(notes === undefined ? [] : ['', notes]),
    '',
    'Examples:',
    ...examples.map(example => `  ${example}`),
    '',
  ].join('\n')
}

const flagOf = (name: string, { short, value }: OptionHelp): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
