import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town, type TownOptions } from '@plodge/testkit/town.ts'
import { AskArchivePreferences, SetArchivePreferences } from '@plodge/xmpp/xeps/mam-preferences.ts'
import { AskFilterFields, AskMetadata, type Filter, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { type ResultSet, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { archive } from './archive.ts'

type Settings = Parameters<typeof archive>[0]['settings']

function archiveTown(settings: Partial<Settings> = {}, options: TownOptions = {}): Town {
  return town({
    ...options,
    modules: ({ store, rosters }) => [
      archive({
        archive: store.archive,
        documents: store.documents,
        rosters,
        settings: { enabled: true, default: 'always', search: true, ...settings },
      }),
    ],
  })
}

const ask = ({
  filter = {},
  page = {},
  isFlipped = false,
}: { filter?: Record<string, string | readonly string[]>; page?: Partial<ResultSet>; isFlipped?: boolean } = {}) => ({
  queryId: 'q',
  node: undefined,
  filter: new Map(Object.entries(filter).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])) satisfies Filter,
  page: { ...WHOLE_SET, ...page },
  isFlipped,
})

const bodies = (stanzas: readonly string[]): (string | undefined)[] => stanzas.map(text => /<body>(.*?)<\/body>/.exec(text)?.[1])
const chat = (to: string, words: string, more = ''): string =>
  `<message to='${to}' type='chat' id='${words}'><body>${words}</body>${more}</message>`

test('both sides read what was said, as it was said, and the recipient is told under which id', async () => {
  const { client } = archiveTown()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await juliet.comes()
  juliet.takes()
  await romeo.says(
    `<message to='juliet@chat.cam.ac.uk' type='chat' id='1' xml:lang='en'><body>It is the east</body><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>`,
  )
  const [live = ''] = juliet.takes()
  const id = /<stanza-id xmlns='urn:xmpp:sid:0' id='(\d+)' by='juliet@chat.cam.ac.uk'\/>/.exec(live)?.[1]
  for (const reader of [romeo, juliet]) {
    const fin = await reader.asks(QueryArchive, ask())
    assert.deepEqual(reader.takes(), [
      `<message to='${reader.jid.full}' from='${reader.jid.bare}'><result xmlns='urn:xmpp:mam:2' queryid='q' id='${id}'><forwarded xmlns='urn:xmpp:forward:0'>` +
        `<delay xmlns='urn:xmpp:delay' stamp='2026-11-02T09:00:00.000Z'/><message xmlns='jabber:client' to='juliet@chat.cam.ac.uk' from='romeo@chat.cam.ac.uk/orchard' type='chat' id='1' xml:lang='en'>` +
        `<body>It is the east</body><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message></forwarded></result></message>`,
    ])
    assert.deepEqual(fin, { complete: 'true', page: { ...WHOLE_SET, first: { id, index: undefined }, last: id, count: 1 } })
  }
})

test('pages go forward, backward, flipped, and stop at the end', async () => {
  const { client, clock } = archiveTown()
  const romeo = client('romeo/orchard')
  for (const words of ['1', '2', '3', '4', '5']) {
    clock.advance({ seconds: 1 })
    await romeo.says(chat('juliet@chat.cam.ac.uk', words))
  }
  const read = async (question: Parameters<typeof ask>[0]) => {
    const fin = await romeo.asks(QueryArchive, ask(question))
    return { ...fin, bodies: bodies(romeo.takes()) }
  }
  const first = await read({ page: { max: 2 } })
  assert.deepEqual([first.bodies, first.complete, first.page.count], [['1', '2'], undefined, 5])
  const second = await read({ page: { max: 2, after: first.page.last } })
  assert.deepEqual([second.bodies, second.complete], [['3', '4'], undefined])
  const third = await read({ page: { max: 2, after: second.page.last } })
  assert.deepEqual([third.bodies, third.complete], [['5'], 'true'])
  const last = await read({ page: { max: 2, before: '' }, isFlipped: true })
  assert.deepEqual([last.bodies, last.complete, last.page.last], [['5', '4'], undefined, third.page.last])
  assert.deepEqual((await read({ page: { before: last.page.first?.id } })).bodies, ['1', '2', '3'])
  assert.deepEqual((await read({ page: { max: 0 } })).page, { ...WHOLE_SET, count: 5 })
  const between = await read({ filter: { 'after-id': first.page.first?.id ?? '', 'before-id': third.page.last ?? '' } })
  assert.deepEqual(between.bodies, ['2', '3', '4'])
  assert.deepEqual((await read({ filter: { ids: [first.page.last ?? '', third.page.last ?? ''] } })).bodies, ['2', '5'])
  assert.deepEqual((await read({ filter: { start: '2026-11-02T09:00:02Z', end: '2026-11-02T10:00:04+01:00' } })).bodies, ['2', '3', '4'])
})

