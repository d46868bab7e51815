/**
 * What a stored message costs: CPU of the main thread and of all others, latency of the commit, and of a page of history.
 * `node bench/src/storage/measure.ts [owners=1000] [archive=0]`: how many people write, and how many messages are there before.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Archive, ArchiveEntry } from '@plodge/server/storage/repositories.ts'
import { openSqliteStore } from '@plodge/server/storage/sqlite/store.ts'

const ROWS = 60_000
const owners = Number(process.argv[2] ?? 1000)
const archived = Number(process.argv[3] ?? 0)
const domain = 'chat.cam.ac.uk'

const names = Array.from({ length: owners }, (_, index) => `user${index}`)
const addresses = names.map(name => `${name}@${domain}`)
const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

/** Twenty acquaintances each, everybody about as talkative: the worst case for an index. */
function say(archive: Archive, count: number): void {
  const from = Math.floor(Math.random() * owners)
  const to = from + 1 + Math.floor(Math.random() * 20)
  const text = `<message from='${at(addresses, from)}/phone-abcdef' to='${at(addresses, to)}' type='chat' id='${count}' xml:lang='en'><body>Shall we meet at the usual place for a bite to eat, say about one o'clock?</body><origin-id xmlns='urn:xmpp:sid:0' id='${count}'/><active xmlns='http://jabber.org/protocol/chatstates'/></message>`
  const entries: readonly ArchiveEntry[] = [
    { owner: at(names, from), peer: at(addresses, to), direction: 'sent', kept: true },
    { owner: at(names, to), peer: at(addresses, from), direction: 'received', kept: true },
  ]
  archive.append(text, entries)
}

const percentile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
const spread = (values: number[]): string => {
  values.sort((a, b) => a - b)
  return `p50 ${percentile(values, 0.5)} p99 ${percentile(values, 0.99)} max ${percentile(values, 1)}`
}

/** CPU of this thread and of the rest of the process, in microseconds. */
function cpuSince(main: NodeJS.CpuUsage, whole: NodeJS.CpuUsage): { main: number; others: number } {
  const mine = process.threadCpuUsage(main)
  const all = process.cpuUsage(whole)
  return { main: mine.user + mine.system, others: all.user + all.system - mine.user - mine.system }
}

async function batches(archive: Archive, size: number, rows: number): Promise<void> {
  const waits: number[] = []
  const main = process.threadCpuUsage()
  const whole = process.cpuUsage()
  const start = performance.now()
  for (let row = 0; row < rows; row += size) {
    for (let index = 0; index < size; index++) say(archive, row + index)
    const began = performance.now()
    await archive.committed()
    waits.push(performance.now() - began)
  }
  const used = cpuSince(main, whole)
  const perRow = (value: number): string => (value / rows).toFixed(1)
  console.log(
    `batch ${size}: main ${perRow(used.main)} others ${perRow(used.others)} µs a row, ` +
      `${Math.round((rows / (performance.now() - start)) * 1000)} rows/s, commit ms ${spread(waits)}`,
  )
}

/** A steady 1000 a second, in ticks of a millisecond, as a server sees it. */
async function steady(archive: Archive, seconds: number): Promise<void> {
  const waits: number[] = []
  const main = process.threadCpuUsage()
  const whole = process.cpuUsage()
  const start = performance.now()
  let sent = 0
  while (performance.now() - start < seconds * 1000) {
    for (; sent < performance.now() - start; sent++) {
      say(archive, sent)
      const began = performance.now()
      void archive.committed()?.then(() => waits.push(performance.now() - began))
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  await archive.committed()
  const used = cpuSince(main, whole)
  console.log(
    `1000/s: main ${(used.main / sent).toFixed(1)} others ${(used.others / sent).toFixed(1)} µs a row (with the timers), ms ${spread(waits)}`,
  )
}

async function pages(archive: Archive, owner: string, peer: string | undefined, what: string): Promise<void> {
  const waits: number[] = []
  for (let turn = 0; turn < 300; turn++) {
    const began = performance.now()
    const last = await archive.page({ owner, peer, before: 'last', max: 50 })
    waits.push(performance.now() - began)
    const between = performance.now()
    await archive.page({ owner, peer, after: last.messages[0]?.id, max: 50 })
    waits.push(performance.now() - between)
  }
  console.log(`pages of ${what}: ms ${spread(waits)}`)
}

const folder = mkdtempSync(join(tmpdir(), 'plodge-measure-'))
const store = await openSqliteStore({ folder })
try {
  for (let row = 0; row < archived; row++) {
    say(store.archive, row)
    if (row % 5000 === 0) await store.archive.committed()
  }
  await store.archive.committed()
  for (const size of [10, 50, 200]) await batches(store.archive, size, Math.min(ROWS, size * 2000))
  await steady(store.archive, 10)
  await pages(store.archive, 'user1', undefined, 'one owner')
  await pages(store.archive, 'user1', 'user2@chat.cam.ac.uk', 'one owner with one peer')
  const began = performance.now()
  const count = Math.max(archived, 1)
  for (let row = 0; row < archived; row++) {
    const peer = row % 20_000 === 7 ? 'rare@example.org' : `friend${row % 1000}@example.org`
    store.archive.append(`<message to='busy@${domain}' from='${peer}'><body>${row}</body></message>`, [
      { owner: 'busy', peer, direction: 'received', kept: true },
    ])
    if (row % 5000 === 0) await store.archive.committed()
  }
  console.log(`one owner's ${archived}: ${(((performance.now() - began) * 1000) / count).toFixed(1)} µs a row`)
  await pages(store.archive, 'busy', undefined, 'the busy owner')
  await pages(store.archive, 'busy', 'friend3@example.org', 'the busy owner with one of 1000 friends')
  await pages(store.archive, 'busy', 'rare@example.org', 'the busy owner with a rare friend')
  console.log(`database: ${statSync(join(folder, 'plodge.db')).size >> 20} MB`)
} finally {
  await store.close()
  rmSync(folder, { recursive: true })
}
