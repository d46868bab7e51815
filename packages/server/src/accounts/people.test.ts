/** The accounts put together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSettings } from '@plodge/testkit/settings.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { TownLog } from '@plodge/testkit/town-log.ts'
import { openPeople } from './people.ts'

test('whoever proved an app password is let in while there is that one, and while there are any', async t => {
  let settings = testSettings()
  const people = await openPeople({
    store: memoryStore(Date.now),
    tokenKey: Buffer.alloc(32),
    settings: () => settings,
    log: new TownLog(),
    clock: Date.now,
  })
  t.after(() => people.close())
  await people.accounts.add({ localpart: 'romeo', password: 'pencil' })
  const made = await people.appPasswords.make('romeo', 'phone')
  assert(made.kind === 'made')
  assert.equal(await people.mayLogIn('romeo', made.id), true)
  settings = testSettings({ users: { ...settings.users, appPasswords: false } })
  assert.deepEqual([await people.mayLogIn('romeo', made.id), await people.mayLogIn('romeo')], [false, true])
  settings = testSettings()
  await people.appPasswords.revoke('romeo', made.id)
  assert.deepEqual([await people.mayLogIn('romeo', made.id), await people.mayLogIn('romeo')], [false, true])
  assert.equal(await people.mayLogIn('nobody'), false)
})
