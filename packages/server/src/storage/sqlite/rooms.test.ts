import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Clock } from '@plodge/testkit/clock.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { RoomHead, RoomPerson, Rooms, Store } from '../repositories.ts'
import { temporaryStore } from './temporary-store.ts'

const head = (name: string, more: Partial<RoomHead> = {}): RoomHead => ({
  name,
  createdAt: 1,
  title: name.toUpperCase(),
  isPublic: true,
  settings: '{}',
  version: 'v1',
  ...more,
})
const who = (person: string, affiliation: string, nick?: string): RoomPerson => ({ person, affiliation, nick })

/** The same holds for the store in memory, which other tests lean on. */
async function both(check: (rooms: Rooms, store: Store) => Promise<void>): Promise<void> {
  const memory = memoryStore(new Clock().now)
  await check(memory.rooms, memory)
  await using temporary = temporaryStore()
  const store = await temporary.open()
  await check(store.rooms, store)
}

test('a room comes back with its people and its subject', () =>
  both(async rooms => {
    await rooms.put(head('a'), [who('r@x', 'owner'), who('j@x', 'member', 'juliet'), who('n@x', 'outcast')], [], 9)
    await rooms.setSubject('a', { stanza: '<message/>', at: 7 })
    await rooms.setSubject('none', { stanza: '<message/>', at: 7 })
    await rooms.put(
      head('a', { createdAt: 9, title: 'B', isPublic: false, settings: '{"c":1}' }),
      [who('n@x', 'none'), who('t@x', 'none', 't')],
      [],
      9,
    )
    assert.deepEqual(await rooms.load('a'), {
      ...head('a', { title: 'B', isPublic: false, settings: '{"c":1}' }),
      people: [who('j@x', 'member', 'juliet'), who('r@x', 'owner'), who('t@x', 'none', 't')],
      changes: [],
      marks: [],
      subject: { stanza: '<message/>', at: 7 },
    })
    assert.equal(await rooms.load('none'), undefined)
    await rooms.forget('j@x')
    assert.equal((await rooms.load('a'))?.people.length, 2)
  }))

test('XEP-0463: changes of affiliations are kept, the newest of them, and none of somebody who is no more', () =>
  both(async rooms => {
    const change = (version: string, person = 'j@x') => ({ version, person, before: 'none' })
    const names = async (room: string) => (await rooms.load(room))?.changes.map(({ version }) => version).join('')
    await rooms.put(head('a', { version: 'c' }), [who('r@x', 'owner')], [change('a', 'r@x'), change('b'), change('c')], 3)
    await rooms.put(head('b', { version: 'e' }), [who('r@x', 'owner')], [change('d'), change('e', 'r@x')], 3)
    await rooms.put(head('c', { version: 'f' }), [], [change('f', 'n@x')], 3)
    assert.deepEqual((await rooms.load('a'))?.changes, [change('a', 'r@x'), change('b'), change('c')])
    await rooms.put(head('a', { version: 'e' }), [], [change('d'), change('e')], 3)
    await rooms.put(head('a', { version: 'e' }), [], [], 3)
    assert.equal(await names('a'), 'cde')
    assert.equal(await names('b'), 'de')
    await rooms.forget('r@x')
    assert.deepEqual([await names('a'), await names('b'), await names('c')], ['', '', 'f'])
    const versions = await Promise.all(['a', 'b', 'c'].map(async room => (await rooms.load(room))?.version))
    assert.ok(!versions.includes('e') && versions[2] === 'f', 'where they were something the list is another')
    await rooms.remove('c', 'c@x')
    await rooms.put(head('c'), [], [], 3)
    assert.equal(await names('c'), '', 'another room of the name knows nothing of it')
  }))

