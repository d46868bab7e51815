import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { DisableCarbons, EnableCarbons, Received, Sent } from '@plodge/xmpp/xeps/carbons.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { archive } from '../archive/archive.ts'
import { carbons } from './carbons.ts'
import { isEligible } from './eligible.ts'

const carbonTown = (): Town =>
  town({
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

/** Romeo with two devices that want copies, and Juliet with one that wants and one that does not. */
async function lovers() {
  const { client, ...rest } = carbonTown()
  const [phone, laptop] = [client('romeo/phone'), client('romeo/laptop')]
  const [balcony, tomb] = [client('juliet/balcony'), client('juliet/tomb')]
  for (const device of [phone, laptop, balcony, tomb]) await device.comes()
  for (const device of [phone, laptop, tomb]) await device.asks(EnableCarbons, {})
  const all = { phone, laptop, balcony, tomb }
  for (const device of Object.values(all)) device.takes()
  return { ...all, client, ...rest }
}

const read = (text: string) => {
  const message = parse(text, CLIENT)
  const carbon = message.elements.find(({ ns }) => ns === 'urn:xmpp:carbons:2')
  const inner = carbon && (carbon.name === 'sent' ? Sent : Received).read(carbon).forwarded.message
  return {
    kind: carbon?.name,
    outer: `${message.attributes['type']} ${message.attributes['from']} ${message.attributes['to']}`,
    inner:
      inner && `${inner.attributes['from']} ${inner.attributes['to']} ${inner.child(CLIENT, 'body')?.text ?? inner.attributes['type']}`,
    id: inner?.child('urn:xmpp:sid:0', 'stanza-id')?.attributes['by'],
  }
}
const takes = (client: TownClient) => client.takes().map(read)

test('what one device sends the others see, and what one gets the others see, each with the id of its own archive', async () => {
  const { phone, laptop, balcony, tomb } = await lovers()
  await phone.says(`<message to='juliet@chat.cam.ac.uk/balcony' type='chat'><body>Wherefore?</body></message>`)
  const said = 'romeo@chat.cam.ac.uk/phone juliet@chat.cam.ac.uk/balcony Wherefore?'
  assert.deepEqual(takes(laptop), [
    { kind: 'sent', outer: 'chat romeo@chat.cam.ac.uk romeo@chat.cam.ac.uk/laptop', inner: said, id: 'romeo@chat.cam.ac.uk' },
  ])
  assert.deepEqual(takes(tomb), [
    { kind: 'received', outer: 'chat juliet@chat.cam.ac.uk juliet@chat.cam.ac.uk/tomb', inner: said, id: 'juliet@chat.cam.ac.uk' },
  ])
  assert.equal(balcony.takes().length, 1, 'the device it was sent to gets the message, not a copy')
  assert.deepEqual(phone.takes(), [], 'the device that sent it gets none')
})

test('a message to the account reaches all its devices, and none of them twice', async () => {
  const { phone, laptop, balcony, tomb } = await lovers()
  await balcony.says(`<message to='romeo@chat.cam.ac.uk' type='chat'><body>Ay me</body></message>`)
  assert.deepEqual([takes(phone).map(({ kind }) => kind), takes(laptop).map(({ kind }) => kind)], [[undefined], [undefined]])
  assert.deepEqual(
    takes(tomb).map(({ kind }) => kind),
    ['sent'],
  )
})

test('what one sends to oneself is a message for the others, once', async () => {
  const { phone, laptop } = await lovers()
  await phone.says(`<message to='romeo@chat.cam.ac.uk/laptop' type='chat'><body>Remember</body></message>`)
  assert.deepEqual(
    takes(laptop).map(({ kind }) => kind),
    [undefined],
  )
  assert.deepEqual(phone.takes(), [])
})

test('a device that stopped asking gets no more copies', async () => {
  const { phone, laptop } = await lovers()
  await laptop.asks(DisableCarbons, {})
  await laptop.asks(DisableCarbons, {})
  await phone.says(`<message to='juliet@chat.cam.ac.uk/balcony' type='chat'><body>Hush</body></message>`)
  assert.deepEqual(laptop.takes(), [])
})

test('a private message is delivered as it is, and copied to nobody', async () => {
  const { phone, laptop, balcony, tomb } = await lovers()
  const marks = `<private xmlns='urn:xmpp:carbons:2'/><no-copy xmlns='urn:xmpp:hints'/>`
  await phone.says(`<message to='juliet@chat.cam.ac.uk/balcony' type='chat'><body>Hush</body>${marks}</message>`)
  assert.ok(balcony.takes()[0]?.includes(marks))
  assert.deepEqual([...laptop.takes(), ...tomb.takes()], [])
})

test('an error in answer to a copied message is copied, another is not', async () => {
  const { phone, laptop, balcony } = await lovers()
  await phone.says(`<message to='juliet@chat.cam.ac.uk/balcony' type='chat' id='m1'><body>Hail</body></message>`)
  for (const device of [phone, laptop]) device.takes()
  const error = `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
  await balcony.says(`<message to='romeo@chat.cam.ac.uk/phone' type='error' id='other'>${error}</message>`)
  assert.deepEqual(laptop.takes(), [])
  await balcony.says(`<message to='romeo@chat.cam.ac.uk/phone' type='error' id='m1'>${error}</message>`)
  assert.equal(phone.takes().length, 2)
  assert.deepEqual(
    takes(laptop).map(({ kind, inner }) => `${kind} ${inner}`),
    ['received juliet@chat.cam.ac.uk/balcony romeo@chat.cam.ac.uk/phone error'],
  )
})

test('when the server refuses a message the other devices hear of both', async () => {
  const { phone, laptop } = await lovers()
  await phone.says(`<message to='nobody@chat.cam.ac.uk' type='chat' id='m1'><body>Hail</body></message>`)
  assert.deepEqual(
    takes(laptop).map(({ kind, inner }) => `${kind} ${inner}`),
    ['sent romeo@chat.cam.ac.uk/phone nobody@chat.cam.ac.uk Hail', 'received nobody@chat.cam.ac.uk romeo@chat.cam.ac.uk/phone error'],
  )
})

test('the rules of §6.1 say what is copied', () => {
  const MUC = `<x xmlns='http://jabber.org/protocol/muc#user'/>`
  const INVITE = `<x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/></x>`
  const cases: readonly [xml: string, sent: boolean, received: boolean][] = [
    [`<message type='chat'/>`, true, true],
    [`<message/>`, false, false],
    [`<message type='normal'><body/></message>`, true, true],
    [`<message type='headline'><body/></message>`, false, false],
    [`<message><received xmlns='urn:xmpp:receipts'/></message>`, true, true],
    [`<message><active xmlns='http://jabber.org/protocol/chatstates'/></message>`, true, true],
    [`<message><displayed xmlns='urn:xmpp:chat-markers:0'/></message>`, true, true],
    [`<message type='groupchat'><body/></message>`, false, false],
    [`<message type='groupchat'>${INVITE}</message>`, false, false],
    [`<message><x xmlns='jabber:x:conference' jid='r@c'/></message>`, true, true],
    [`<message>${INVITE}</message>`, true, true],
    [`<message type='chat'><body/>${MUC}</message>`, true, false],
    [`<message type='chat'><body/><private xmlns='urn:xmpp:carbons:2'/></message>`, false, false],
    [`<message type='chat'><body/><no-copy xmlns='urn:xmpp:hints'/></message>`, false, false],
  ]
  for (const [xml, sent, received] of cases) {
    const element = parse(xml, CLIENT)
    const message = Stanza.from(element, { type: element.attributes['type'], from: carbonTown().host.domain.withResource('room') })
    assert.ok(message)
    assert.deepEqual([isEligible(message, 'sent'), isEligible(message, 'received')], [sent, received], xml)
  }
})
