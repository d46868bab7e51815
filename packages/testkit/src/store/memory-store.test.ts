import assert from 'node:assert/strict'
import test from 'node:test'
import type { ArchiveEntry, ArchivePageQuery, RosterRow, Store } from '@plodge/server/storage/repositories.ts'
import { temporaryStore } from '@plodge/server/storage/sqlite/temporary-store.ts'
import { memoryStore } from './memory-store.ts'

/** What a store tells after some use, of everything that modules and rosters ask it. */
async function observe({ archive, documents, rosters }: Store): Promise<unknown> {
  const row: RosterRow = {
    contact: 'b@x',
    name: undefined,
    groups: ['one'],
    subscription: 'both',
    ask: false,
    approved: false,
    listed: true,
    pendingIn: undefined,
  }
  await rosters.put('a', row, 1)
  await rosters.put('a', { ...row, contact: 'c@x' }, 2)
  await rosters.remove('a', 'c@x', 3)
  await documents.set('a', 'k', '', 'one')
  await documents.set('a', 'k', 'n', 'two')
  await documents.set('a', 'k', '', undefined)
  await documents.set('b', 'k', 'n', 'other')

  const entry = (owner: string, peer: string, direction: ArchiveEntry['direction'], kept = true): ArchiveEntry => ({
    owner,
    peer,
    direction,
    kept,
  })
  const ids = [1, 2, 3, 4, 5].map(i =>
    archive.append(`<message id='${i}'/>`, [entry('a', i % 2 === 0 ? 'b@x' : 'c@x', 'received', i !== 3), entry('b', 'a@x', 'sent')]),
  )
  await archive.committed()
  const at = (index: number): number => ids[index] ?? 0
  const ask = async (query: Partial<ArchivePageQuery>): Promise<unknown> => {
    const { messages, complete, found } = await archive.page({ owner: 'a', max: 2, ...query })
    return [messages.map(({ id, stanza }) => [ids.indexOf(id), stanza]), complete, found]
  }
  const pages = [
    await ask({}),
    await ask({ before: 'last' }),
    await ask({ after: at(1) }),
    await ask({ before: at(4) }),
    await ask({ peer: 'b@x' }),
    await ask({ ids: [at(0), at(4)] }),
    await ask({ afterId: at(0), beforeId: at(4) }),
    await ask({ after: at(2) }),
    await ask({ after: 7 }),
    await ask({ owner: 'nobody' }),
  ]
  const number = (list: readonly { readonly id: number }[]): number[] => list.map(({ id }) => ids.indexOf(id))
  const waiting = number(await archive.undelivered('a', at(0), 10))
  await archive.setDeliveryMarks(new Map([['a', at(3)]]))
  await archive.setDeliveryMarks(new Map([['a', at(1)]]))
  const bounds = await archive.bounds('a')
  return {
    roster: await rosters.load('a'),
    documents: [await documents.get('a', 'k', ''), await documents.get('a', 'k', 'n'), [...(await documents.list('a', 'k'))]],
    pages,
    waiting,
    mark: ids.indexOf(await archive.deliveryMark('a')),
    unknown: await archive.deliveryMark('nobody'),
    left: number(await archive.undelivered('a', 0, 10)),
    bounds: bounds && number([bounds.first, bounds.last]),
    none: await archive.bounds('nobody'),
  }
}

test('the store in memory tells what the store on disk tells', async () => {
  await using temporary = temporaryStore()
  assert.deepEqual(await observe(memoryStore(() => 1_790_000_000_000)), await observe(await temporary.open()))
})
