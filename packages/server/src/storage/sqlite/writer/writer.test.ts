import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openForWriting, pragma } from '../database.ts'
import { A_KEEPS, type Rows } from '../protocol.ts'
import type { Standing } from './calls.ts'
import { Writer } from './writer.ts'

const NO_ROWS: Rows = { count: 0, numbers: [], text: '' }

function rows(owner: string, ids: readonly number[], last = '<message/>'): Rows {
  return {
    count: ids.length,
    numbers: ids.flatMap(id => [id, A_KEEPS]),
    text: ids.map((_, index) => `${owner}\0far@y\0${index === ids.length - 1 ? last : '<message/>'}\0`).join(''),
  }
}

function standing(writer: Writer, owner: string): Standing | undefined {
  const [answer] = writer.read([{ name: 'standing', args: [owner, undefined] }])
  return answer !== undefined && 'value' in answer ? (answer.value as Standing | undefined) : undefined
}

function temporaryDatabase(): Disposable & { readonly database: DatabaseSync } {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-writer-'))
  const database = openForWriting(join(folder, 'plodge.db'))
  return {
    database,
    [Symbol.dispose]: () => {
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

test('a batch that does not fit leaves nothing behind, neither in the file nor in memory', () => {
  using temporary = temporaryDatabase()
  const { database } = temporary
  const writer = new Writer(database, 10)
  assert.equal(writer.write(rows('anna', [1, 2]), []).kind, 'committed')
  database.exec(`PRAGMA max_page_count = ${pragma(database, 'page_count') + 3}`)
  const failed = writer.write(rows('bela', [3, 4, 5], 'x'.repeat(50_000)), [])
  assert.equal(failed.kind, 'failed')
  assert.equal(standing(writer, 'bela'), undefined)
  assert.deepEqual(standing(writer, 'anna')?.tail.ids, [1, 2])
  database.exec('PRAGMA max_page_count = 1000000')
  assert.equal(writer.write(rows('bela', [6]), []).kind, 'committed')
  assert.deepEqual(standing(writer, 'bela')?.tail.ids, [6])
  // What another start reads from the file.
  assert.deepEqual(standing(new Writer(database, 10), 'bela'), standing(writer, 'bela'))
})

test('a bad call among good ones undoes what it made itself, and no more', () => {
  using temporary = temporaryDatabase()
  const writer = new Writer(temporary.database, 10)
  const row = {
    contact: 'c@x',
    name: undefined,
    groups: [],
    subscription: 'wrong',
    ask: false,
    approved: false,
    listed: true,
    pendingIn: undefined,
  }
  const outcome = writer.write(rows('anna', [1, 2]), [
    { name: 'putRosterRow', args: ['bela', row, 1], after: 1 },
    { name: 'setDocument', args: ['bela', 'kind', 'name', 'text'], after: 2 },
  ])
  assert.ok(outcome.kind === 'committed' && 'error' in (outcome.writes[0] ?? {}) && 'value' in (outcome.writes[1] ?? {}))
  const again = new Writer(temporary.database, 10)
  assert.deepEqual(again.read([{ name: 'getDocument', args: ['bela', 'kind', 'name'] }]), [{ value: 'text' }])
  assert.deepEqual(standing(again, 'anna')?.tail.ids, [1, 2])
})

test('from the moment an account is removed, its name leads to nothing', () => {
  using temporary = temporaryDatabase()
  const writer = new Writer(temporary.database, 10)
  writer.write(rows('anna', [1, 2]), [])
  writer.write(NO_ROWS, [{ name: 'removeAccount', args: ['anna'], after: 0 }])
  assert.equal(standing(writer, 'anna'), undefined)
  writer.write(rows('anna', [3]), [])
  assert.deepEqual(standing(writer, 'anna')?.tail.ids, [3])
})

test('a batch whose text does not fit its numbers is refused whole', () => {
  using temporary = temporaryDatabase()
  const writer = new Writer(temporary.database, 10)
  const { count, numbers, text } = rows('anna', [1, 2])
  assert.equal(writer.write({ count, numbers, text: `bela\0${text}` }, []).kind, 'failed')
  assert.equal(standing(writer, 'bela'), undefined)
})
