import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StorageError, type AccountRecord, type ArchiveEntry, type RosterRow, type Store } from '../repositories.ts'
import { databaseFile } from './database.ts'
import { openSqliteStore, StoreInUse } from './store.ts'
import { migrations } from './migrations/list.ts'
import { temporaryStore } from './temporary-store.ts'

const account = (localpart: string, more: Partial<AccountRecord> = {}): AccountRecord => ({
  localpart,
  source: 'feed',
  name: undefined,
  createdAt: 1_700_000_000_000,
  lockedAt: undefined,
  hash: undefined,
  verifiers: [],
  ...more,
})

const contact = (address: string, more: Partial<RosterRow> = {}): RosterRow => ({
  contact: address,
  name: undefined,
  groups: [],
  subscription: 'none',
  ask: false,
  approved: false,
  listed: true,
  pendingIn: undefined,
  ...more,
})

const received = (owner: string, peer: string, kept = true): ArchiveEntry => ({ owner, peer, direction: 'received', kept })
const sent = (owner: string, peer: string, kept = true): ArchiveEntry => ({ owner, peer, direction: 'sent', kept })
const texts = (messages: readonly { readonly stanza: string }[]): string[] => messages.map(({ stanza }) => stanza)
const historyOf = async (store: Store, owner: string): Promise<string[]> => texts((await store.archive.page({ owner, max: 100 })).messages)

test('an account comes back as it was put, also after the store was closed', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  const verifiers = [{ mechanism: 'SCRAM-SHA-256', iterations: 4096, salt: 'c2FsdA==', storedKey: 'a2V5', serverKey: 'a2V5' }] as const
  const tony = account('fanf2', { source: 'local', name: 'Tony “dot” Finch 𝄞', lockedAt: 5, hash: '{SSHA}x', verifiers })
  await store.accounts.put(tony)
  assert.deepEqual(await store.accounts.find('fanf2'), tony)
  assert.equal(await store.accounts.find('nobody'), undefined)
  const again = await temporary.open()
  assert.deepEqual(await again.accounts.find('fanf2'), tony)
})

test('accounts are listed in order, a page at a time', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  await store.accounts.replace({ put: ['d', 'a', 'c', 'b'].map(name => account(name)), remove: ['z'] })
  assert.equal(await store.accounts.count(), 4)
  assert.deepEqual(
    (await store.accounts.list('a', 2)).map(({ localpart }) => localpart),
    ['b', 'c'],
  )
  assert.equal((await store.accounts.list(undefined, 10)).length, 4)
})

test('a feed with one impossible account changes nothing, and writes beside it are kept', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  await store.accounts.put(account('old'))
  const impossible = { ...account('bad'), source: 'neither' } as unknown as AccountRecord
  const before = store.accounts.put(account('before'))
  const feed = store.accounts.replace({ put: [account('new'), impossible], remove: ['old'] })
  const after = store.documents.set('after', 'kind', 'name', 'text')
  store.archive.append('<message/>', [sent('after', 'x@y')])
  const committed = store.archive.committed()
  await assert.rejects(feed, StorageError)
  await Promise.all([before, after, committed])
  assert.deepEqual(
    (await store.accounts.list(undefined, 10)).map(({ localpart }) => localpart),
    ['before', 'old'],
  )
  assert.equal(await store.documents.get('after', 'kind', 'name'), 'text')
  assert.deepEqual(await historyOf(store, 'after'), ['<message/>'])
  assert.equal(store.trouble, undefined)
})

test('a read sees the writes before it, settled or not', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open({ commitIntervalMs: 20 })
  await store.documents.set('fanf2', 'vcard', '', 'first')
  const write = store.documents.set('fanf2', 'vcard', '', 'second')
  assert.equal(await store.documents.get('fanf2', 'vcard', ''), 'second')
  await write
  void store.documents.set('fanf2', 'vcard', '', undefined)
  assert.equal(await store.documents.get('fanf2', 'vcard', ''), undefined)
  void store.documents.set('fanf2', 'block', 'b@x', 'B')
  void store.documents.set('fanf2', 'block', 'a@x', 'A')
  assert.deepEqual(
    [...(await store.documents.list('fanf2', 'block'))],
    [
      ['a@x', 'A'],
      ['b@x', 'B'],
    ],
  )
})

