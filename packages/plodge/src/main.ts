/** The `plodge` command: finds the command that is meant, reads its options, and says in words what went wrong. */
import { parseArgs } from 'node:util'
import { COMMON, type Command, FAILED, OK, USAGE, UsageError, helpOf, toParseArgs } from './command.ts'
import { nearest } from './nearest.ts'
import { type Terminal, terminal as realTerminal } from './terminal.ts'

/** Gives the exit code: 0 done, 1 failed, 2 called wrongly. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const commands = await commandsFor(args)
  const command = commandOf(commands, args)
  if (!command) return withoutCommand(commands, args, terminal)
  try {
    const rest = args.slice(command.name.split(' ').length)
    const { values, positionals } = parse(command, rest)
    if (values['help'] === true) {
      terminal.print(helpOf(command))
      return OK
    }
    if (positionals.length > command.words.length) throw new UsageError(`"${positionals[command.words.length]}" is one word too many`)
    return await command.run({ words: positionals, options: values, terminal })
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`plodge ${command.name}: ${error.message}\nSee: plodge ${command.name} --help`)
      return USAGE
    }
    terminal.complain(`plodge ${command.name}: ${error instanceof Error ? error.message : String(error)}`)
    return FAILED
  }
}

function parse(
  command: Command,
  args: readonly string[],
): { readonly values: Record<string, string | boolean | undefined>; readonly positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: toParseArgs({ ...command.options, ...COMMON }),
      allowPositionals: true,
    })
    return { values: values as Record<string, string | boolean | undefined>, positionals }
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : 'the options were not understood', {
      cause: error,
    })
  }
}

/** A server that starts does not read what the other commands need first: its users wait for it. */
async function commandsFor([first]: readonly string[]): Promise<readonly Command[]> {
  return first === 'start' ? [(await import('./commands/start.ts')).start] : (await import('./commands.ts')).COMMANDS
}

/** The longest name that the words begin with. */
function commandOf(commands: readonly Command[], args: readonly string[]): Command | undefined {
  return [2, 1]
    .map(count => commands.find(({ name }) => name === args.slice(0, count).join(' ') && name.split(' ').length === count))
    .find(found => found !== undefined)
}

function withoutCommand(commands: readonly Command[], args: readonly string[], terminal: Terminal): number {
  const [first, second] = args
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.print(overview(commands))
    return first === undefined ? USAGE : OK
  }
  const family = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (family.length > 0 && (second === undefined || second.startsWith('-'))) {
    terminal.print(overview(family))
    return second === undefined ? USAGE : OK
  }
  const typed = args
    .filter(word => !word.startsWith('-'))
    .slice(0, 2)
    .join(' ')
  const near =
    nearest(
      typed,
      commands.map(({ name }) => name),
    ) ??
    nearest(
      first,
      commands.map(({ name }) => name),
    )
  terminal.complain(`plodge: there is no command "${typed}"${near === undefined ? '' : `; is "${near}" meant?`}\nSee: plodge --help`)
  return USAGE
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name, words }) => [name, ...words].join(' ').length))
  const lines = commands.map(
    ({ name, words, summary }) => `  plodge ${[name, ...words].join(' ').padEnd(width)}  ${summary.split('. ')[0]?.replace(/\.$/, '')}`,
  )
  return [
    'Plodge: a university’s own instant messaging, on XMPP.',
    '',
    ...lines,
    '',
    'Each has --help with examples. Exit codes: 0 done, 1 failed, 2 called wrongly.',
    '',
  ].join('\n')
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), realTerminal)

export { realTerminal as terminal }
