/**
 * Ways to lay out the archive in SQLite, compared on one thread: CPU and bytes of log for a stored message with two local sides.
 * `node bench/src/storage/layouts.ts [owners=1000] [batch=50]`. The figures are in docs/decisions/0003-sqlite-archive.md.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { A_KEEPS, B_KEEPS, B_RECEIVED, HAS_B } from '@plodge/server/storage/sqlite/protocol.ts'
import { openForWriting } from '@plodge/server/storage/sqlite/database.ts'
import { Writer } from '@plodge/server/storage/sqlite/writer/writer.ts'

const owners = Number(process.argv[2] ?? 1000)
const batch = Number(process.argv[3] ?? 50)
const BEFORE = 200_000
const ROWS = 50_000
const STANZA = `<message from='fanf2@chat.cam.ac.uk/phone' to='rjd4@chat.cam.ac.uk' type='chat'><body>${'Shall we meet? '.repeat(16)}</body></message>`

interface Row {
  readonly id: number
  readonly a: number
  readonly b: number
}

interface Layout {
  readonly name: string
  readonly open: (file: string) => { readonly database: DatabaseSync; readonly write: (rows: readonly Row[]) => void }
}

const MESSAGE = 'CREATE TABLE message (id INTEGER PRIMARY KEY, stanza TEXT)'
const COLUMNS = 'owner INTEGER, id INTEGER, peer INTEGER, received INTEGER'

/** A table of messages and one of entries, a row for each side, in one transaction. */
function tables(name: string, entries: string): Layout {
  return {
    name,
    open(file) {
      const database = new DatabaseSync(file)
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16000`)
      database.exec(`${MESSAGE}; ${entries}`)
      const message = database.prepare('INSERT INTO message VALUES (?, ?)')
      const entry = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?)')
      const write = (rows: readonly Row[]): void => {
        database.exec('BEGIN')
        for (const { id, a, b } of rows) {
          message.run(id, STANZA)
          entry.run(a, id, b, 0)
          entry.run(b, id, a, 1)
        }
        database.exec('COMMIT')
      }
      return { database, write }
    },
  }
}

const plodge: Layout = {
  name: 'log and blocks (Plodge)',
  open(file) {
    const database = openForWriting(file)
    const writer = new Writer(database, 32_768)
    const write = (rows: readonly Row[]): void => {
      const numbers = rows.flatMap(({ id }) => [id, A_KEEPS | HAS_B | B_KEEPS | B_RECEIVED])
      const text = rows.map(({ a, b }) => `u${a}\0u${b}@x.org\0u${b}\0u${a}@x.org\0${STANZA}\0`).join('')
      writer.write({ count: rows.length, numbers, text }, [])
    }
    return { database, write }
  },
}

const layouts: readonly Layout[] = [
  tables(
    'rowid table, two indexes',
    `CREATE TABLE entry (${COLUMNS}); CREATE INDEX o ON entry (owner, id); CREATE INDEX p ON entry (owner, peer, id)`,
  ),
  tables(
    'clustered by owner, one index',
    `CREATE TABLE entry (${COLUMNS}, PRIMARY KEY (owner, id)) WITHOUT ROWID; CREATE INDEX p ON entry (owner, peer, id)`,
  ),
  tables('clustered by owner, no way by peer', `CREATE TABLE entry (${COLUMNS}, PRIMARY KEY (owner, id)) WITHOUT ROWID`),
  plodge,
]

let id = 1_790_000_000_000_000
function batchOf(size: number): Row[] {
  return Array.from({ length: size }, () => {
    const a = Math.floor(Math.random() * owners)
    id += 1 + Math.floor(Math.random() * 2000)
    return { id, a, b: (a + 1 + Math.floor(Math.random() * 20)) % owners }
  })
}

function measure({ name, open }: Layout): void {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-layout-'))
  const file = join(folder, 'plodge.db')
  const { database, write } = open(file)
  try {
    for (let row = 0; row < BEFORE; row += 5000) write(batchOf(5000))
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const start = process.threadCpuUsage()
    for (let row = 0; row < ROWS; row += batch) write(batchOf(batch))
    const { user, system } = process.threadCpuUsage(start)
    const log = statSync(`${file}-wal`).size
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const each = (value: number, rows = ROWS): string => (value / rows).toFixed(1)
    console.log(
      `${name}: ${each(user + system)} µs a message (${each(system)} in the kernel), ` +
        `${Math.round(log / ROWS)} bytes of log, ${Math.round(statSync(file).size / (BEFORE + ROWS))} bytes in the end`,
    )
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
}

console.log(`${owners} owners, ${batch} a batch, after ${BEFORE}`)
for (const layout of layouts) measure(layout)
