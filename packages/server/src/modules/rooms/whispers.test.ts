import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import { type Filter, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { archive } from '../archive/archive.ts'
import { carbons } from '../carbons/carbons.ts'
import { offline } from '../offline/offline.ts'
import { COVEN, founds, roomTown } from './rooms.testing.ts'

const MARK = "<x xmlns='http://jabber.org/protocol/muc#user'/>"

function whisperTown() {
  const settings = { enabled: true, default: 'always', search: true } as const
  return roomTown(
    { nicknames: 'free' },
    {
      modules: ({ store, rosters }) => {
        const kept = archive({ archive: store.archive, documents: store.documents, rosters, settings })
        return [kept, carbons(), offline({ archive: store.archive, isInHistory: kept.isInHistory, pace: () => undefined })]
      },
    },
  )
}
const comesIn = (client: TownClient, nick: string): Promise<void> =>
  client.says(`<presence to='${COVEN}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`)
const whispers = (client: TownClient, nick: string, payload: string, id = 'w'): Promise<void> =>
  client.says(`<message to='${COVEN}/${nick}' type='chat' id='${id}'>${payload}</message>`)

/** Romeo has two devices in the room and one elsewhere, Juliet two; nobody but their owner knows their addresses. */
async function lovers() {
  const { client, ...rest } = whisperTown()
  const [orchard, phone, laptop] = [client('romeo/orchard'), client('romeo/phone'), client('romeo/laptop')]
  const [balcony, tomb, nurse] = [client('juliet/balcony'), client('juliet/tomb'), client('nurse/kitchen')]
  const all = { orchard, phone, laptop, balcony, tomb, nurse }
  for (const one of Object.values(all)) await one.comes()
  for (const one of [phone, laptop, tomb]) await one.asks(EnableCarbons, {})
  await founds(nurse, { whois: 'moderators' })
  for (const one of [orchard, phone]) await comesIn(one, 'night')
  for (const one of [balcony, tomb]) await comesIn(one, 'sun')
  for (const one of Object.values(all)) one.takes()
  return { ...all, client, ...rest }
}
/** What somebody's own history has. */
async function reads(client: TownClient, filter?: Filter): Promise<readonly string[]> {
  client.takes()
  await client.asks(QueryArchive, { queryId: 'q', node: undefined, filter, page: WHOLE_SET, isFlipped: false })
  return client.takes().map(text => /<message xmlns='jabber:client'.*<\/message>(?=<\/forwarded>)/.exec(text)?.[0] ?? text)
}

test('XEP-0280 §6.1: one’s other devices in the room see what one whispers, and those elsewhere do not', async () => {
  const { orchard, phone, laptop, balcony, tomb } = await lovers()
  await whispers(orchard, 'sun', '<body>Arise</body>')
  for (const one of [balcony, tomb]) {
    const [text = '', ...more] = one.takes()
    assert.deepEqual(more, [], 'the room sends it to each device that is inside, and none has a copy besides')
    assert.match(
      text,
      /^<message to='juliet@chat.cam.ac.uk\/(?:balcony|tomb)' from='coven@group.chat.cam.ac.uk\/night' type='chat' id='w'><body>Arise/,
    )
    assert.match(
      text,
      /<stanza-id xmlns='urn:xmpp:sid:0' id='\d+' by='juliet@chat.cam.ac.uk'\/>|<stanza-id [^>]*by='juliet@chat.cam.ac.uk'/,
    )
    assert.doesNotMatch(text, /romeo/)
  }
  const [copy = '', ...more] = phone.takes()
  assert.deepEqual([more, laptop.takes(), orchard.takes()], [[], [], []])
  assert.match(
    copy,
    /<sent xmlns='urn:xmpp:carbons:2'>.*<message [^>]*to='coven@group.chat.cam.ac.uk\/sun' from='romeo@chat.cam.ac.uk\/orchard'/,
  )
  assert.ok(copy.includes(MARK))
  assert.match(copy, /<stanza-id [^>]*by='romeo@chat.cam.ac.uk'/)
})

test('XEP-0313 §6.1.1: each has whispers in their own history, by the addresses that they know, and the room has none', async () => {
  const { orchard, balcony, nurse } = await lovers()
  await whispers(orchard, 'sun', '<body>Arise</body>')
  await whispers(balcony, 'night', '<body>Ay me</body>')
  const withRoom = new Map([['with', [COVEN]]])
  const [mine, hers] = [await reads(orchard, withRoom), await reads(balcony, withRoom)]
  assert.deepEqual([mine.length, hers.length], [2, 2])
  assert.match(mine[0] ?? '', /to='coven@group.chat.cam.ac.uk\/sun' from='romeo@chat.cam.ac.uk\/orchard' type='chat'.*Arise/)
  assert.match(mine[1] ?? '', /to='romeo@chat.cam.ac.uk' from='coven@group.chat.cam.ac.uk\/sun' type='chat'.*Ay me/)
  assert.doesNotMatch(mine.join(''), /juliet/)
  assert.doesNotMatch(hers.join(''), /romeo/)
  for (const text of [...mine, ...hers]) assert.ok(text.includes(MARK), 'known for whispers')
  assert.equal((await reads(orchard, new Map([['with', [`${COVEN}/sun`]]]))).length, 2)
  assert.equal((await reads(orchard, new Map([['with', [`${COVEN}/moon`]]]))).length, 0)
  nurse.takes()
  await nurse.asks(QueryArchive, { queryId: 'q', node: undefined, filter: undefined, page: WHOLE_SET, isFlipped: false }, { to: COVEN })
  assert.deepEqual(nurse.takes(), [])
})

test('what one whispers to oneself is in the history once, and heard by all devices in the room', async () => {
  const { orchard, phone } = await lovers()
  await whispers(orchard, 'night', '<body>Remember</body>')
  assert.deepEqual([orchard.takes().length, phone.takes().length], [1, 1])
  assert.equal((await reads(orchard)).length, 1)
})

test('a whisper that is refused is in nobody’s history, and copied to nobody', async () => {
  const { orchard, phone, balcony } = await lovers()
  await whispers(orchard, 'moon', '<body>Envious</body>')
  assert.match(orchard.takes()[0] ?? '', /<item-not-found/)
  assert.deepEqual(phone.takes(), [])
  assert.deepEqual([await reads(orchard), await reads(balcony)], [[], []])
})

test('XEP-0160: what a device died with comes to the next, and to no other', async () => {
  const { client, orchard, balcony, tomb, settled } = await lovers()
  for (const one of [balcony, tomb]) await one.leaves()
  const phone = client('juliet/phone', { acknowledges: true })
  await phone.comes()
  await comesIn(phone, 'sun')
  await whispers(orchard, 'sun', '<body>Arise</body>', 'w1')
  assert.ok(phone.session.unackedMark > 0, 'it is known which message is not acknowledged')
  phone.acknowledges()
  await whispers(orchard, 'sun', '<body>fair sun</body>', 'w2')
  await phone.leaves()
  const later = client('juliet/later')
  await later.comes()
  await settled()
  const got = later.takes().filter(text => text.includes('<body>'))
  assert.deepEqual(
    got.map(text => /<body>(.*)<\/body>/.exec(text)?.[1]),
    ['fair sun'],
  )
  assert.match(got[0] ?? '', /from='coven@group.chat.cam.ac.uk\/night'.*<delay/)
})

test('XEP-0424: what one whispered one takes back, and nobody else can, though all of them write from the room', async () => {
  const { orchard, balcony, nurse, settled } = await lovers()
  await comesIn(nurse, 'nurse')
  await whispers(orchard, 'sun', '<body>Arise</body>', 'w1')
  await whispers(nurse, 'sun', "<retract xmlns='urn:xmpp:message-retract:1' id='w1'/>", 'r1')
  await settled()
  assert.match((await reads(balcony)).join(''), /Arise/)
  await whispers(orchard, 'sun', "<retract xmlns='urn:xmpp:message-retract:1' id='w1'/>", 'r2')
  await settled()
  assert.doesNotMatch((await reads(balcony)).join(''), /Arise/)
  assert.doesNotMatch((await reads(orchard)).join(''), /Arise/)
})
