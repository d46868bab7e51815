import assert from 'node:assert/strict'
import test from 'node:test'
import { AskTime } from '@plodge/xmpp/xeps/entity-time.ts'
import { AskVersion } from '@plodge/xmpp/xeps/version.ts'
import { town } from '@plodge/testkit/town.ts'
import { RELEASE, SOFTWARE } from '../ops/release.ts'
import { entityTime } from './entity-time.ts'
import { version } from './version.ts'

test('the server says what it is and what time it is there, and nothing of its operating system', async () => {
  const { client, clock } = town({ modules: () => [version({ name: SOFTWARE, version: RELEASE }), entityTime()] })
  const romeo = client('romeo/orchard')
  const { name, version: release, os } = await romeo.asks(AskVersion, {}, { to: 'chat.cam.ac.uk' })
  assert.equal(name, 'Plodge')
  assert.match(release, /^\d+\.\d+\.\d+/)
  assert.equal(os, undefined)
  clock.advance({ milliseconds: 250 })
  assert.deepEqual(await romeo.asks(AskTime, {}, { to: 'chat.cam.ac.uk' }), { tzo: '+00:00', utc: '2026-11-02T09:00:00.250Z' })
})