test('with finds an account, exactly one device, or what one wrote to oneself', async () => {
  const { client } = archiveTown()
  const romeo = client('romeo/orchard')
  client('juliet/balcony')
  await romeo.says(
    chat('juliet@chat.cam.ac.uk', 'bare') +
      chat('juliet@chat.cam.ac.uk/balcony', 'full') +
      chat('nurse@chat.cam.ac.uk', 'nurse') +
      chat('romeo@chat.cam.ac.uk', 'note'),
  )
  const reads = async (peer: string, page: Partial<ResultSet> = {}) => {
    await romeo.asks(QueryArchive, ask({ filter: { with: peer }, page }))
    return bodies(romeo.takes().filter(text => text.includes('urn:xmpp:mam:2')))
  }
  assert.deepEqual(await reads('juliet@chat.cam.ac.uk'), ['bare', 'full'])
  assert.deepEqual(await reads('juliet@chat.cam.ac.uk/balcony'), ['full'])
  assert.deepEqual(await reads('juliet@chat.cam.ac.uk/balcony', { before: '', max: 1 }), ['full'])
  assert.deepEqual(await reads('romeo@chat.cam.ac.uk'), ['note'])
  assert.deepEqual(await reads('tybalt@chat.cam.ac.uk'), [])
})

test('a question that cannot be answered is refused by the condition the specification names', async () => {
  const { client } = archiveTown()
  const romeo = client('romeo/orchard')
  const refused = (question: Parameters<typeof ask>[0], condition: string) =>
    assert.rejects(romeo.asks(QueryArchive, ask(question)), { condition })
  await refused({ filter: { 'full-text': 'Juliet' } }, 'feature-not-implemented')
  await refused({ filter: { start: 'yesterday' } }, 'bad-request')
  await refused({ filter: { start: '2026-02-30T00:00:00Z' } }, 'bad-request')
  await refused({ filter: { with: 'a@b@c' } }, 'jid-malformed')
  await refused({ filter: { ids: ['1'] } }, 'item-not-found')
  await refused({ filter: { 'after-id': '09af3-cc343-b409f' } }, 'item-not-found')
  await refused({ page: { after: '1782918293001' } }, 'item-not-found')
  await refused({ page: { before: 'x' } }, 'item-not-found')
  await refused({ page: { index: 3 } }, 'feature-not-implemented')
  await assert.rejects(romeo.asks(QueryArchive, { ...ask(), node: 'princely_musings' }), { condition: 'feature-not-implemented' })
  assert.deepEqual(romeo.takes(), [])
})

test('nobody reads the history of others', async () => {
  const { client } = archiveTown()
  const tybalt = client('tybalt/street')
  const to = 'romeo@chat.cam.ac.uk'
  await assert.rejects(tybalt.asks(QueryArchive, ask(), { to }), { condition: 'forbidden' })
  await assert.rejects(tybalt.asks(AskMetadata, {}, { to }), { condition: 'forbidden' })
  await assert.rejects(tybalt.asks(AskArchivePreferences, {}, { to }), { condition: 'forbidden' })
})

test('the form and the metadata say what there is', async () => {
  const { client, clock } = archiveTown()
  const romeo = client('romeo/orchard')
  const form = await romeo.asks(AskFilterFields, {})
  assert.deepEqual(
    form.elements.map(({ attributes }) => attributes['var']),
    ['FORM_TYPE', 'with', 'start', 'end', 'before-id', 'after-id', 'ids', 'include-groupchat', '{urn:xmpp:fulltext:0}fulltext'],
  )
  assert.deepEqual(await romeo.asks(AskMetadata, {}), { start: undefined, end: undefined })
  await romeo.says(chat('juliet@chat.cam.ac.uk', '1'))
  clock.advance({ hours: 1 })
  await romeo.says(chat('juliet@chat.cam.ac.uk', '2'))
  const { start, end } = await romeo.asks(AskMetadata, {})
  assert.deepEqual([start?.timestamp, end?.timestamp], ['2026-11-02T09:00:00.000Z', '2026-11-02T10:00:00.000Z'])
})

test('nobody forges an id of ours, and those of others stay', async () => {
  const { client } = archiveTown()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  const id = (by: string): string => `<stanza-id xmlns='urn:xmpp:sid:0' id='forged' by='${by}'/>`
  await romeo.says(
    chat(
      'juliet@chat.cam.ac.uk/balcony',
      '1',
      id('Juliet@chat.cam.ac.uk') + id('romeo@chat.cam.ac.uk') + id('room@rooms.example') + `<stanza-id xmlns='urn:xmpp:sid:0' id='x'/>`,
    ),
  )
  const [live = ''] = juliet.takes()
  assert.deepEqual(
    [...live.matchAll(/<stanza-id .*?by='(.*?)'/g)].map(found => found[1]),
    ['room@rooms.example', 'juliet@chat.cam.ac.uk'],
  )
})

