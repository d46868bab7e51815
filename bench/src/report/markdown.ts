/** Writes docs/benchmarks.md: the machine, the versions, the figures, the targets, the configurations. */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Server } from '../servers/server.ts'
import type { Outcome } from './outcome.ts'
import { median } from '../measure/samples.ts'
import { howItIsMeasured, roundsInWords } from './method.ts'
import { cells, headings } from './table.ts'
import { verdicts } from './targets.ts'

const file = 'docs/benchmarks.md'

export function writeBenchmarks(outcome: Outcome): string {
  const parts = [
    '# Benchmarks',
    `Written by \`npm run bench\` on ${outcome.date.toISOString().slice(0, 10)}, in ${outcome.minutes.toFixed(0)} minutes; not edited by hand.`,
    '## Targets',
    table(
      ['target', 'limit', 'measured', 'met'],
      verdicts(outcome).map(({ target, limit, measured, met }) => [target, limit, measured, met ? 'yes' : '**no**']),
    ),
    '## Figures',
    `Medians of ${roundsInWords(outcome.options.rounds)}. "peer / Plodge" says how many times better Plodge is than the better of Prosody and ejabberd (below 1: worse).`,
    table(headings, cells(outcome)),
    ...failures(outcome),
    '## Machine and versions',
    table(['', ''], [...Object.entries(outcome.machine), ...outcome.servers.map(server => [server.name, server.version()])]),
    ...disturbance(outcome),
    howItIsMeasured(outcome.options),
    '## Configurations',
    'As written by the bench; `DIR` is the folder of the run, made anew for each.',
    ...outcome.servers.map(configurationOf),
  ]
  writeFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), `${parts.join('\n\n')}\n`)
  return file
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

function failures(outcome: Outcome): readonly string[] {
  if (outcome.failures.length === 0) return []
  const lines = outcome.failures.map(
    ({ server, round, phase, reason }) => `- ${server}, round ${round}, ${phase}: ${reason.split('\n')[0]}`,
  )
  return ['Not measured:', lines.join('\n')]
}

function disturbance({ samples }: Outcome): readonly string[] {
  const shares = samples.filter(sample => sample.metric.endsWith('.others')).map(sample => sample.value)
  if (shares.length === 0) return []
  const [usual, most] = [median(shares), Math.max(...shares)].map(share => `${Math.round(share * 100)} %`)
  return [
    `Other processes took ${usual} of the machine while chat was measured (median; at most ${most}). More than a few per cent spoils latencies.`,
  ]
}

function configurationOf(server: Server): string {
  const run = { folder: 'DIR', port: 5223, security: 'tls', certificate: 'certificate.pem', key: 'key.pem' } as const
  const [off, on] = [false, true].map(archive => server.arrange({ ...run, archive }))
  const files = Object.entries(on!.files).map(
    ([name, text]) => `\`${name}\`, ${difference(off!.files[name]!, text)}\n\n\`\`\`\n${text}\`\`\``,
  )
  const line = [on!.command, ...on!.arguments]
    .join(' ')
    .replace(process.execPath, 'node')
    .replaceAll(/\S*\/(?=(?:bench|packages)\/)/g, '')
  return [`### ${server.name}`, server.remarks, `\`${line}\``, ...files].join('\n\n')
}

/** The file is shown as it is with the archive on. */
function difference(off: string, on: string): string {
  const lines = on.split('\n').filter(line => !off.split('\n').includes(line))
  return lines.length === 0
    ? 'always the same:'
    : `with the archive on (it is off elsewhere, which changes ${lines.map(line => `\`${line.trim()}\``).join(', ')}):`
}
