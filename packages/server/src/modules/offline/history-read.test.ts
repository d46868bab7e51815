import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { type ResultSet, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { archive } from '../archive/archive.ts'
import { carbons } from '../carbons/carbons.ts'
import { offline } from './offline.ts'

const JULIET = 'juliet@chat.cam.ac.uk'
const chat = (words: string): string => `<message to='${JULIET}' type='chat' id='${words}'><body>${words}</body></message>`
const takes = (client: TownClient): string[] => client.takes().flatMap(text => /<body>(.*?)<\/body>/.exec(text)?.[1] ?? [])

function historyTown(): Town & { readonly says: (...words: readonly string[]) => Promise<void> } {
  const here = town({
    modules: ({ store, rosters }) => {
      const settings = { enabled: true, default: 'always', search: true } as const
      const history = archive({ archive: store.archive, documents: store.documents, rosters, settings })
      return [carbons(), history, offline({ archive: store.archive, isInHistory: history.isInHistory, pace: () => {} })]
    },
  })
  const romeo = here.client('romeo/orchard')
  const says = async (...words: readonly string[]): Promise<void> => {
    for (const word of words) {
      here.clock.advance({ seconds: 1 })
      await romeo.says(chat(word))
    }
  }
  return { ...here, says }
}

interface Reading {
  readonly filter?: Readonly<Record<string, string>>
  readonly page?: Partial<ResultSet>
}

/** Gives the id of the first and the last of the page. */
async function reads(
  client: TownClient,
  { filter = {}, page = {} }: Reading = {},
): Promise<{ first: string; last: string; words: string[] }> {
  const fin = await client.asks(QueryArchive, {
    queryId: 'q',
    node: undefined,
    filter: new Map(Object.entries(filter).map(([name, value]) => [name, [value]])),
    page: { ...WHOLE_SET, ...page },
    isFlipped: false,
  })
  return { first: fin.page.first?.id ?? '', last: fin.page.last ?? '', words: takes(client) }
}

test('who has read up their history is not sent that once more as they come (XEP-0313 §6.1.1)', async () => {
  const { client, says } = historyTown()
  await says('1', '2')
  const juliet = client('juliet/balcony', { acknowledges: true })
  const { last } = await reads(juliet, { page: { max: 1 } })
  await reads(juliet, { page: { after: last } })
  await says('3')
  await juliet.comes()
  assert.deepEqual(takes(juliet), ['3'], 'what came after they had read')
  await juliet.leaves()
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), ['3'], 'nor anybody else')
})

test('what of the history a client has not read comes late, as ever', async () => {
  const cases: readonly [string, Reading, string[]][] = [
    ['a first page', { page: { max: 2 } }, ['1', '2', '3', '4']],
    ['the last page', { page: { before: '', max: 2 } }, ['1', '2']],
    ['what is not old', { filter: { start: '2026-11-02T09:00:04Z' } }, ['1', '2', '3']],
    ['one conversation', { filter: { with: 'romeo@chat.cam.ac.uk' } }, ['1', '2', '3', '4']],
    ['a search', { filter: { '{urn:xmpp:fulltext:0}fulltext': '2' } }, ['1', '2', '3', '4']],
    ['some time', { filter: { end: '2026-11-02T10:00:00Z' } }, ['1', '2', '3', '4']],
  ]
  for (const [what, reading, expected] of cases) {
    const { client, says } = historyTown()
    await says('1', '2', '3', '4')
    const juliet = client('juliet/balcony')
    await reads(juliet, reading)
    await juliet.comes()
    assert.deepEqual(takes(juliet), expected, what)
  }
})

test('pages back from the end count together', async () => {
  const { client, says } = historyTown()
  await says('1', '2', '3', '4', '5')
  const juliet = client('juliet/balcony')
  const { first } = await reads(juliet, { page: { before: '', max: 2 } })
  assert.deepEqual((await reads(juliet, { page: { before: first, max: 2 } })).words, ['2', '3'])
  await juliet.comes()
  assert.deepEqual(takes(juliet), ['1'])
})

test('whoever reads their history and closes the stream before they acknowledge has it there, and does not get it late', async () => {
  const { client, says } = historyTown()
  const first = client('juliet/balcony', { acknowledges: true })
  await first.comes()
  await reads(first)
  first.acknowledges()
  await says('seen')
  assert.deepEqual(takes(first), ['seen'])
  await first.saysGoodbye()
  await says('away')
  const again = client('juliet/balcony', { acknowledges: true })
  await again.comes()
  assert.deepEqual(takes(again), ['away'])
  assert.deepEqual((await reads(again)).words, ['seen', 'away'])
})

test('who does not read their history, or was lost, is sent what they did not acknowledge', async () => {
  const { client, says } = historyTown()
  const simple = client('juliet/balcony', { acknowledges: true })
  await simple.comes()
  await says('1')
  await simple.saysGoodbye()
  const reader = client('juliet/next', { acknowledges: true })
  await reader.comes()
  assert.deepEqual(takes(reader), ['1'])
  reader.acknowledges()
  await reads(reader)
  reader.acknowledges()
  await says('2')
  takes(reader)
  await reader.leaves()
  const last = client('juliet/last')
  await last.comes()
  assert.deepEqual(takes(last), ['2'])
})

test('what is in nobody’s history is given to the next who comes', async () => {
  const { client } = historyTown()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony', { acknowledges: true })
  await juliet.comes()
  await reads(juliet)
  juliet.acknowledges()
  await romeo.says(`<message to='${JULIET}' type='chat'><body>Hush</body><no-permanent-store xmlns='urn:xmpp:hints'/></message>`)
  await juliet.saysGoodbye()
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), ['Hush'])
})
