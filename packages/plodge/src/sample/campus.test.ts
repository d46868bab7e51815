import { loadConfig } from '../config/load.ts'
import { openSqliteStore } from '@plodge/server/storage/sqlite/store.ts'
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeCampus } from './campus.ts'
import { busyPort, samplePorts } from './config.ts'
import { SAMPLE_PEOPLE } from './people.ts'
import { createServer } from 'node:net'
import { once } from 'node:events'

test('a sample campus has a configuration that is taken, and people whose contacts have them as contacts', async t => {
  const folder = join(mkdtempSync(join(tmpdir(), 'plodge-sample-')), 'new')
  t.after(() => rmSync(folder, { recursive: true }))
  const file = await makeCampus(folder, samplePorts(100))
  const { domain, data, listen, users } = loadConfig(file)
  assert.equal(data, folder)
  assert.deepEqual(listen.clientTls[0], { host: '127.0.0.1', port: 5323 })
  assert.equal(statSync(join(folder, 'key.pem')).mode & 0o777, 0o600)
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  assert.equal(await store.accounts.count(), SAMPLE_PEOPLE.length)
  for (const { localpart, name } of SAMPLE_PEOPLE) {
    assert.match(localpart, users.localpart)
    assert.equal((await store.accounts.find(localpart))?.name, name)
    const { rows } = await store.rosters.load(localpart)
    assert.ok(rows.length > 0, `${localpart} knows somebody`)
    for (const { contact } of rows) {
      const theirs = await store.rosters.load(contact.split('@')[0] ?? '')
      assert.ok(theirs.rows.some(row => row.contact === `${localpart}@${domain}` && row.subscription === 'both'))
    }
  }
})

test('its people have names and rooms, and something was said that waits for them', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-sample-'))
  t.after(() => rmSync(folder, { recursive: true }))
  rmSync(await makeCampus(folder, samplePorts(0)))
  // What is there is not said again by the next attempt.
  await makeCampus(folder, samplePorts(0))
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  assert.match((await store.documents.get('fanf2', 'vcard', '')) ?? '', /<FN>Tony Finch<\/FN>/)
  assert.equal((await store.archive.undelivered('fanf2', 0, 10)).length, 2)
  assert.equal((await store.archive.page({ owner: 'dpc22', max: 10 })).messages.length, 2)
  const { rooms } = await store.rooms.list({ person: 'fanf2@localhost', max: 10 })
  assert.deepEqual(
    rooms.map(({ name }) => name),
    ['mathlab', 'numerical-methods', 'reading-group'],
  )
  const bookmarks = await store.nodes.items({ owner: 'amt33', node: 'urn:xmpp:bookmarks:1', max: 10, mostBytes: 10_000 })
  assert.deepEqual(bookmarks.items.map(({ id }) => id).toSorted(), [
    'mathlab@group.localhost',
    'numerical-methods@group.localhost',
    'reading-group@group.localhost',
  ])
  const { people } = (await store.rooms.load('reading-group')) ?? { people: [] }
  assert.equal(people.filter(({ affiliation }) => affiliation === 'owner').length, 1)
  assert.equal((await store.archive.page({ owner: 'reading-group@group.localhost', max: 10 })).messages.length, 3)
})

test('a campus that was cut short while it was made is made whole by the next attempt; a whole one is left alone', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-sample-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = await makeCampus(folder, samplePorts(0))
  await assert.rejects(makeCampus(folder, samplePorts(0)), /already/)
  rmSync(file)
  await makeCampus(folder, samplePorts(0))
  assert.ok(existsSync(file))
})

test('a port that another program has is found before anything is made', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  assert.equal(await busyPort({ ...samplePorts(20_000), client: port }), port)
})
