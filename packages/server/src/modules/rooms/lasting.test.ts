import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../storage/repositories.ts'
import { temporaryStore } from '../../storage/sqlite/temporary-store.ts'
import { AskInfo, AskItemPage } from '@plodge/xmpp/xeps/disco.ts'
import { AskMetadata, QueryArchive, type Filter } from '@plodge/xmpp/xeps/mam.ts'
import { type ResultSet, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { administers, configures, COVEN, enters, founds, GROUP, leaves, roomTown, talks } from './rooms.testing.ts'

const at = { to: COVEN }
const bodies = (texts: readonly string[]): readonly string[] => texts.flatMap(text => /<body>(.*?)<\/body>/.exec(text)?.[1] ?? [])

async function reads(client: TownClient, filter?: Filter, page: Partial<ResultSet> = {}): Promise<readonly string[]> {
  await client.asks(QueryArchive, { queryId: 'q', node: undefined, filter, page: { ...WHOLE_SET, ...page }, isFlipped: false }, at)
  return bodies(client.takes())
}

test('a room outlives the server: what it is, who is what in it, its subject, and what was said', async () => {
  await using folder = temporaryStore()
  const start = (store: Store) => roomTown({}, { store: () => store })
  const before = await folder.open()
  {
    const { client } = start(before)
    const romeo = client('romeo/orchard')
    await founds(romeo, { roomname: 'A Dark Cave', publicroom: '0' })
    await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
    await administers(romeo, { jid: 'tybalt@chat.cam.ac.uk', affiliation: 'outcast' })
    await administers(romeo, { jid: 'nurse@chat.cam.ac.uk', affiliation: 'member' })
    await administers(romeo, { jid: 'nurse@chat.cam.ac.uk', affiliation: 'none' })
    await romeo.says(`<message to='${COVEN}' type='groupchat'><subject>Names</subject></message>`)
    await talks(romeo, 'What’s in a name?')
    await before.archive.committed()
  }
  await before.close()
  const { client } = start(await folder.open())
  const juliet = client('juliet/balcony')
  await enters(juliet)
  const got = juliet.takes()
  assert.match(got[0] ?? '', /affiliation='member'/)
  assert.deepEqual(bodies(got), ['What’s in a name?'])
  assert.match(got[1] ?? '', /<delay .*<stanza-id|<stanza-id .*<delay/)
  assert.match(got.at(-1) ?? '', /from='coven@group.chat.cam.ac.uk\/romeo'.*<subject>Names/)
  const tybalt = client('tybalt/street')
  await enters(tybalt)
  assert.match(tybalt.takes()[0] ?? '', /<forbidden/)
  assert.deepEqual((await juliet.asks(AskInfo, { node: undefined }, at)).identities[0]?.name, 'A Dark Cave')
  assert.deepEqual(await reads(juliet), ['What’s in a name?'])
})

test('history says whose each message is to those who may know (XEP-0313 §6.1.2), and nobody can say it of themselves', async () => {
  const { client } = roomTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  const speakers = async (reader: TownClient): Promise<readonly string[]> => {
    reader.takes()
    await reader.asks(QueryArchive, { queryId: 'q', node: undefined, filter: undefined, page: WHOLE_SET, isFlipped: false }, at)
    return reader.takes().flatMap(text => /<x xmlns='[^']*#user'>.*<\/x>/.exec(text)?.[0] ?? [])
  }
  const said = (affiliation: string, jid: string): string =>
    `<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='${affiliation}' jid='${jid}@chat.cam.ac.uk'/></x>`
  await founds(romeo, { whois: 'anyone' })
  await enters(juliet)
  await talks(romeo, 'But soft')
  await juliet.says(
    `<message to='${COVEN}' type='groupchat'><body>Ay me</body><x xmlns='http://jabber.org/protocol/muc#user'><item jid='romeo@chat.cam.ac.uk'/></x></message>`,
  )
  assert.deepEqual(await speakers(juliet), [said('owner', 'romeo'), said('none', 'juliet')])
  await configures(romeo, { whois: 'moderators' })
  assert.deepEqual(await speakers(juliet), [])
  assert.equal((await speakers(romeo)).length, 2)
})

test('an occupant has the same id after every start (XEP-0421), and another in another room', async () => {
  await using folder = temporaryStore()
  const idAfterStart = async (room: string): Promise<string | undefined> => {
    const store = await folder.open()
    const romeo = roomTown({}, { store: () => store }).client('romeo/orchard')
    await enters(romeo, room)
    await configures(romeo, {}, room)
    const id = /<occupant-id [^>]*id='([^']*)'/.exec(romeo.takes()[0] ?? '')?.[1]
    await store.close()
    return id
  }
  const first = await idAfterStart(COVEN)
  assert.match(first ?? '', /^[\w-]{43}$/)
  assert.equal(await idAfterStart(COVEN), first)
  assert.notEqual(await idAfterStart(`other@${GROUP}`), first)
})

