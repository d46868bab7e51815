/** docs/benchmarks-web.md: targets, figures, and how they were measured. */
import { cpus, release, totalmem } from 'node:os'
import process from 'node:process'
import type { Figures } from './measure.ts'

interface Row {
  readonly name: string
  readonly key: string
  readonly unit: 'kB' | 'ms' | 's' | 'MB' | ''
  readonly most?: number
}

/** Limits are the project's own, of the issue that asked for the client. */
const ROWS: readonly Row[] = [
  { name: 'first load in all, compressed, until the list can be used', key: 'bytesUsable', unit: 'kB', most: 150 },
  { name: '… and what comes after', key: 'bytesAll', unit: 'kB' },
  { name: 'list of conversations can be used, loopback', key: 'usable', unit: 's', most: 0.5 },
  { name: '… slow 4G, processor four times slower', key: 'slowUsable', unit: 's', most: 2.5 },
  { name: 'room of 100,000 messages and 5,000 people, scrolled up for 15 s: longest frame', key: 'scrollFrame', unit: 'ms', most: 50 },
  { name: '… how often another message was at the top', key: 'scrollTops', unit: '' },
  { name: '… time of the page’s main thread for it', key: 'scrollBusy', unit: 'ms' },
  { name: '… 5,000 people come in: longest frame', key: 'comingFrame', unit: 'ms' },
  { name: '… time of the page’s main thread for it', key: 'comingBusy', unit: 'ms' },
  { name: '1,000 changes of presence in a second, 500 contacts in view: longest frame', key: 'presenceFrame', unit: 'ms' },
  { name: '… time of the page’s main thread for it', key: 'presenceBusy', unit: 'ms' },
  { name: 'memory of scripts when a day begins', key: 'heapBefore', unit: 'MB' },
  { name: '… after 10,000 messages and 20,000 changes of presence', key: 'heapAfter', unit: 'MB' },
  { name: '… after twice as many', key: 'heapLater', unit: 'MB' },
]

const SCALES = { kB: 1e3, MB: 1e6, s: 1e3, ms: 1, '': 1 } as const

export interface Measurements {
  readonly names: readonly string[]
  readonly rounds: readonly (readonly Figures[])[]
  readonly failures: readonly string[]
  readonly minutes: number
}

export function reportOf({ names, rounds, failures, minutes }: Measurements): string {
  const [processor] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  const value = (client: number, key: string): number => median(rounds.flatMap(figures => figures[client]?.[key] ?? []))
  const lines = ROWS.map(row => {
    const cells = names.map((_, client) => shown(value(client, row.key), row))
    const own = value(0, row.key) / SCALES[row.unit]
    const verdict = row.most === undefined ? '' : Number.isNaN(own) ? 'not measured' : own <= row.most ? 'yes' : '**no**'
    return `| ${row.name} | ${row.unit} | ${row.most ?? ''} | ${cells.join(' | ')} | ${verdict} |`
  })
  return `# Benchmarks of the web client

Written by \`npm run bench:web\` on ${new Date().toISOString().slice(0, 10)}, in ${minutes} minutes; not edited by hand. Medians of ${rounds.length} rounds, the clients in turn.

|  | unit | at most | ${names.join(' | ')} | met |
| --- | --- | --: | ${names.map(() => '--:').join(' | ')} | --- |
${lines.join('\n')}
${failures.length === 0 ? '' : `\nWhat could not be measured:\n\n${failures.map(failure => `- ${failure}`).join('\n')}\n`}
## How

- Both clients run in Debian's Chromium, without a window, against the same chat server of the sample campus on this machine, as the same person. Each figure begins with an
  empty cache. Plodge's client is signed in by a cookie, Converse logs in by itself with a password: that is part of its time. Converse's files are served compressed (Brotli) by HTTP/1.1.
- Slow 4G is 1.6 Mbit/s and 150 ms for what is loaded; Chromium does not slow what comes by WebSocket.
- The room's people and messages, contacts and their presence are said by a stand-in between page and server, to both clients alike; archive pages are answered at once. Stream management
  is off there. The list of people is in view in both. A frame is the time between two animation frames; the processor is shared with the server and the stand-in.
  Time of a main thread is what it had of the processor.
- Machine: ${processor?.model ?? 'unknown'}, ${cpus().length} cores, ${memory}; Linux ${release()}; Node ${process.versions.node}.
`
}

const shown = (value: number, { unit }: Row): string =>
  Number.isNaN(value)
    ? '–'
    : (value / SCALES[unit]).toLocaleString('en-GB', { maximumFractionDigits: unit === 's' ? 2 : unit === 'MB' ? 1 : 0 })

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length === 0
    ? Number.NaN
    : sorted.length % 2 === 1
      ? (sorted[middle] ?? Number.NaN)
      : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
