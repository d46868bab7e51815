import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import { migrations } from './migrations/list.ts'
import { recordTables } from './writer/records.ts'

function tables(t: { after: (work: () => void) => void }) {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  for (const migration of migrations) database.exec(migration)
  return { database, ...recordTables(database) }
}

test('the audit record can neither be changed nor shortened', t => {
  const { database, writes, reads } = tables(t)
  writes.appendAudit({ at: 1, who: 'romeo', role: 'operator', command: 'delete-user', about: ['tybalt@x'] })
  assert.throws(() => database.exec("UPDATE audit SET who = 'nobody'"), /not changed/)
  assert.throws(() => database.exec('DELETE FROM audit'), /not shortened/)
  assert.deepEqual(reads.listAudit({ person: 'tybalt', limit: 5 }), [
    { at: 1, who: 'romeo', role: 'operator', command: 'delete-user', about: ['tybalt@x'] },
  ])
})

test('names of days are forgotten after a week, their numbers are not', t => {
  const { database, writes, reads } = tables(t)
  writes.noteUsage(100, ['a', 'b'], new Map())
  writes.noteUsage(101, ['b', 'c'], new Map())
  writes.closeDays(102)
  writes.noteUsage(109, ['a'], new Map())
  writes.closeDays(109)
  assert.equal(database.prepare('SELECT count(*) AS n FROM usage_day').get()?.['n'], 1)
  assert.deepEqual(reads.usageCounts(90, 109), [
    { day: 100, people: 2, week: 2 },
    { day: 101, people: 2, week: 3 },
    { day: 109, people: 1, week: 1 },
  ])
})