test('a room that is not to last does not outlive the server', async () => {
  await using folder = temporaryStore()
  const before = await folder.open()
  await founds(roomTown({}, { store: () => before }).client('romeo/orchard'), { persistentroom: '0' })
  await before.close()
  const store = await folder.open()
  const juliet = roomTown({}, { store: () => store }).client('juliet/balcony')
  await enters(juliet)
  assert.match(juliet.takes()[0] ?? '', /code='201'/)
})

test('XEP-0313 §6.1.2: the history of a room, by page, by occupant and by words', async () => {
  const { client } = roomTown()
  const [romeo, juliet, nurse] = [client('romeo/orchard'), client('juliet/balcony'), client('nurse/kitchen')]
  await founds(romeo)
  await enters(juliet)
  for (const text of ['one', 'two', 'three']) await talks(romeo, text)
  await talks(juliet, 'four three')
  await juliet.says(`<message to='${COVEN}' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`)
  await juliet.says(`<message to='${COVEN}' type='groupchat'><body>psst</body><no-store xmlns='urn:xmpp:hints'/></message>`)
  for (const one of [romeo, juliet]) one.takes()
  assert.deepEqual(await reads(nurse), ['one', 'two', 'three', 'four three'])
  assert.deepEqual(await reads(nurse, undefined, { max: 2, before: '' }), ['three', 'four three'])
  assert.deepEqual(await reads(nurse, new Map([['with', [`${COVEN}/juliet`]]])), ['four three'])
  assert.deepEqual(await reads(nurse, new Map([['with', ['romeo@chat.cam.ac.uk']]])), ['one', 'two', 'three'])
  assert.deepEqual(await reads(nurse, new Map([['{urn:xmpp:fulltext:0}fulltext', ['three']]])), ['three', 'four three'])
  await nurse.asks(QueryArchive, { queryId: 'q', node: undefined, filter: undefined, page: WHOLE_SET, isFlipped: false }, at)
  const [result = ''] = nurse.takes()
  assert.match(result, /<message to='nurse@chat.cam.ac.uk\/kitchen' from='coven@group.chat.cam.ac.uk'><result .*queryid='q'/)
  assert.match(result, /<message [^>]*from='coven@group.chat.cam.ac.uk\/romeo' type='groupchat'/)
  assert.ok((await nurse.asks(AskMetadata, {}, at)).start)
})

test('history is for those who may come in, and tells nobody who is behind a nickname', async () => {
  const { client } = roomTown({ nicknames: 'free' })
  const [romeo, juliet, nurse] = [client('romeo/orchard'), client('juliet/balcony'), client('nurse/kitchen')]
  await founds(romeo, { membersonly: '1', whois: 'moderators' })
  await talks(romeo, 'secret')
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
  romeo.takes()
  await assert.rejects(reads(nurse), { condition: 'forbidden' })
  assert.deepEqual(await reads(juliet), ['secret'], 'a member who is not inside')
  await assert.rejects(reads(juliet, new Map([['with', ['romeo@chat.cam.ac.uk']]])), { condition: 'forbidden' })
  assert.deepEqual(await reads(romeo, new Map([['with', ['romeo@chat.cam.ac.uk']]])), ['secret'], 'moderators know')
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'outcast' })
  await assert.rejects(reads(juliet), { condition: 'forbidden' })
})

test('who makes a room of a name that was taken before finds nothing of what was said', async () => {
  const { client } = roomTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await founds(romeo, { persistentroom: '0' })
  await talks(romeo, 'ours')
  await leaves(romeo)
  await founds(juliet)
  assert.deepEqual(await reads(juliet), [])
})

