import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { element } from '@plodge/xmpp/xeps/codec.ts'
import { AskBlockList, BlockAddresses, UnblockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { get } from '@plodge/xmpp/xeps/exchange.ts'
import { ABUSE, BlockAndReport } from '@plodge/xmpp/xeps/reporting.ts'
import { BlockList } from './block-list.ts'
import { blocking } from './blocking.ts'

const ROMEO = 'romeo@chat.cam.ac.uk'
const items = (...jids: readonly string[]) => ({ items: jids.map(jid => ({ jid })) })
const Ping = get(element('urn:xmpp:ping', 'ping'))

const blockingTown = (): Town =>
  town({
    modules: ({ store, rosters, show }) => [
      blocking({ documents: store.documents, rosters, show, mostAddresses: () => 5, audit: store.audit }),
    ],
  })

/** Friends who see each other; Juliet blocks Romeo with her balcony device. */
async function blocked() {
  const parts = blockingTown()
  await parts.befriend('romeo', 'juliet')
  const romeo = parts.client('romeo/orchard')
  const juliet = parts.client('juliet/balcony')
  await romeo.comes()
  await juliet.comes()
  await juliet.asks(AskBlockList, {})
  romeo.takes()
  juliet.takes()
  await juliet.asks(BlockAddresses, items(ROMEO))
  return { ...parts, romeo, juliet }
}

test('whoever is blocked sees presence go, and come back when unblocked', async () => {
  const { romeo, juliet } = await blocked()
  assert.deepEqual(romeo.takes(), [`<presence to='${ROMEO}' from='juliet@chat.cam.ac.uk/balcony' type='unavailable'/>`])
  await juliet.comes({ status: 'in the tomb' })
  assert.deepEqual(romeo.takes(), [])
  await juliet.asks(UnblockAddresses, items(ROMEO))
  assert.deepEqual(romeo.takes(), [
    `<presence to='${ROMEO}' from='juliet@chat.cam.ac.uk/balcony'><status>in the tomb</status><priority>0</priority></presence>`,
  ])
})

test('those who may not see presence are not shown that it goes', async () => {
  const { client } = blockingTown()
  const tybalt = client('tybalt/street')
  const juliet = client('juliet/balcony')
  await tybalt.comes()
  await juliet.comes()
  tybalt.takes()
  await juliet.asks(BlockAddresses, items('tybalt@chat.cam.ac.uk'))
  await juliet.asks(UnblockAddresses, items())
  assert.deepEqual(tybalt.takes(), [])
})

test('nothing passes from those who are blocked, and each kind is refused in its way', async () => {
  const { romeo, juliet } = await blocked()
  romeo.takes()
  juliet.takes()
  await romeo.says(`<message to='juliet@chat.cam.ac.uk' type='chat' id='1'><body>Hail</body></message>`)
  assert.match(romeo.takes().join(), /^<message [^>]*type='error' id='1'><error type='cancel'><service-unavailable /)
  await romeo.says(
    `<presence to='juliet@chat.cam.ac.uk' type='subscribe'/><presence to='juliet@chat.cam.ac.uk/balcony'/><presence to='juliet@chat.cam.ac.uk' type='probe'/>`,
  )
  assert.deepEqual(romeo.takes(), [])
  await assert.rejects(romeo.asks(Ping, {}, { to: 'juliet@chat.cam.ac.uk/balcony' }), { condition: 'service-unavailable' })
  await romeo.says(`<iq to='juliet@chat.cam.ac.uk/balcony' type='result' id='x'/>`)
  assert.deepEqual([...romeo.takes(), ...juliet.takes()], [])
})

test('nothing goes to those one blocks, and one is told why', async () => {
  const { romeo, juliet } = await blocked()
  romeo.takes()
  juliet.takes()
  const why =
    /<error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'\/>.*<blocked xmlns='urn:xmpp:blocking:errors'\/><\/error>/
  await juliet.says(`<message to='${ROMEO}' type='chat' id='1'><body>Hail</body></message>`)
  assert.match(juliet.takes().join(), why)
  await juliet.says(`<presence to='${ROMEO}' type='subscribe'/>`)
  assert.match(juliet.takes().join(), why)
  await juliet.says(`<presence to='${ROMEO}/orchard'/>`)
  assert.match(juliet.takes().join(), why)
  await assert.rejects(juliet.asks(Ping, {}, { to: `${ROMEO}/orchard` }), { condition: 'not-acceptable' })
  assert.deepEqual(romeo.takes(), [])
})

test('devices that know the list hear of every change, others do not', async () => {
  const { client, juliet } = await blocked()
  assert.match(
    juliet.takes().join(),
    /^<iq to='juliet@chat.cam.ac.uk\/balcony' type='set' id='[^']+'><block xmlns='urn:xmpp:blocking'><item jid='romeo@chat.cam.ac.uk'\/><\/block><\/iq>$/,
  )
  const tomb = client('juliet/tomb')
  await tomb.asks(BlockAddresses, items('Tybalt@chat.cam.ac.uk', 'evil.example'))
  assert.deepEqual(tomb.takes(), [])
  assert.match(
    juliet.takes().join(),
    /<block xmlns='urn:xmpp:blocking'><item jid='tybalt@chat.cam.ac.uk'\/><item jid='evil.example'\/><\/block>/,
  )
  assert.deepEqual(await juliet.asks(AskBlockList, {}), items(ROMEO, 'tybalt@chat.cam.ac.uk', 'evil.example'))
  await juliet.asks(UnblockAddresses, items())
  assert.match(juliet.takes().join(), /<unblock xmlns='urn:xmpp:blocking'\/>/)
  assert.deepEqual(await juliet.asks(AskBlockList, {}), items())
})

