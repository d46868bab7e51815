import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Feed } from './parse.ts'
import { FeedWatch } from './watch.ts'

const SHA = '{SHA}jw80bVgk15TzTNGtIPVjKnealbg='
const COUNTS = { people: 0, added: 0, changed: 0, removed: 0, locked: 0, local: 0, badLines: 0 }

/** A watch whose feeds are awaited one by one. */
async function watched(t: TestContext, { pollMillis = 60_000, stillMillis = 20 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'plodge-feed-'))
  const file = join(folder, 'hermes.passwd')
  const logged: string[] = []
  let heard = Promise.withResolvers<void>()
  const keep = (_: object, message: string): void => {
    logged.push(message)
    heard.resolve()
  }
  const taken: (readonly string[])[] = []
  const watch = new FeedWatch({
    file,
    pollMillis,
    stillMillis,
    rules: () => ({ localpart: /^[a-z][a-z0-9]{1,7}$/, now: 0 }),
    apply: (feed: Feed) => {
      taken.push([...feed.people.keys()])
      return Promise.resolve({ kind: 'applied', counts: COUNTS })
    },
    log: { info: keep, warn: keep, error: keep },
  })
  t.after(async () => {
    await watch.close()
    await rm(folder, { recursive: true })
  })
  const next = async (): Promise<string | undefined> => {
    await heard.promise
    heard = Promise.withResolvers()
    return logged.at(-1)
  }
  const replace = async (...names: readonly string[]): Promise<void> => {
    await writeFile(`${file}.new`, names.map(name => `${name}:${SHA}\n`).join(''))
    await rename(`${file}.new`, file)
  }
  return { file, watch, taken, logged, next, replace }
}

test('the feed is taken at the start, and whenever another is renamed into its place', async t => {
  const { watch, taken, next, replace } = await watched(t)
  await replace('fanf2')
  await watch.start()
  assert.deepEqual(taken, [['fanf2']])
  await next()
  await replace('fanf2', 'rjd4')
  assert.equal(await next(), 'password feed taken')
  assert.deepEqual(taken, [['fanf2'], ['fanf2', 'rjd4']])
})

test('a feed that comes later is found, and one that goes changes nothing', async t => {
  const { file, watch, taken, next, replace } = await watched(t)
  await watch.start()
  assert.match((await next()) ?? '', /no password feed/)
  await replace('fanf2')
  await next()
  await rm(file)
  assert.match((await next()) ?? '', /no password feed/)
  assert.deepEqual(taken, [['fanf2']])
})

test('a file that is being written is taken once it is whole, and only then', async t => {
  const { file, watch, taken, next } = await watched(t, { stillMillis: 150 })
  await watch.start()
  await next()
  for (let i = 0; i < 10; i++) {
    await appendFile(file, `p${i}:${SHA}\n`)
    await setTimeout(15)
  }
  await next()
  assert.equal(taken.length, 1)
  assert.equal(taken[0]?.length, 10)
})

test('a file cut short is refused, once, and the whole one is taken', async t => {
  const { file, watch, taken, next, replace } = await watched(t, { pollMillis: 10 })
  await writeFile(file, `fanf2:${SHA}\nrjd4:{SHA}jw80`)
  await watch.start()
  assert.match((await next()) ?? '', /refused.*cut short/)
  await replace('fanf2', 'rjd4')
  assert.equal(await next(), 'password feed taken')
  assert.deepEqual(taken, [['fanf2', 'rjd4']])
})

test('on demand the same file is taken again', async t => {
  const { watch, taken, replace } = await watched(t)
  await replace('fanf2')
  await watch.start()
  assert.equal((await watch.reread())?.kind, 'applied')
  assert.equal(taken.length, 2)
})

test('closing while it waits ends the wait', async t => {
  const { watch, taken, replace } = await watched(t, { stillMillis: 60_000 })
  await replace('fanf2')
  const starting = watch.start()
  await watch.close()
  await starting
  assert.deepEqual(taken, [])
})