test('XEP-0059: a long list of rooms comes page by page', async () => {
  const { client } = roomTown()
  const romeo = client('romeo/orchard')
  for (const name of ['c', 'a', 'b', 'd']) await founds(romeo, {}, `${name}@${GROUP}`)
  const ask = async (page: Partial<ResultSet> | undefined): Promise<string> => {
    const answer = await romeo.asks(AskItemPage, { node: undefined, page: page && { ...WHOLE_SET, ...page } }, { to: GROUP })
    const set = answer.page && `${answer.page.first?.index ?? ''}/${answer.page.count ?? ''}`
    return `${answer.items.map(({ jid }) => jid[0]).join('')} ${set ?? ''}`
  }
  assert.equal(await ask(undefined), 'abcd ')
  assert.equal(await ask({ max: 2 }), 'ab 0/4')
  assert.equal(await ask({ max: 2, after: `b@${GROUP}` }), 'cd 2/4')
  assert.equal(await ask({ max: 1, before: '' }), 'd 3/4')
  assert.equal(await ask({ max: 1, before: `c@${GROUP}` }), 'b 1/4')
  assert.equal(await ask({ max: 2, index: 1 }), 'bc 1/4')
  assert.equal(await ask({ max: 0 }), ' /4')
})

test('when an owner is no more their rooms are their first admin’s, and the operator is told of those that nobody has', async () => {
  const { client, forget, store, log } = roomTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  const lonely = `lonely@${GROUP}`
  await founds(romeo)
  await founds(romeo, {}, lonely)
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'admin' })
  await enters(juliet)
  juliet.takes()
  await forget('romeo')
  assert.match(juliet.takes().at(-1) ?? '', /juliet'.*affiliation='owner'/)
  assert.deepEqual(await store.rooms.of('juliet@chat.cam.ac.uk'), [{ name: 'coven', affiliation: 'owner' }])
  assert.deepEqual(await store.rooms.of('romeo@chat.cam.ac.uk'), [])
  assert.match(JSON.stringify(log), /lonely/)
})

test('whoever speaks hears it once it is on disk, and what came after it then; others do not wait for the disk', async () => {
  let batch = Promise.withResolvers<void>()
  const kept = memoryStore(() => Date.UTC(2026, 10, 2))
  const { archive: own } = kept
  const archive: Store['archive'] = {
    append: (...of) => own.append(...of),
    committed: () => batch.promise,
    page: query => own.page(query),
    bounds: owner => own.bounds(owner),
    find: ids => own.find(ids),
    retract: of => own.retract(of),
    rewrite: (...of) => own.rewrite(...of),
    restore: (...of) => own.restore(...of),
    undelivered: (...of) => own.undelivered(...of),
    deliveryMark: owner => own.deliveryMark(owner),
    setDeliveryMarks: marks => own.setDeliveryMarks(marks),
    expire: before => own.expire(before),
  }
  const { client, settled } = roomTown({}, { store: () => ({ ...kept, archive }) })
  const [romeo, juliet, nurse] = [client('romeo/orchard'), client('juliet/balcony'), client('nurse/kitchen')]
  await founds(romeo)
  await enters(juliet)
  for (const one of [romeo, juliet]) one.takes()
  const speaking = talks(romeo, 'first')
  await new Promise(setImmediate)
  const coming = enters(nurse)
  await new Promise(setImmediate)
  assert.deepEqual(romeo.takes(), [], 'not yet')
  const heard = juliet.takes()
  assert.match(heard[0] ?? '', /first/)
  assert.match(heard[1] ?? '', /nurse/)
  batch.resolve()
  await Promise.all([speaking, coming])
  const backAtRomeo = romeo.takes()
  assert.match(backAtRomeo[0] ?? '', /first/)
  assert.match(backAtRomeo[1] ?? '', /nurse/, 'what came after it comes after it')
  batch = Promise.withResolvers()
  const refused = talks(romeo, 'second')
  await new Promise(setImmediate)
  batch.reject(new Error('The disk is full'))
  await refused
  await settled()
  assert.match(juliet.takes()[0] ?? '', /second/)
  const told = romeo.takes()
  assert.equal(told.length, 1, 'the room does not say to them that it is kept')
  assert.match(told[0] ?? '', /type='error'.*<resource-constraint/)
  batch = Promise.withResolvers()
  batch.resolve()
  await leaves(nurse)
  nurse.takes()
  await enters(nurse)
  assert.deepEqual(bodies(nurse.takes()), ['first'])
})
