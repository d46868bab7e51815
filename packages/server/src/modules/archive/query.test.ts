import assert from 'node:assert/strict'
import test from 'node:test'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { findPage } from './pages.ts'
import { readQuery } from './query.ts'
import type { ArchivedMessage, ArchivePageQuery } from '../../storage/repositories.ts'

const question = { queryId: undefined, node: undefined, filter: undefined, page: undefined, isFlipped: false }

test('a page is neither without bound nor longer than the bound', () => {
  assert.equal(readQuery('romeo', question, true).query.max, 50)
  assert.equal(readQuery('romeo', { ...question, page: { ...WHOLE_SET, max: 10_000 } }, true).query.max, 250)
})

test('a page of long messages is cut, at its end or going backward at its beginning, and says that there is more', async () => {
  const messages: ArchivedMessage[] = [1, 2, 3].map(id => ({ id, stanza: 'x'.repeat(400_000) }))
  const archive = { page: async () => ({ messages, complete: true, count: 3, found: true }) }
  const cut = async (page: Partial<ArchivePageQuery>) => {
    const { messages, complete } = await findPage(archive, { query: { owner: 'romeo', max: 50, ...page }, device: undefined })
    return [messages.map(({ id }) => id), complete]
  }
  assert.deepEqual(await cut({}), [[1, 2], false])
  assert.deepEqual(await cut({ before: 'last' }), [[2, 3], false])
})

test('for a device only so many messages are read: what is found comes, and the rest with the next page', async () => {
  const device = Jid.parse('juliet@chat.cam.ac.uk/balcony')
  let read = 0
  const withDevice = async (every: number) => {
    const archive = {
      page: async ({ after = 0, max }: ArchivePageQuery) => {
        read += 1
        const messages = Array.from({ length: max }, (_, index) => {
          const id = after + index + 1
          return { id, stanza: `<message from='juliet@chat.cam.ac.uk/${id % every === 0 ? 'balcony' : 'tomb'}'>` }
        })
        return { messages, complete: false, count: undefined, found: true }
      },
    }
    const { messages, complete } = await findPage(archive, { query: { owner: 'romeo', max: 50 }, device })
    return [messages.length, complete]
  }
  assert.deepEqual(await withDevice(3000), [3, false])
  assert.equal(read, 40)
  assert.deepEqual(await withDevice(2), [50, false])
  assert.equal(read, 41)
  await assert.rejects(withDevice(1_000_000), { condition: 'resource-constraint' })
})
