/** The figures for whoever ran the bench. */

import type { Outcome } from './outcome.ts'
import { cells, headings } from './table.ts'
import { verdicts } from './targets.ts'

export function terminalTable(outcome: Outcome): string {
  const table = [headings, ...cells(outcome)]
  const widths = headings.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  const lines = table.map(row =>
    row.map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join('  '),
  )
  const targets = verdicts(outcome).map(
    ({ target, limit, measured, met }) => `${met ? 'met    ' : 'MISSED '} ${target}: ${measured} (${limit})`,
  )
  const failures = outcome.failures.map(({ server, round, phase, reason }) => `FAILED  ${server}, round ${round}, ${phase}: ${reason}`)
  return ['', ...lines, '', ...targets, ...failures, '', `${outcome.minutes.toFixed(1)} minutes`].join('\n')
}
