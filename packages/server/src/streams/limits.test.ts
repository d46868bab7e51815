/** Each limit that a client can run into, provoked over a real connection: what it is told, and that it and others go on where they may. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { here, PASSWORD } from './server.testing.ts'
import type { RawClient } from './raw-client.testing.ts'

const SMALL = {
  stanzaBytes: 20_000,
  stanzaBytesBeforeLogin: 2000,
  stanzaDepth: 10,
  stanzaElements: 100,
  elementAttributes: 10,
  sessionsPerAccount: 2,
  rosterItems: 2,
  documents: 1,
  documentBytes: 1000,
  blockedAddresses: 2,
  pushRegistrations: 1,
  directedPresences: 2,
  nodes: 3,
  nodeItems: 2,
  nodeItemBytes: 1000,
  nodeBytes: 2500,
  appPasswords: 1,
  clientsPerAccount: 1,
} as const

/** The condition of the stream's end. */
async function ending(client: RawClient, said: string): Promise<string | undefined> {
  client.say(said)
  return /<stream:error><([\w-]+)/.exec(await client.goes())?.[1]
}

let asked = 0
/** `ok`, or the condition of the refusal. */
async function outcome(client: RawClient, type: 'get' | 'set', payload: string, to?: string): Promise<string> {
  const id = `q${(asked += 1)}`
  const answer = await client.asks(
    `<iq type='${type}' id='${id}'${to === undefined ? '' : ` to='${to}'`}>${payload}</iq>`,
    new RegExp(`<iq[^>]* id='${id}'(?:/>|[^>]*/>|.*?</iq>)`),
  )
  const iq = answer.slice(answer.lastIndexOf('<iq'))
  return /type='result'/.test(iq) ? 'ok' : (/<([\w-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/.exec(iq)?.[1] ?? iq)
}

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const message = (payload: string): string => `<message to='juliet@chat.cam.ac.uk'>${payload}</message>`

test('a stanza that is too large, too deep or has too much in it ends its stream, before and after log-in', async () => {
  await using server = await here({ limits: SMALL })
  const cases: readonly [said: string, condition: string][] = [
    [message(`<body>${'x'.repeat(20_001)}</body>`), 'policy-violation'],
    [message(nested(10)), 'policy-violation'],
    [message('<a/>'.repeat(101)), 'policy-violation'],
    [message(`<a ${Array.from({ length: 11 }, (_, index) => `a${index}='1'`).join(' ')}/>`), 'policy-violation'],
  ]
  for (const [said, condition] of cases) {
    const client = await server.login('orchard')
    assert.equal(await ending(client, said), condition, said.slice(0, 60))
  }
  const stranger = await server.client()
  assert.equal(
    await ending(stranger, `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${'A'.repeat(2001)}`),
    'policy-violation',
  )
})

test('a person has so many devices at once', async () => {
  await using server = await here({ limits: SMALL })
  await server.login('one')
  await server.login('two')
  const third = await server.client()
  await third.authenticate('romeo', PASSWORD)
  assert.match(await third.bind('three'), /<resource-constraint/)
  const again = await server.login('one')
  await again.settles()
})

const PUBSUB = 'http://jabber.org/protocol/pubsub'
const publish = (node: string, id: string, size = 1): string =>
  `<pubsub xmlns='${PUBSUB}'><publish node='${node}'><item id='${id}'><x xmlns='urn:x'>${'x'.repeat(size)}</x></item></publish></pubsub>`
const contact = (name: string): string => `<query xmlns='jabber:iq:roster'><item jid='${name}@chat.cam.ac.uk'/></query>`
const note = (ns: string, size = 1): string => `<query xmlns='jabber:iq:private'><n xmlns='${ns}'>${'x'.repeat(size)}</n></query>`
const block = (...names: readonly string[]): string =>
  `<block xmlns='urn:xmpp:blocking'>${names.map(name => `<item jid='${name}@chat.cam.ac.uk'/>`).join('')}</block>`
const push = (node: string): string => `<enable xmlns='urn:xmpp:push:0' jid='push.example' node='${node}'/>`

/** Payloads in order, each with what becomes of it. */
const STEPS: Readonly<Record<string, readonly (readonly [payload: string, outcome: string])[]>> = {
  contacts: [
    [contact('a'), 'ok'],
    [contact('b'), 'ok'],
    [contact('c'), 'resource-constraint'],
    [contact('b'), 'ok'],
  ],
  'private data': [
    [note('urn:a'), 'ok'],
    [note('urn:b'), 'resource-constraint'],
    [note('urn:a', 1001), 'policy-violation'],
    [note('urn:a'), 'ok'],
  ],
  'a vCard': [[`<vCard xmlns='vcard-temp'><DESC>${'x'.repeat(1001)}</DESC></vCard>`, 'policy-violation']],
  'blocked addresses': [
    [block('a', 'b'), 'ok'],
    [block('c'), 'resource-constraint'],
  ],
  'push registrations': [
    [push('1'), 'ok'],
    [push('1'), 'ok'],
    [push('2'), 'resource-constraint'],
  ],
  items: [
    [publish('n', '1', 1001), 'not-acceptable'],
    [publish('n', '1'), 'ok'],
    [publish('n', '2'), 'ok'],
    [publish('n', '3'), 'ok'],
  ],
  nodes: [
    [publish('m', '1', 800), 'ok'],
    [publish('bulk', '1'), 'ok'],
    [publish('o', '1'), 'not-allowed'],
  ],
  'bytes of items': [
    [publish('n', '4', 900), 'ok'],
    [publish('m', '5', 900), 'ok'],
    [publish('bulk', '1', 900), 'resource-constraint'],
  ],
}

test('what a person may keep is bounded: the next of it is refused, and what is there stays', async () => {
  await using server = await here({ limits: SMALL })
  const romeo = await server.login('orchard')
  for (const [what, steps] of Object.entries(STEPS))
    for (const [payload, expected] of steps)
      assert.equal(await outcome(romeo, 'set', payload), expected, `${what}: ${payload.slice(0, 100)}`)
})

test('a device shows itself to so many by name', async () => {
  await using server = await here({ limits: SMALL, people: ['romeo', 'juliet', 'nurse', 'tybalt'] })
  const romeo = await server.login('orchard')
  for (const name of ['juliet', 'nurse']) romeo.say(`<presence to='${name}@chat.cam.ac.uk'/>`)
  assert.match(
    await romeo.asks(`<presence to='tybalt@chat.cam.ac.uk' id='p'/>`, /<presence[^>]*type='error'.*?<\/presence>/),
    /<resource-constraint/,
  )
})

test('a person has so many app passwords', async () => {
  await using server = await here({ limits: SMALL })
  const make = (name: string): Promise<void> => server.administer('addAppPassword', { localpart: 'romeo', name })
  await make('phone')
  await assert.rejects(make('tablet'), /so many|most|has 1|1 app password/i)
})

const RATES = { rates: true, stanzasPerSecond: 100, stanzaBurst: 20, bytesPerSecond: 20_000 } as const

test('who says too much is read slower, and loses nothing', async () => {
  await using server = await here({ limits: RATES })
  const romeo = await server.login('orchard')
  const pings = Array.from(
    { length: 80 },
    (_, index) => `<iq type='get' id='p${index}' to='chat.cam.ac.uk'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  const begun = performance.now()
  await romeo.asks(pings.join(''), `id='p79'/>`)
  const elapsed = performance.now() - begun
  assert.ok(elapsed > 300 && elapsed < 5000, `80 stanzas at 100 a second with 20 at once took ${elapsed} ms`)
  const large = performance.now()
  romeo.say(message(`<body>${'x'.repeat(240_000)}</body>`))
  await romeo.settles()
  assert.ok(performance.now() - large > 1000, 'bytes are counted too: ten seconds’ worth came at once')
})

test('one address has so many connections at once', async () => {
  await using server = await here({ limits: { rates: true, connectionsPerAddress: 3 } })
  const first = await server.login('orchard')
  await server.client()
  await server.client()
  await assert.rejects(server.client())
  await first.settles()
})

test('who does not read is cut off, and nobody waits for them', async () => {
  await using server = await here({ limits: { outputBytes: 100_000 } })
  const [romeo, juliet] = [await server.login('orchard'), await server.login('balcony', 'juliet')]
  // Whom presence was sent to is told when the device is gone (RFC 6121 §4.6.3).
  juliet.say(`<presence/><presence to='romeo@chat.cam.ac.uk/orchard'/>`)
  await juliet.settles()
  juliet.socket.pause()
  // More than the buffers of the system hold.
  for (let index = 0; index < 300; index++) romeo.say(message(`<body>${'x'.repeat(200_000)}</body>`))
  await romeo.hears(/<presence[^>]* type='unavailable'[^>]*>/)
  const ping = `<ping xmlns='urn:xmpp:ping'/>`
  assert.equal(await outcome(romeo, 'get', ping, 'juliet@chat.cam.ac.uk/balcony'), 'service-unavailable')
})