test('rooms are listed page by page, for each person those that they may see', () =>
  both(async rooms => {
    for (const name of ['c', 'a', 'e', 'b', 'd']) await rooms.put(head(name, { isPublic: name !== 'd' }), [who('r@x', 'owner')], [], 9)
    await rooms.put(head('d', { isPublic: false }), [who('out@x', 'outcast'), who('m@x', 'member')], [], 9)
    const names = async (query: Parameters<Rooms['list']>[0]): Promise<string> => {
      const { rooms: page, count, index } = await rooms.list(query)
      return `${page.map(({ name }) => name).join('')} ${index}/${count}`
    }
    assert.equal(await names({ person: 'x@x', max: 10 }), 'abce 0/4')
    assert.equal(await names({ person: 'out@x', max: 10 }), 'abce 0/4')
    assert.equal(await names({ person: 'm@x', max: 10 }), 'abcde 0/5')
    assert.equal(await names({ person: undefined, max: 10 }), 'abcde 0/5')
    assert.equal(await names({ person: 'm@x', after: 'b', max: 2 }), 'cd 2/5')
    assert.equal(await names({ person: 'm@x', before: 'd', max: 2 }), 'bc 1/5')
    assert.equal(await names({ person: 'm@x', isLast: true, max: 2 }), 'de 3/5')
    assert.equal(await names({ person: 'm@x', skip: 3, max: 2 }), 'de 3/5')
    assert.equal(await names({ person: 'm@x', max: 0 }), ' 0/5')
    assert.deepEqual(await rooms.of('m@x'), [{ name: 'd', affiliation: 'member' }])
  }))

test('another text stands in the place of a message, in the archive of its owner only, and the words are found no more', () =>
  both(async (_, store) => {
    const { archive } = store
    const id = archive.append("<message xmlns='jabber:client'><body>toad</body></message>", [
      { owner: 'a@group.x', peer: 'r@x', direction: 'received', kept: true },
    ])
    await archive.committed()
    await archive.rewrite('b@group.x', id, '<no/>')
    await archive.rewrite('a@group.x', id + 1, '<no/>')
    await archive.rewrite('a@group.x', id, "<message xmlns='jabber:client'/>")
    const { messages } = await archive.page({ owner: 'a@group.x', max: 10 })
    assert.deepEqual(messages, [{ id, stanza: "<message xmlns='jabber:client'/>" }])
    const found = await archive.page({ owner: 'a@group.x', max: 10, phrases: [['toad']] })
    assert.deepEqual(found.messages, [])
  }))

test('what was said in a room goes with it, and nobody who makes another of the name sees it', () =>
  both(async (rooms, store) => {
    await rooms.put(head('a'), [who('r@x', 'owner')], [], 9)
    store.archive.append('<message xmlns="jabber:client"/>', [{ owner: 'a@group.x', peer: 'r@x', direction: 'received', kept: true }])
    await store.documents.set('a@group.x', 'vcard', '', '<vCard/>')
    await store.archive.committed()
    await rooms.remove('a', 'a@group.x')
    assert.equal(await rooms.load('a'), undefined)
    assert.deepEqual(await rooms.of('r@x'), [])
    assert.deepEqual((await store.archive.page({ owner: 'a@group.x', max: 10 })).messages, [])
    assert.equal(await store.documents.get('a@group.x', 'vcard', ''), undefined)
  }))

test('what one owner has of old is forgotten, be it much, and others keep theirs', () =>
  both(async (_, { archive }) => {
    const say = (owner: string, peer: string) =>
      archive.append(`<message xmlns="jabber:client" id="${owner}"/>`, [
        { owner, peer, direction: 'received', kept: true },
        ...(peer === 'romeo' ? [{ owner: peer, peer: owner, direction: 'sent' as const, kept: true }] : []),
      ])
    const ids: number[] = []
    for (let index = 0; index < 3000; index++) {
      ids.push(say('a@group.x', index % 2 === 0 ? 'romeo' : 'nobody@x'))
      say('b@group.x', 'nobody@x')
      if (index % 100 === 0) await archive.committed()
    }
    await archive.committed()
    const count = async (owner: string): Promise<number> => {
      let after: number | undefined
      let all = 0
      for (;;) {
        const { messages } = await archive.page({ owner, max: 250, ...(after !== undefined && { after }) })
        if (messages.length === 0) return all
        all += messages.length
        after = messages.at(-1)?.id
      }
    }
    const before = Math.floor((ids[1500] ?? 0) / 1000)
    const old = ids.filter(id => id < before * 1000).length
    assert.equal(await archive.expire(before, 'a@group.x'), old)
    assert.equal(await count('a@group.x'), 3000 - old)
    assert.equal(await count('b@group.x'), 3000)
    assert.equal(await count('romeo'), 1500)
    assert.equal(await archive.expire(Math.floor((ids.at(-1) ?? 0) / 1000) + 1, 'a@group.x'), 3000 - old)
    assert.deepEqual([await count('a@group.x'), await count('b@group.x'), await count('romeo')], [0, 3000, 1500])
    assert.equal(await archive.expire(before, 'nobody'), 0)
  }))