test('a roster tells what changed after a version, and what was removed', async () => {
  await using temporary = temporaryStore()
  const { rosters } = await temporary.open()
  assert.deepEqual(await rosters.load('fanf2'), { version: 0, rows: [] })
  const friend = contact('rjd4@x', { name: 'Rob', groups: ['a', 'ä & <b>'], subscription: 'both', ask: true, approved: true })
  const asker = contact('ask@x', { listed: false, pendingIn: "<presence type='subscribe'/>" })
  await rosters.put('fanf2', friend, 1)
  await rosters.put('fanf2', asker, 2)
  await rosters.put('fanf2', contact('gone@x'), 3)
  await rosters.remove('fanf2', 'gone@x', 4)
  assert.deepEqual(await rosters.load('fanf2'), { version: 4, rows: [asker, friend] })
  assert.deepEqual(await rosters.since('fanf2', 1), { changed: [asker], removed: ['gone@x'] })
  assert.deepEqual(await rosters.since('fanf2', 4), { changed: [], removed: [] })
  assert.equal(await rosters.since('fanf2', 5), undefined)
  await rosters.put('fanf2', contact('gone@x'), 5)
  assert.deepEqual(await rosters.since('fanf2', 3), { changed: [contact('gone@x')], removed: [] })
})

test('only so many removals from a roster are remembered, and who missed older ones is told so', async () => {
  await using temporary = temporaryStore()
  const { rosters } = await temporary.open()
  const writes = Array.from({ length: 600 }, (_, index) => rosters.remove('fanf2', `c${index}@x`, index + 1))
  await Promise.all(writes)
  assert.equal(await rosters.since('fanf2', 0), undefined)
  assert.deepEqual((await rosters.since('fanf2', 598))?.removed, ['c598@x', 'c599@x'])
  assert.equal((await rosters.since('fanf2', 400))?.removed.length, 200)
})

test('who is removed leaves nothing to whoever takes the name, and the other side keeps its half', async () => {
  await using temporary = temporaryStore()
  let store = await temporary.open({ tailRows: 2 })
  const write = async (): Promise<void> => {
    await store.accounts.put(account('fanf2'))
    await store.rosters.put('fanf2', contact('rjd4@x'), 1)
    await store.documents.set('fanf2', 'vcard', '', 'card')
    for (let index = 0; index < 5; index++) store.archive.append(`<m${index}/>`, [sent('fanf2', 'rjd4@x'), received('rjd4', 'fanf2@x')])
    store.archive.append('<mine/>', [sent('fanf2', 'far@y')])
    store.archive.append('<unkept/>', [received('fanf2', 'far@y', false)])
    await store.archive.committed()
  }
  await write()
  await store.accounts.remove('fanf2')
  await store.accounts.put(account('fanf2'))
  assert.deepEqual((await store.rosters.load('fanf2')).rows, [])
  assert.equal(await store.documents.get('fanf2', 'vcard', ''), undefined)
  assert.deepEqual(await historyOf(store, 'fanf2'), [])
  assert.deepEqual(await store.archive.undelivered('fanf2', 0, 10), [])
  assert.equal((await historyOf(store, 'rjd4')).length, 5)
  await store.accounts.remove('rjd4')
  store = await temporary.open()
  await store.close()
  // Erasing goes on in the background and at the next start; close() does not wait for it.
  for (let left = 1; left > 0;) {
    const opened = await temporary.open()
    await opened.documents.set('x', 'y', 'z', undefined)
    using database = new DatabaseSync(databaseFile(temporary.folder), { readOnly: true })
    left = Number(database.prepare('SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM block) AS n').get()?.['n'])
  }
})

