/** Logging in by XEP-0388 over real sockets: what is offered, what is answered, and what is refused. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { HEADER, RawClient, plain } from '../raw-client.testing.ts'
import { type Here, PASSWORD, here } from '../server.testing.ts'
import { CARBONS, MANAGED, PHONE, TABLET, addressIn, authenticate, bind, conditionIn, login } from './login.testing.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const SASL2 = 'urn:xmpp:sasl:2'
let town: Here
before(async () => {
  town = await here({ people: ['romeo', 'juliet', 'locked'] })
  await town.administer('lockUser', { localpart: 'locked' })
})
after(() => town[Symbol.asyncDispose]())

test('the features say what can be done in one breath, over TLS only', async () => {
  const client = await RawClient.connect(town.ports.client)
  assert.doesNotMatch(await client.open(), /urn:xmpp:sasl:2/)
  await client.asks(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`, '<proceed')
  await client.startTls()
  const features = await client.open()
  const offer = /<authentication xmlns='urn:xmpp:sasl:2'>.*<\/authentication>/.exec(features)?.[0] ?? ''
  for (const part of [
    '<mechanism>PLAIN</mechanism>',
    `<bind xmlns='urn:xmpp:bind:0'><inline>`,
    `<feature var='urn:xmpp:carbons:2'/>`,
    `<feature var='urn:xmpp:csi:0'/>`,
    `<feature var='urn:xmpp:sm:3'/>`,
    `<sm xmlns='urn:xmpp:sm:3'/>`,
    `<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-EXPR</mechanism>`,
    '<mechanism>HT-SHA-512-NONE</mechanism></fast>',
    `<upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-256</upgrade>`,
  ])
    assert(offer.includes(part), part)
  assert(!offer.includes('HT-SHA-256-UNIQ'), 'tls-unique is not for TLS 1.3')
  assert(features.includes(`<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>`))
  await client.vanishes()
})

test('without anything inline the client is known, and binds as ever, on the same stream', async () => {
  const client = await town.client()
  const success = await login(client)
  assert.equal(success, `<success xmlns='${SASL2}'><authorization-identifier>romeo@chat.cam.ac.uk</authorization-identifier></success>`)
  assert.match(await client.hears('</stream:features>'), /<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/)
  assert.match(await client.bind('desk'), /romeo@chat.cam.ac.uk\/desk/)
  await client.settles()
  await client.vanishes()
})

test('a client that asks for all of it is ready after one round trip, also when it says everything at once', async () => {
  const client = await RawClient.connect(town.ports.clientTls)
  await client.startTls({ ALPNProtocols: ['xmpp-client'] })
  client.say(
    `${HEADER}${authenticate({ inline: bind(CARBONS + MANAGED) })}<presence/><iq type='get' id='p' to='chat.cam.ac.uk'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  const answer = await client.hears(`id='p'`)
  assert.match(
    answer,
    /<authorization-identifier>romeo@chat\.cam\.ac\.uk\/Test\/[\w-]{12}<\/authorization-identifier><bound xmlns='urn:xmpp:bind:0'><metadata/,
  )
  assert.match(answer, /<enabled xmlns='urn:xmpp:sm:3' id='[^']+' resume='true' max='3000'\/><\/bound><\/success><stream:features>(?!<sm )/)
  const session = town.server && [...(await sessions('romeo'))].at(-1)
  assert.equal(session, addressIn(answer))
  await client.vanishes()
})

const sessions = async (person: string): Promise<readonly string[]> => {
  const asker = await town.client()
  await login(asker, { person, client: TABLET, inline: bind('', 'asker') })
  const items = await asker.asks(
    `<iq type='get' id='i' to='${person}@chat.cam.ac.uk'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
    '</iq>',
  )
  await asker.vanishes()
  return Array.from(items.matchAll(/jid='([^']+)'/g), ([, jid = '']) => jid).filter(jid => !jid.includes('/asker'))
}

test('it works the same over WebSocket, one message each', async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${town.ports.https}/xmpp-websocket`, ['xmpp'], { rejectUnauthorized: false })
  const messages: string[] = []
  socket.on('message', (data: Buffer) => messages.push(data.toString()))
  await once(socket, 'open')
  socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.cam.ac.uk' version='1.0'/>`)
  socket.send(authenticate({ person: 'juliet', inline: bind(MANAGED) }))
  while (messages.length < 4) await once(socket, 'message')
  assert.match(messages[1] ?? '', /<authentication/)
  assert.doesNotMatch(messages[1] ?? '', /-PLUS|EXPR/)
  assert.match(messages[2] ?? '', /^<success .*<enabled .*<\/success>$/)
  assert.match(messages[3] ?? '', /^<stream:features/)
  socket.terminate()
  await once(socket, 'close')
})

test('a client gets the same resource each time, another than other clients, and its earlier session ends', async () => {
  const once = await town.client()
  const first = addressIn(await login(once, { inline: bind() }))
  const other = await town.client()
  assert.notEqual(addressIn(await login(other, { client: TABLET, inline: bind() })), first)
  const again = await town.client()
  assert.equal(addressIn(await login(again, { inline: bind() })), first)
  assert.match(await once.goes(), /<conflict/)
  assert(!first.includes(PHONE.slice(0, 8)))
  for (const client of [other, again]) await client.vanishes()
})

test('a tag that no resource can have is left out', async () => {
  for (const tag of ['', '  ', '\u200e\u0007'.slice(0, 1), 'x'.repeat(5000)]) {
    const client = await town.client()
    const address = addressIn(await login(client, { inline: bind('', tag) }))
    assert.match(address, /^romeo@chat\.cam\.ac\.uk\/(?:x{64}\/)?[\w-]{12}$/)
    await client.vanishes()
  }
})

test('a lost session is resumed while logging in; a bind beside it counts only when there is none', async () => {
  const client = await town.client()
  const success = await login(client, { inline: bind(MANAGED) })
  const id = /<enabled [^>]*id='([^']+)'/.exec(success)?.[1] ?? ''
  await client.hears('</stream:features>')
  await client.settles()
  const juliet = await town.client()
  await login(juliet, { person: 'juliet', inline: bind() })
  await client.vanishes()
  await juliet.asks(
    `<message to='${addressIn(success)}' type='chat' id='m'><body>Art thou there?</body></message><iq type='get' id='x' to='chat.cam.ac.uk'><ping xmlns='urn:xmpp:ping'/></iq>`,
    `id='x'`,
  )
  const back = await town.client()
  const resume = (name: string): string => `<resume xmlns='urn:xmpp:sm:3' previd='${name}' h='1'/>`
  back.say(authenticate({ inline: resume(id) + bind(MANAGED) }))
  const answer = await back.hears('Art thou there?')
  assert.match(
    answer,
    new RegExp(`<authorization-identifier>${addressIn(success)}</authorization-identifier><resumed [^>]*h='1'/></success><message`),
  )
  const late = await town.client()
  const fresh = await login(late, { inline: resume('nothing') + bind(MANAGED) })
  assert.match(fresh, /<failed xmlns='urn:xmpp:sm:3'><item-not-found .*<\/failed><bound /)
  assert.equal(addressIn(fresh), addressIn(success))
  const unbound = await town.client()
  assert.match(
    await login(unbound, { client: TABLET, inline: resume('nothing') }),
    /uk<\/authorization-identifier><failed .*<\/failed><\/success>/,
  )
  assert.match(await unbound.hears('</stream:features>'), /<bind /)
  for (const one of [juliet, back, late, unbound]) await one.vanishes()
})

test('what comes between binding and its answer comes after it', async () => {
  const juliet = await town.client()
  const me = addressIn(await login(juliet, { person: 'juliet', inline: bind(CARBONS + MANAGED) }))
  const other = await town.client()
  other.say(authenticate({ person: 'juliet', client: TABLET, inline: bind(CARBONS) }))
  juliet.say(`<message to='romeo@chat.cam.ac.uk' type='chat'><body>${'x'.repeat(10)}</body></message>`)
  const heard = await other.hears('</stream:features>')
  assert(heard.indexOf('<success') < heard.indexOf('</stream:features>') && !/<message/.test(heard.slice(0, heard.indexOf('<success'))))
  assert.match(me, /juliet/)
  for (const one of [juliet, other]) await one.vanishes()
})

const malformed = 'malformed-request'
const REFUSED: readonly (readonly [why: string, said: string, condition: string])[] = [
  ['a wrong password', authenticate({ password: 'wrong' }), 'not-authorized'],
  ['somebody who is locked', authenticate({ person: 'locked' }), 'account-disabled'],
  ['a mechanism that is not on offer', authenticate({ mechanism: 'CRAM-MD5' }), 'invalid-mechanism'],
  ['a token though tokens are not sent like that', authenticate({ mechanism: 'HT-SHA-256-NONE' }), 'invalid-mechanism'],
  ['no mechanism', `<authenticate xmlns='${SASL2}'/>`, malformed],
  ['what is not base64', authenticate({ message: '!' }), 'incorrect-encoding'],
  ['a lone equals sign, which is of RFC 6120', authenticate({ message: '=' }), 'incorrect-encoding'],
  ['too much', authenticate({ message: 'A'.repeat(9000) }), 'incorrect-encoding'],
  ['an id that is no UUID', authenticate({ client: 'phone' }), malformed],
  ['a response to nothing', `<response xmlns='${SASL2}'/>`, malformed],
  ['giving up', `<abort xmlns='${SASL2}'/>`, 'aborted'],
  ['a task that nobody gave', `<next xmlns='${SASL2}' task='UPGR-SCRAM-SHA-256'/>`, malformed],
  ['data for a task that nobody gave', `<task-data xmlns='${SASL2}'/>`, malformed],
]
for (const [why, said, condition] of REFUSED) {
  test(`${why}: ${condition}, and another attempt is possible`, async () => {
    const client = await town.client()
    const failure = await client.asks(said, '</failure>')
    assert.match(failure, /^<failure xmlns='urn:xmpp:sasl:2'><[\w-]+ xmlns='urn:ietf:params:xml:ns:xmpp-sasl'\/>/)
    assert.equal(conditionIn(failure), condition)
    assert.match(await login(client), /<success/)
    await client.vanishes()
  })
}

const scramFirst = Buffer.from('n,,n=romeo,r=abc').toString('base64')
const begun = authenticate({ mechanism: 'SCRAM-SHA-256', message: scramFirst })
const plain1 = `<auth xmlns='${SASL}' mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`
const ENDED: readonly (readonly [why: string, said: string, condition: string])[] = [
  ['a stanza in the middle of a log-in', `${begun}<presence/>`, 'policy-violation'],
  ['the old log-in in the middle of the new', begun + plain1, 'policy-violation'],
  ['a second log-in in the middle of the first', begun + authenticate({}), 'policy-violation'],
  [
    'the new log-in in the middle of the old',
    `<auth xmlns='${SASL}' mechanism='SCRAM-SHA-256'>${scramFirst}</auth>${authenticate({})}`,
    'policy-violation',
  ],
  ['a log-in after a log-in', authenticate({}) + authenticate({}), 'not-authorized'],
  ['a log-in after binding', authenticate({ inline: bind() }) + authenticate({}), 'unsupported-stanza-type'],
  ['what SASL has not', `<mechanisms xmlns='${SASL2}'/>`, 'unsupported-stanza-type'],
  ['one failure after another', authenticate({ password: 'wrong' }).repeat(20), 'policy-violation'],
]
for (const [why, said, condition] of ENDED) {
  test(`${why} ends the stream with ${condition}`, async () => {
    const client = await town.client()
    client.say(said)
    assert.match(await client.goes(), new RegExp(`<stream:error><${condition}`))
  })
}

test('a stream that begins in the name of somebody else ends there, or refuses', async () => {
  const from = (address: string): string => HEADER.replace(` to=`, ` from='${address}' to=`)
  const open = async (address: string): Promise<RawClient> => {
    const client = await RawClient.connect(town.ports.clientTls)
    await client.startTls({ ALPNProtocols: ['xmpp-client'] })
    client.say(from(address))
    return client
  }
  const other = await open('juliet@chat.cam.ac.uk')
  await other.hears('</stream:features>')
  assert.equal(conditionIn(await login(other)), 'invalid-authzid')
  assert.match(await login(other, { person: 'juliet' }), /<success/)
  await other.vanishes()
  const foreign = await open('romeo@elsewhere.example')
  assert.match(await foreign.goes(), /<invalid-from/)
})
