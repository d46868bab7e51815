import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { type Archive, type Store, StorageError } from '../../storage/repositories.ts'
import { openSqliteStore } from '../../storage/sqlite/store.ts'
import { archive } from './archive.ts'

const archiveTown = (store: Store): Town =>
  town({
    store: () => store,
    modules: ({ store, rosters }) => [
      archive({
        archive: store.archive,
        documents: store.documents,
        rosters,
        settings: { enabled: true, default: 'always', search: true },
      }),
    ],
  })

/** A store whose commits the test decides about. */
function undecided() {
  const store = memoryStore(() => Date.now())
  let appended = 0
  let batch: PromiseWithResolvers<void> | undefined
  const archive: Archive = {
    append: () => {
      batch ??= Promise.withResolvers()
      return (appended += 1)
    },
    committed: () => batch?.promise,
    page: query => store.archive.page(query),
    bounds: owner => store.archive.bounds(owner),
    find: async () => [],
    retract: async () => {},
    rewrite: async () => {},
    restore: async () => 0,
    undelivered: (...of) => store.archive.undelivered(...of),
    deliveryMark: owner => store.archive.deliveryMark(owner),
    setDeliveryMarks: marks => store.archive.setDeliveryMarks(marks),
    expire: before => store.archive.expire(before),
  }
  const decide = async (how: 'resolve' | 'reject'): Promise<void> => {
    const decided = batch
    batch = undefined
    if (how === 'resolve') decided?.resolve()
    else decided?.reject(new StorageError('The disk is full'))
    await decided?.promise.catch(() => undefined)
  }
  return { store: { ...store, archive } satisfies Store, decide }
}

const chat = (id: string): string => `<message to='juliet@chat.cam.ac.uk/balcony' type='chat' id='${id}'><body>${id}</body></message>`
const refusalOf = (id: string): RegExp =>
  new RegExp(
    `^<message to='romeo@chat.cam.ac.uk/orchard' from='juliet@chat.cam.ac.uk/balcony' type='error' id='${id}'><error type='wait'><resource-constraint [^>]*/><text [^>]*>The message was not kept`,
  )

test('each sender of a batch that fails hears of it, and nobody else', async () => {
  const { store, decide } = undecided()
  const { client, settled, log } = archiveTown(store)
  const romeo = client('romeo/orchard')
  client('juliet/balcony')
  await Promise.race([romeo.says(chat('1')), new Promise(setImmediate)])
  await decide('resolve')
  void romeo.says(chat('2'))
  void romeo.says(chat('3'))
  assert.deepEqual(romeo.takes(), [])
  await decide('reject')
  await settled()
  const refusals = romeo.takes()
  assert.equal(refusals.length, 2)
  for (const [at, id] of ['2', '3'].entries()) assert.match(refusals[at] ?? '', refusalOf(id))
  assert.deepEqual(log.complaints, [])
})

test('with too much waiting for the disk the next sender waits, and hears if it was in vain', async () => {
  const { store, decide } = undecided()
  const { client, settled } = archiveTown(store)
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  void romeo.says(Array.from({ length: 10_000 }, (_, i) => chat(`m${i}`)).join(''))
  while (juliet.inbox.length < 10_000) await new Promise(setImmediate)
  juliet.takes()
  const late = romeo.says(chat('late'))
  await new Promise(setImmediate)
  assert.deepEqual(juliet.takes(), [], 'it is not even delivered')
  await decide('reject')
  await late
  await settled()
  assert.equal(romeo.takes().length, 10_001)
  assert.deepEqual(juliet.takes(), [])
})

test('on a full disk each message is either kept or refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plodge-trouble-'))
  const store = await openSqliteStore({ folder, pagesAtMost: 82 })
  try {
    const { client, settled } = archiveTown(store)
    const romeo = client('romeo/orchard')
    client('juliet/balcony')
    const long = 'x'.repeat(100_000)
    const ids = ['1', '2', '3', '4']
    for (const id of ids) await romeo.says(chat(id).replace('</body>', `${long}</body>`))
    await settled()
    const refused = romeo.takes().flatMap(text => /type='error' id='(\d)'/.exec(text)?.[1] ?? [])
    assert.ok(refused.length > 0 && refused.length < ids.length, `${refused.length} refused`)
    const page = await store.archive.page({ owner: 'juliet', max: 20 })
    const kept = page.messages.flatMap(({ stanza }) => / id='(\d)'/.exec(stanza)?.[1] ?? [])
    assert.deepEqual(new Set([...kept, ...refused]), new Set(ids))
    assert.equal(kept.length + refused.length, ids.length)
  } finally {
    await store.close()
    await rm(folder, { recursive: true })
  }
})