test('what is undelivered is what was received after the mark, and marks only go forward', async () => {
  await using temporary = temporaryStore()
  const { archive } = await temporary.open({ tailRows: 2 })
  const first = archive.append('<first/>', [sent('anna', 'bela@x'), received('bela', 'anna@x')])
  const second = archive.append('<unkept/>', [received('bela', 'anna@x', false)])
  archive.append('<sent/>', [sent('bela', 'anna@x')])
  archive.append('<third/>', [received('bela', 'anna@x')])
  archive.append('<self/>', [sent('bela', 'bela@x'), received('bela', 'bela@x')])
  assert.equal(await archive.deliveryMark('bela'), 0)
  const all = ['<first/>', '<unkept/>', '<third/>', '<self/>']
  assert.deepEqual(texts(await archive.undelivered('bela', 0, 10)), all)
  assert.deepEqual(texts(await archive.undelivered('bela', first, 2)), ['<unkept/>', '<third/>'])
  await archive.setDeliveryMarks(new Map([['bela', first]]))
  assert.deepEqual(texts(await archive.undelivered('bela', 0, 10)), all)
  await archive.setDeliveryMarks(new Map([['bela', second]]))
  await archive.setDeliveryMarks(new Map([['bela', first]]))
  assert.equal(await archive.deliveryMark('bela'), second)
  // Delivered and not kept: gone for good.
  assert.deepEqual(texts(await archive.undelivered('bela', 0, 10)), ['<first/>', '<third/>', '<self/>'])
  const { messages } = await archive.page({ owner: 'bela', max: 10 })
  assert.deepEqual(texts(messages), ['<first/>', '<sent/>', '<third/>', '<self/>'])
})

test('what nobody keeps and nobody received is not stored', async () => {
  await using temporary = temporaryStore()
  const { archive } = await temporary.open()
  archive.append('<message/>', [sent('anna', 'far@y', false)])
  assert.equal(archive.committed(), undefined)
  assert.equal((await archive.page({ owner: 'anna', max: 1 })).messages.length, 0)
})

test('ids grow, also when the clock goes back and the store was closed', async () => {
  await using temporary = temporaryStore()
  const append = (store: Store): number => store.archive.append('<message/>', [received('anna', 'far@y', false)])
  const first = await temporary.open({ now: () => 2_000_000_000_000 })
  const ids = [append(first), append(first)]
  await first.archive.setDeliveryMarks(new Map([['anna', ids[1] ?? 0]]))
  const second = await temporary.open({ now: () => 1_000_000_000_000 })
  ids.push(append(second))
  await second.archive.expire(3_000_000_000_000)
  const third = await temporary.open({ now: () => 1_000_000_000_000 })
  ids.push(append(third))
  assert.deepEqual(ids, [2e15, 2e15 + 1, 2e15 + 2, 2e15 + 3])
})

test('a stanza with a NUL is refused, as it could pass for the next one', async () => {
  await using temporary = temporaryStore()
  const { archive } = await temporary.open()
  assert.throws(() => archive.append('<message/>\0anna\0', [sent('bela', 'far@y')]), StorageError)
  archive.append('<message/>', [sent('bela\0anna', 'far@y')])
  await assert.rejects(async () => archive.committed(), StorageError)
})

test('the store can be opened once at a time, and only its owner can read the files', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open()
  await assert.rejects(openSqliteStore({ folder: temporary.folder }), StoreInUse)
  assert.equal(statSync(databaseFile(temporary.folder)).mode & 0o077, 0)
  assert.equal(statSync(`${databaseFile(temporary.folder)}-wal`).mode & 0o077, 0)
  await store.close()
  await store.close()
  await assert.rejects(store.accounts.count(), StorageError)
  assert.throws(() => store.archive.append('<message/>', [sent('anna', 'far@y')]), StorageError)
  await assert.rejects(store.archive.page({ owner: 'anna', max: 1 }), StorageError)
  await temporary.open()
})

test('a database from a newer Plodge, or not from Plodge at all, is refused in words', async () => {
  await using temporary = temporaryStore()
  await (await temporary.open()).close()
  const file = databaseFile(temporary.folder)
  const change = (sql: string): void => {
    using database = new DatabaseSync(file)
    database.exec(sql)
  }
  change('PRAGMA user_version = 99')
  await assert.rejects(temporary.open(), { name: 'StorageError', message: /newer Plodge/ })
  change('PRAGMA application_id = 7')
  await assert.rejects(temporary.open(), { name: 'StorageError', message: /not one of Plodge's/ })
  change(`PRAGMA application_id = 1347175495; PRAGMA user_version = ${migrations.length}`)
  await temporary.open()
  assert.ok(statSync(join(temporary.folder, 'lock.db')).isFile())
})
