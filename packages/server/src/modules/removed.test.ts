/** Whoever gets the name of somebody who left gets nothing of theirs: what modules remember goes with the account. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { town } from '@plodge/testkit/town.ts'
import { AskBlockList, BlockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { AskArchivePreferences, SetArchivePreferences } from '@plodge/xmpp/xeps/mam-preferences.ts'
import { EnablePush } from '@plodge/xmpp/xeps/push.ts'
import { archive } from './archive/archive.ts'
import { blocking } from './blocking/blocking.ts'
import { Registrations } from './push/registrations.ts'
import { push } from './push/push.ts'

test('block list, archive preferences and push registrations are those of the person, not of the name', async () => {
  const { client, host, store } = town({
    store: memoryStore,
    modules: ({ store: { documents, archive: messages, audit }, rosters, show }) => [
      archive({ archive: messages, documents, rosters, settings: { enabled: true, default: 'always', search: false } }),
      blocking({ documents, rosters, show, mostAddresses: () => 10, audit }),
      push({ documents, settings: () => ({ content: 'nothing', intervalSeconds: 5, inactiveSeconds: 60 }), most: () => 3 }),
    ],
  })
  const before = client('romeo/phone')
  await before.asks(BlockAddresses, { items: [{ jid: 'juliet@chat.cam.ac.uk' }] })
  await before.asks(SetArchivePreferences, { default: 'never', always: [], never: [] })
  for (const node of ['a', 'b', 'c']) await before.asks(EnablePush, { service: 'push.example.net', node, options: undefined })
  await before.leaves()
  await store.accounts.remove('romeo')
  for (const handler of host.removed) handler('romeo')

  const after = client('romeo/laptop')
  assert.deepEqual((await after.asks(AskBlockList, { items: [] })).items, [])
  assert.equal((await after.asks(AskArchivePreferences, { default: 'always', always: [], never: [] })).default, 'always')
  // Three is the most: with those of the other it would be refused.
  await after.asks(EnablePush, { service: 'push.example.net', node: 'd', options: undefined })
  assert.equal((await new Registrations(store.documents).of('romeo')).length, 1)
})
