import assert from 'node:assert/strict'
import test from 'node:test'
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