test('preferences say whose messages are kept, by the narrowest entry', async () => {
  const { client, befriend } = archiveTown({ default: 'roster' })
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  assert.deepEqual(await juliet.asks(AskArchivePreferences, {}), { default: 'roster', always: [], never: [] })
  await befriend('romeo', 'juliet')
  const stored = async (words: string): Promise<boolean> => {
    await romeo.says(chat('juliet@chat.cam.ac.uk/balcony', words))
    const hasId = juliet.takes().at(-1)?.includes('stanza-id') === true
    await juliet.asks(QueryArchive, ask({ page: { before: '', max: 1 } }))
    assert.equal(bodies(juliet.takes())[0] === words, hasId, 'only what history has gets an id')
    return hasId
  }
  assert.equal(await stored('friend'), true)
  assert.deepEqual(
    await juliet.asks(SetArchivePreferences, {
      default: 'always',
      always: ['ROMEO@chat.cam.ac.uk/orchard'],
      never: ['romeo@chat.cam.ac.uk'],
    }),
    {
      default: 'always',
      always: ['romeo@chat.cam.ac.uk/orchard'],
      never: ['romeo@chat.cam.ac.uk'],
    },
  )
  assert.equal(await stored('device'), true)
  await juliet.asks(SetArchivePreferences, { default: 'always', always: [], never: ['romeo@chat.cam.ac.uk'] })
  assert.equal(await stored('never'), false)
  await juliet.asks(SetArchivePreferences, { default: 'roster', always: [], never: [] })
  const tybalt = client('tybalt/street')
  await tybalt.says(chat('juliet@chat.cam.ac.uk/balcony', 'stranger'))
  assert.equal(juliet.takes().at(-1)?.includes('stanza-id'), false)
  await assert.rejects(juliet.asks(SetArchivePreferences, { default: 'always', always: ['@'], never: [] }), { condition: 'jid-malformed' })
  await romeo.asks(QueryArchive, ask())
  assert.deepEqual(bodies(romeo.takes()), ['friend', 'device', 'never'], 'the other side keeps its own')
})

test('what the recipient refuses is in no history of theirs', async () => {
  const { client } = archiveTown()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await romeo.says(`<message to='juliet@chat.cam.ac.uk/gone' id='1'><body>Hail</body></message>` + chat('nobody@chat.cam.ac.uk', 'ghost'))
  assert.equal(romeo.takes().filter(text => text.includes('service-unavailable')).length, 2)
  await juliet.asks(QueryArchive, ask())
  assert.deepEqual(juliet.takes(), [])
})

test('without history there are no ids, no questions, and nothing is stored for people who are there', async () => {
  const { client, store } = archiveTown({ enabled: false })
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await juliet.comes()
  juliet.takes()
  await romeo.says(chat('juliet@chat.cam.ac.uk', 'here'))
  await romeo.says(chat('nurse@chat.cam.ac.uk', 'away'))
  assert.equal(juliet.takes().at(-1)?.includes('stanza-id'), false)
  assert.deepEqual(await store.archive.undelivered('juliet', 0, 10), [])
  assert.equal((await store.archive.undelivered('nurse', 0, 10)).length, 1)
  await assert.rejects(romeo.asks(QueryArchive, ask()), { condition: 'service-unavailable' })
})

const FULLTEXT = '{urn:xmpp:fulltext:0}fulltext'

test('XEP-0431: people find their own messages by words, and nobody else’s', async () => {
  const { client } = archiveTown()
  const romeo = client('romeo/orchard')
  await romeo.says(chat('juliet@chat.cam.ac.uk', 'Das Café in der Straße'))
  await romeo.says(chat('juliet@chat.cam.ac.uk', 'at the gate'))
  await client('tybalt/street').says(chat('mercutio@chat.cam.ac.uk', 'cafe'))
  for (const reader of [romeo, client('juliet/balcony')]) {
    await reader.asks(QueryArchive, ask({ filter: { [FULLTEXT]: 'STRASSE cafe' } }))
    assert.deepEqual(bodies(reader.takes()), ['Das Café in der Straße'])
    await reader.asks(QueryArchive, ask({ filter: { [FULLTEXT]: 'cafe', with: 'tybalt@chat.cam.ac.uk' } }))
    assert.deepEqual(reader.takes(), [])
  }
})

test('a search without a word, or with too many, is refused; where there is no search nobody is told that there is', async () => {
  const romeo = archiveTown().client('romeo/orchard')
  for (const search of ['"" …', Array.from({ length: 33 }, (_, n) => `word${n}`).join(' '), 'x'.repeat(1001)])
    await assert.rejects(romeo.asks(QueryArchive, ask({ filter: { [FULLTEXT]: search } })), { condition: 'not-acceptable' })
  const without = archiveTown({ search: false }).client('romeo/orchard')
  await assert.rejects(without.asks(QueryArchive, ask({ filter: { [FULLTEXT]: 'x' } })), { condition: 'feature-not-implemented' })
  const form = await without.asks(AskFilterFields, {})
  assert.ok(form.elements.every(({ attributes }) => attributes['var'] !== FULLTEXT))
})
