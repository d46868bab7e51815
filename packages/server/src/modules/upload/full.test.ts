import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Here } from '../../streams/server.testing.ts'
import { type Answer, ask, http, slot, uploadTown, uploaded } from './upload.testing.ts'

const put = (town: Here, url: string, body: string): Promise<Answer> =>
  http(town, 'PUT', url, { body, headers: { 'content-length': Buffer.byteLength(body) } })
const filesIn = (town: Here): number =>
  readdirSync(join(town.settings.data, 'uploads'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length

test('who has as much as they may have gets no slot, and one who got it before cannot fill it (507)', async () => {
  await using town = await uploadTown({ quotaFiles: 2, quotaBytes: 1000 })
  const [one, two] = [await slot(town, 'one', 100), await slot(town, 'two', 100)]
  assert.match(await ask(town, 'three', 100), /type='wait'.*<resource-constraint/, 'slots that are not filled count')
  assert.match(await ask(town, 'large', 2000, '', 'juliet'), /<resource-constraint/)
  assert.equal((await put(town, one.put, 'x'.repeat(100))).status, 201)
  // What was promised does not hold when the rules have changed since.
  await town.server.reload({ ...town.settings, upload: { ...town.settings.upload, quotaFiles: 1 } })
  const full = await put(town, two.put, 'y'.repeat(100))
  assert.equal(full.status, 507)
  assert.match(full.body, /more than 1/)
  assert.equal(filesIn(town), 1)
  assert.equal((await http(town, 'GET', two.get)).status, 404)
  assert.equal((await http(town, 'GET', one.get)).status, 200)
})

test('a disk that is too full takes no files, and serves those that it has', async () => {
  await using town = await uploadTown()
  const kept = await uploaded(town, 'kept', 'kept')
  const open = await slot(town, 'open', 4)
  await town.server.reload({ ...town.settings, upload: { ...town.settings.upload, keepFreeBytes: Number.MAX_SAFE_INTEGER } })
  assert.match(await ask(town, 'more', 4), /<resource-constraint.*operators have been told/)
  assert.equal((await put(town, open.put, 'open')).status, 507)
  assert.equal((await http(town, 'GET', kept)).status, 200)
})

test('a file is gone when its time is over', async () => {
  const DAY = 86_400_000
  await using town = await uploadTown({ keepDays: 2000 / DAY })
  const link = await uploaded(town, 'fleeting', 'fleeting')
  assert.equal((await http(town, 'GET', link)).status, 200)
  const until = Date.now() + 10_000
  while ((await http(town, 'GET', link)).status === 200) assert.ok(Date.now() < until, 'it stayed')
  assert.equal((await http(town, 'GET', link)).status, 404)
})

test('a file for a profile may be smaller than others, and the error says how large', async () => {
  await using town = await uploadTown({ profileBytes: 100 })
  const client = await town.login('orchard')
  const asks = (size: number, purpose: string): Promise<string> =>
    client.asks(
      `<iq type='get' id='s${size}${purpose}' to='upload.chat.cam.ac.uk'><request xmlns='urn:xmpp:http:upload:0' filename='me.png' size='${size}'>` +
        `<${purpose} xmlns='urn:xmpp:http:upload:purpose:0'/></request></iq>`,
      '</iq>',
    )
  assert.match(await asks(101, 'profile'), /<not-acceptable.*<max-file-size>100<\/max-file-size>/)
  assert.match(await asks(100, 'profile'), /<slot/)
  assert.match(await asks(101, 'message'), /<slot/)
})

test('who asked for so many slots in an hour is told when to try again, and others get theirs', async () => {
  await using town = await uploadTown({ slotsPerHour: 2 })
  await slot(town, 'one', 10)
  await slot(town, 'two', 10)
  const [, stamp = ''] = /<resource-constraint.*<retry xmlns='[^']+' stamp='([^']+)'/.exec(await ask(town, 'three', 10)) ?? []
  const wait = Date.parse(stamp) - Date.now()
  assert.ok(wait > 0 && wait <= 3_600_000, stamp)
  await slot(town, 'four', 10, '', 'juliet')
})
