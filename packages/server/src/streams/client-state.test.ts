import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import { archive } from '../modules/archive/archive.ts'
import { carbons } from '../modules/carbons/carbons.ts'
import { PASSWORD, here } from './server.testing.ts'

interface Phone extends Town {
  readonly romeo: TownClient
  readonly juliet: TownClient
  /** What the phone got since the last look: of each stanza the part that tells it from others. */
  readonly gets: () => readonly string[]
}

async function phone(options: { readonly acknowledges?: boolean; readonly most?: number } = {}): Promise<Phone> {
  const here = town({
    modules: ({ store, rosters }) => [
      carbons(),
      archive({
        archive: store.archive,
        documents: store.documents,
        rosters,
        settings: { enabled: true, default: 'always', search: true },
      }),
    ],
  })
  await here.befriend('romeo', 'juliet')
  const juliet = here.client('juliet/phone', options)
  await juliet.comes()
  const romeo = here.client('romeo/orchard')
  juliet.session.rest(here.clock.now(), options.most ?? 200)
  juliet.takes()
  const gets = (): readonly string[] =>
    juliet
      .takes()
      .map(
        text =>
          /<(?:body|status)>(.*?)<|<(composing|paused) |<(received) xmlns='urn:xmpp:rec|<item id='(.*?)'|type='(unavailable|subscribe)'/
            .exec(text)
            ?.slice(1)
            .find(Boolean) ?? text,
      )
  return { ...here, romeo, juliet, gets }
}

const JULIET = 'juliet@chat.cam.ac.uk'
const chat = (payload: string): string => `<message to='${JULIET}' type='chat'>${payload}</message>`
const state = (name: string): string => chat(`<${name} xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/>`)
const event = (node: string, id: string, more = ''): string =>
  `<message to='${JULIET}/phone' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'><item id='${id}'/>${more}</items></event></message>`

test('presence and typing notices wait, the newest of each, and come in order before a message', async () => {
  const { romeo, juliet, gets } = await phone()
  await romeo.comes({ status: 'a' })
  await romeo.says(state('composing'))
  await romeo.comes({ status: 'b' })
  await romeo.says(state('paused'))
  assert.deepEqual(gets(), [])
  await romeo.says(chat('<body>Hark</body>'))
  assert.deepEqual(gets(), ['b', 'paused', 'Hark'])
  assert.notEqual(juliet.session.inactiveSince, undefined, 'it goes on resting')
  await romeo.comes({ status: 'c' })
  assert.deepEqual(gets(), [])
  juliet.session.wake()
  assert.deepEqual(gets(), ['c'])
  await romeo.comes({ status: 'd' })
  assert.deepEqual(gets(), ['d'])
})

test('of events the newest of each item waits; what is taken away, or was read elsewhere, does not', async () => {
  const { romeo, gets } = await phone()
  await romeo.says(event('tune', '1') + event('mood', '1') + event('tune', '1') + event('tune', '2'))
  assert.deepEqual(gets(), [])
  await romeo.says(event('tune', '3', `<retract id='2'/>`))
  assert.deepEqual(gets(), ['1', '1', '2', '3'])
  await romeo.says(event('urn:xmpp:mds:displayed:0', 'room'))
  assert.deepEqual(gets(), ['room'])
})

test('requests, questions, calls and what a room says of oneself do not wait', async () => {
  const { romeo, gets, client } = await phone()
  await romeo.comes({ status: 'a' })
  await client('nurse/home').says(`<presence to='${JULIET}' type='subscribe'/>`)
  assert.deepEqual(gets(), ['a', 'subscribe'])
  const urgent = [
    `<iq to='${JULIET}/phone' type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq>`,
    chat(`<propose xmlns='urn:xmpp:jingle-message:0' id='call'/>`),
    `<presence to='${JULIET}/phone'><x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x></presence>`,
  ]
  for (const stanza of urgent) {
    await romeo.says(stanza)
    assert.equal(gets().length, 1, stanza)
  }
})

test('copies of typing notices wait like those themselves', async () => {
  const { romeo, client, juliet, gets } = await phone()
  await juliet.asks(EnableCarbons, {})
  const laptop = client('juliet/laptop')
  await laptop.comes({ priority: 5 })
  await romeo.says(state('composing'))
  await romeo.says(state('paused'))
  await laptop.says(`<message to='romeo@chat.cam.ac.uk' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`)
  assert.deepEqual(gets(), [])
  juliet.session.wake()
  assert.deepEqual(gets().slice(-2), ['paused', 'composing'])
})

test('what waits is bounded, and comes when there is no more room', async () => {
  const { romeo, gets } = await phone({ most: 3 })
  await romeo.says(event('tune', '1') + event('tune', '2'))
  assert.deepEqual(gets(), [])
  await romeo.says(event('tune', '3'))
  assert.deepEqual(gets(), ['1', '2', '3'])
})

test('a receipt that waits counts as not delivered, and as unacknowledged only once it was sent', async () => {
  const { romeo, juliet, gets } = await phone({ acknowledges: true })
  juliet.acknowledges()
  await romeo.says(chat(`<received xmlns='urn:xmpp:receipts' id='1'/>`))
  assert.deepEqual(gets(), [])
  assert.equal(juliet.session.management?.waiting, 0)
  assert.ok(juliet.session.unackedMark > 0)
  juliet.session.wake()
  assert.deepEqual(gets(), ['received'])
  assert.equal(juliet.session.management?.waiting, 1)
  juliet.acknowledges()
  assert.equal(juliet.session.unackedMark, 0)
})

test('what waited when the line broke comes with the resumption, and the client is active again', async () => {
  const { romeo, juliet, gets } = await phone({ acknowledges: true })
  juliet.acknowledges()
  await romeo.says(state('composing') + state('paused'))
  await juliet.vanishes()
  await juliet.returns()
  assert.deepEqual(gets(), ['paused'])
  assert.equal(juliet.session.inactiveSince, undefined)
})

test('over a real stream it is offered, and what waited comes before the answer to what the client says next', async () => {
  await using server = await here()
  const juliet = await server.login('phone', 'juliet')
  const romeo = await server.login('orchard')
  const other = await server.client()
  const secret = Buffer.from(`\0romeo\0${PASSWORD}`).toString('base64')
  await other.asks(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`, '<success')
  assert.match(await other.open(), /<csi xmlns='urn:xmpp:csi:0'\/>/)
  juliet.say(`<inactive xmlns='urn:xmpp:csi:0'/>`)
  await juliet.asks(`<iq type='get' id='p0'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='p0'/>`)
  const notice = `<message to='juliet@chat.cam.ac.uk/phone' type='headline' id='s'><active xmlns='http://jabber.org/protocol/chatstates'/></message>`
  await romeo.asks(`${notice}<iq type='get' id='p1'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='p1'/>`)
  const answer = await juliet.asks(`<active xmlns='urn:xmpp:csi:0'/><iq type='get' id='p2'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='p2'/>`)
  assert.match(answer, /^<message .*id='s'.*id='p2'\/>$/)
  for (const client of [juliet, romeo, other]) await client.vanishes()
})