test('a list outlives the session, and holds for people who are away', async () => {
  const { romeo, juliet, store } = await blocked()
  await juliet.leaves()
  romeo.takes()
  const again = town({
    store: () => store,
    modules: ({ rosters, show }) => [blocking({ documents: store.documents, rosters, show, mostAddresses: () => 5, audit: store.audit })],
  })
  const later = again.client('romeo/orchard')
  await later.says(`<message to='juliet@chat.cam.ac.uk' type='chat' id='1'><body>Hail</body></message>`)
  assert.match(later.takes().join(), /service-unavailable/)
})

test('a command that makes no sense is refused', async () => {
  const { client } = blockingTown()
  const juliet = client('juliet/balcony')
  await assert.rejects(juliet.asks(BlockAddresses, items()), { condition: 'bad-request' })
  await assert.rejects(juliet.asks(BlockAddresses, items('a@b@c')), { condition: 'jid-malformed' })
  await assert.rejects(juliet.asks(BlockAddresses, items('juliet@chat.cam.ac.uk')), { condition: 'not-allowed' })
  await assert.rejects(juliet.asks(BlockAddresses, items('a.x', 'b.x', 'c.x', 'd.x', 'e.x', 'f.x')), { condition: 'resource-constraint' })
  assert.deepEqual(await juliet.asks(AskBlockList, {}), items())
})

test('an entry covers what §6 says it covers', () => {
  const covers = (entry: string, address: string): boolean => {
    const jid = Jid.parse(address)
    assert.ok(jid)
    return new BlockList([entry]).blocks(jid)
  }
  assert.deepEqual(
    ['a@x/1', 'a@x/2', 'a@x'].map(address => covers('a@x/1', address)),
    [true, false, false],
  )
  assert.deepEqual(
    ['a@x/1', 'a@x', 'b@x', 'x'].map(address => covers('a@x', address)),
    [true, true, false, false],
  )
  assert.deepEqual(
    ['x/1', 'x', 'a@x/1', 'x/2'].map(address => covers('x/1', address)),
    [true, false, false, false],
  )
  assert.deepEqual(
    ['x', 'a@x', 'a@x/1', 'x/1', 'y.x'].map(address => covers('x', address)),
    [true, true, true, true, false],
  )
})

test('a single device can be blocked: the others of its owner see presence as before', async () => {
  const { client, befriend } = blockingTown()
  await befriend('romeo', 'juliet')
  const [orchard, street, juliet] = [client('romeo/orchard'), client('romeo/street'), client('juliet/balcony')]
  for (const device of [orchard, street, juliet]) await device.comes()
  for (const device of [orchard, street]) device.takes()
  const seen = (): readonly number[] => [orchard, street].map(device => device.takes().length)
  await juliet.asks(BlockAddresses, items(`${ROMEO}/street`))
  assert.deepEqual(seen(), [0, 1])
  await juliet.comes({ status: 'sighing' })
  await juliet.says(`<presence to='${ROMEO}'/>`)
  assert.deepEqual(seen(), [2, 0])
  assert.ok(!juliet.takes().some(stanza => stanza.includes(`type='error'`)))
  await juliet.asks(UnblockAddresses, items(`${ROMEO}/street`))
  assert.deepEqual(seen(), [0, 1])
})

test('who shows themselves to somebody they block is told why not, also when the list must be read first', async () => {
  const { store } = await blocked()
  const { client, log } = town({
    store: () => store,
    modules: ({ rosters, show }) => [blocking({ documents: store.documents, rosters, show, mostAddresses: () => 5, audit: store.audit })],
  })
  const juliet = client('juliet/tomb')
  await juliet.says(`<presence to='${ROMEO}/orchard'/>`)
  assert.match(juliet.takes().join(), /^<presence [^>]*type='error'[^>]*><error type='cancel'><not-acceptable/)
  assert.deepEqual(log.complaints, [])
})

test('XEP-0377: who is blocked with a reason is in the record that operators read, by whom and why', async () => {
  const { client, store, clock } = blockingTown()
  const juliet = client('juliet/balcony')
  const report = {
    reason: ABUSE,
    messages: [{ by: 'juliet@chat.cam.ac.uk', id: '28482' }],
    text: { lang: 'en', text: 'Never came trouble to my house like this.' },
    toOrigin: false,
    toThirdParty: false,
  }
  await juliet.asks(BlockAndReport, {
    items: [
      { jid: 'Romeo@chat.cam.ac.uk', report },
      { jid: 'tybalt@chat.cam.ac.uk', report: undefined },
    ],
  })
  const entries = await store.audit.list({ limit: 9 })
  const about = [ROMEO, 'abuse', 'juliet@chat.cam.ac.uk/28482', 'Never came trouble to my house like this.']
  assert.deepEqual(entries, [{ at: clock.now(), who: 'juliet', role: 'person', command: 'report', about }])
  assert.deepEqual(await juliet.asks(AskBlockList, {}), items(ROMEO, 'tybalt@chat.cam.ac.uk'))
  // Nobody fills the record; blocking goes on.
  for (let i = 0; i < 25; i += 1) await juliet.asks(BlockAndReport, { items: [{ jid: ROMEO, report }] })
  assert.equal((await store.audit.list({ limit: 50 })).length, 20)
})
