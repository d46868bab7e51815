import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { AskTime } from '@plodge/xmpp/xeps/entity-time.ts'
import { Ping } from '@plodge/xmpp/xeps/ping.ts'
import { AskVersion } from '@plodge/xmpp/xeps/version.ts'
import type { Service } from './service.ts'

const CAFE = 'cafe.chat.cam.ac.uk'
const account = (address: string): Account => Jid.parse(address)?.account ?? assert.fail()

function cafe(): Town & { readonly service: Service } {
  const here = town()
  const identity = { category: 'store', type: 'file', name: 'Files' }
  return { ...here, service: here.host.serve({ domain: account(CAFE), identity, features: ['urn:example:tea'] }) }
}

test('a service says what it is, answers what it declares and refuses the rest', async () => {
  const { client, service } = cafe()
  service.answer(AskTime, () => ({ tzo: '+00:00', utc: 'tea time' }))
  const romeo = client('romeo/orchard')
  const { identities, features } = await romeo.asks(AskInfo, { node: undefined }, { to: CAFE })
  assert.deepEqual(identities, [{ category: 'store', type: 'file', name: 'Files', lang: undefined }])
  assert.ok(features.includes('urn:example:tea') && features.includes('urn:xmpp:ping'))
  await romeo.asks(Ping, {}, { to: CAFE })
  assert.equal((await romeo.asks(AskTime, {}, { to: CAFE })).utc, 'tea time')
  await assert.rejects(romeo.asks(AskVersion, {}, { to: CAFE }), { condition: 'service-unavailable' })
  await assert.rejects(romeo.asks(AskInfo, { node: 'x' }, { to: CAFE }), { condition: 'item-not-found' })
})

test('messages and presence of a client come to the service with their true sender; without a taker messages are refused', async () => {
  const { client, service } = cafe()
  const romeo = client('romeo/orchard')
  await romeo.says(`<message to='${CAFE}' id='m1'><body>Tea?</body></message>`)
  assert.match(romeo.takes().join(''), /id='m1'.*<service-unavailable/)
  const heard: string[] = []
  service.onMessage = ({ from, to }) => void heard.push(`${from?.full} ${to?.full}`)
  service.onPresence = ({ from, to }) => void heard.push(`${from?.full} ${to?.full}`)
  await romeo.says(`<message to='table@${CAFE}'><body>Tea?</body></message><presence to='${CAFE}/x'/>`)
  assert.deepEqual(heard, [`romeo@chat.cam.ac.uk/orchard table@${CAFE}`, `romeo@chat.cam.ac.uk/orchard ${CAFE}/x`])
})

test('two services of one name are a mistake', () => {
  const { host } = cafe()
  const again = { domain: account(CAFE), identity: { category: 'a', type: 'b', name: 'c' }, features: [] }
  assert.throws(() => host.serve(again), /two services/)
})

test('the server asks a client, and only that client may answer', async () => {
  const { client, host } = cafe()
  const romeo = client('romeo/orchard')
  const tybalt = client('tybalt/street')
  const asked = host.inquiries.ask(AskVersion, {}, { from: account(CAFE), to: romeo.jid })
  const id = /id='([^']+)'/.exec(romeo.takes()[0] ?? '')?.[1]
  const answer = (name: string): string =>
    `<iq type='result' to='${CAFE}' id='${id}'><query xmlns='jabber:iq:version'><name>${name}</name><version>1</version></query></iq>`
  await tybalt.says(answer('forged'))
  await romeo.says(answer('true'))
  assert.equal((await asked).name, 'true')
})

test('what the server asks of somebody who is not there, or who refuses, is refused', async () => {
  const { client, host } = cafe()
  const from = host.domain
  const nobody = Jid.parse('nurse@chat.cam.ac.uk/none') ?? assert.fail()
  await assert.rejects(host.inquiries.ask(AskVersion, {}, { from, to: nobody }), { condition: 'service-unavailable' })
  const romeo = client('romeo/orchard')
  const asked = host.inquiries.ask(AskVersion, {}, { from, to: romeo.jid })
  const id = /id='([^']+)'/.exec(romeo.takes()[0] ?? '')?.[1]
  const error = `<error type='cancel'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
  await Promise.all([
    assert.rejects(asked, { condition: 'forbidden' }),
    romeo.says(`<iq type='error' to='chat.cam.ac.uk' id='${id}'>${error}</iq>`),
  ])
})

test('one account cannot have more than its share of what is asked and not answered', async () => {
  const { client, host } = cafe()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  const from = account('table@cafe.chat.cam.ac.uk')
  const open: Promise<unknown>[] = []
  const ask = (to: typeof romeo): Promise<unknown> => host.inquiries.ask(Ping, undefined, { from: host.domain, to: to.jid })
  for (let count = 0; count < 64; count++) open.push(ask(romeo).catch(() => undefined))
  await assert.rejects(ask(romeo), { condition: 'resource-constraint' })
  for (let count = 0; count < 64; count++) open.push(host.inquiries.ask(Ping, undefined, { from, to: juliet.jid }).catch(() => undefined))
  await assert.rejects(host.inquiries.ask(Ping, undefined, { from, to: client('nurse/house').jid }), { condition: 'resource-constraint' })
  for (const stanza of [...romeo.takes(), ...juliet.takes()]) {
    const [, to, id] = /^<iq to='([^']+)'.* id='([^']+)'/.exec(stanza) ?? []
    const answers = to?.startsWith('romeo') === true ? romeo : juliet
    const [, asker] = /from='([^']+)'/.exec(stanza) ?? []
    await answers.says(`<iq type='result' id='${id}' to='${asker}'/>`)
  }
  await Promise.all(open)
  const again = ask(romeo)
  const [, id] = / id='([^']+)'/.exec(romeo.takes()[0] ?? '') ?? []
  await romeo.says(`<iq type='result' id='${id}' to='chat.cam.ac.uk'/>`)
  await again
})
