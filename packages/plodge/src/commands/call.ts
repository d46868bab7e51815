/** What the commands that clients have too look like at the machine: asked, printed, or as JSON. */
import type { Result } from '@plodge/server/routing/commands.ts'
import { administer, doneOr } from '../administer.ts'
import { type Invocation, OK } from '../command.ts'
import type { Settings } from '@plodge/server/settings.ts'

type Values = Readonly<Record<string, readonly string[]>>

/** Calls the command of that node; gives the exit code. */
export function call(invocation: Invocation, node: string, values: (settings: Settings) => Values = () => ({})): Promise<number> {
  return administer(invocation, async (ask, settings) => {
    const result = doneOr(await ask('call', { node, values: values(settings) }))
    invocation.terminal.print(invocation.options['json'] === true ? JSON.stringify(toJson(result)) : toText(result))
    return OK
  })
}

/** People give names or whole addresses; commands want addresses. */
export const addressIn = (text: string, { domain }: Settings): string => {
  const [bare = '', ...resource] = text.split('/')
  return [bare.includes('@') ? bare : `${bare.toLowerCase()}@${domain}`, ...resource].join('/')
}

/** Fields by name; a table as a list of rows by name of column. */
function toJson({ note, fields = [], table }: Result): object {
  return {
    ...(note !== undefined && { note }),
    ...Object.fromEntries(fields.map(({ name, values, type }) => [name, type?.endsWith('-multi') === true ? values : (values[0] ?? null)])),
    ...(table && { rows: table.rows.map(row => Object.fromEntries(row.map((cell, at) => [table.columns[at]?.name ?? at, cell]))) }),
  }
}

function toText({ note, fields = [], table }: Result): string {
  const width = Math.max(0, ...fields.map(({ name, label = name }) => label.length))
  const shown = fields.map(
    ({ name, label = name, values }) => `${label.padEnd(width)}  ${values.length === 0 ? '-' : values.join('\n'.padEnd(width + 3))}`,
  )
  const parts = [
    ...(note === undefined ? [] : [note]),
    ...(shown.length > 0 ? [shown.join('\n')] : []),
    ...(table ? [tableText(table)] : []),
  ]
  return parts.join('\n\n')
}

function tableText({ columns, rows }: NonNullable<Result['table']>): string {
  const lines = [columns.map(({ label }) => label), ...rows]
  const widths = columns.map((_, at) => Math.max(...lines.map(line => line[at]?.length ?? 0)))
  return lines
    .map(line =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
