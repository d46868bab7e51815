import assert from 'node:assert/strict'
import type { SecureVersion } from 'node:tls'
import { after, before, describe, test } from 'node:test'
import { CHANNEL_BINDINGS, SCRAM_MECHANISMS } from '@plodge/xmpp/sasl/mechanisms.ts'
import { SECOND } from './certificates.testing.ts'
import { HEADER, RawClient, plain } from './raw-client.testing.ts'
import { bindingData, scram } from './scram.testing.ts'
import { type Here, PASSWORD, here } from './server.testing.ts'

const TLS = 'urn:ietf:params:xml:ns:xmpp-tls'
const STARTTLS = `<starttls xmlns='${TLS}'/>`
const BIND = `<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`
const AUTH = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`
const only = (version: SecureVersion) => ({ minVersion: version, maxVersion: version })
const conditionOf = (text: string): string | undefined => /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-streams'\/>/.exec(text)?.[1]

describe('negotiation over real sockets', () => {
  let town: Here
  before(async () => void (town = await here()))
  after(() => town[Symbol.asyncDispose]())

  test('STARTTLS, PLAIN and binding, each with the features that belong there', async () => {
    const client = await RawClient.connect(town.ports.client)
    const first = await client.open(HEADER.replace(' to=', ` from='Romeo@chat.cam.ac.uk/x' to=`))
    assert.match(first, /<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required\/><\/starttls><\/stream:features>$/)
    assert.doesNotMatch(first, /<mechanism/)
    // RFC 6120 §4.7.2: to the bare address of who says who they are.
    assert.match(first, / from='chat\.cam\.ac\.uk' to='romeo@chat\.cam\.ac\.uk' version='1\.0'/)
    await client.asks(STARTTLS, '/>')
    await client.startTls()
    const second = await client.open()
    assert.match(second, /<mechanism>PLAIN<\/mechanism>/)
    assert.doesNotMatch(second, /<starttls|<register| to='/)
    assert.match(await client.login('romeo', PASSWORD, 'orchard'), /<jid>romeo@chat\.cam\.ac\.uk\/orchard<\/jid>/)
    await client.vanishes()
  })

  test('what is said before TLS does not count inside it (RFC 6120 §5.3.5)', async () => {
    const client = await RawClient.connect(town.ports.client)
    await client.open()
    await client.asks(`${STARTTLS}${HEADER}<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHgAeA==</auth>`, '/>')
    await client.startTls()
    assert.doesNotMatch(await client.open(), /<failure/)
    assert.equal(client.heard, '')
    await client.vanishes()
  })

  for (const [header, condition] of [
    [HEADER.replace(` to='chat.cam.ac.uk'`, ''), 'improper-addressing'],
    [HEADER.replace('chat.cam.ac.uk', '@@'), 'improper-addressing'],
    [HEADER.replace('chat.cam.ac.uk', 'chat.ox.ac.uk'), 'host-unknown'],
    [HEADER.replace(`version='1.0'>`, '>'), 'unsupported-version'],
  ] as const) {
    test(`a header is answered by one, and then by ${condition}: ${header.slice(-60)}`, async () => {
      const client = await RawClient.connect(town.ports.client)
      client.say(header)
      const answer = await client.goes()
      assert.match(
        answer,
        /^<\?xml version='1\.0'\?><stream:stream [^>]* from='chat\.cam\.ac\.uk' [^>]*><stream:error>.*<\/stream:stream>$/,
      )
      assert.equal(conditionOf(answer), condition)
    })
  }

  test('a language that is none is not put on stanzas, one that is is (RFC 6120 §8.1.5)', async () => {
    for (const [lang, expected] of [
      ['de-CH', ` xml:lang='de-CH'`],
      ['x'.repeat(5000), ''],
    ] as const) {
      const client = await town.client()
      await client.asks(AUTH, '<success')
      await client.open(HEADER.replace('<stream:stream', `<stream:stream xml:lang='${lang}'`))
      await client.bind('tongue')
      const self = `<message to='romeo@chat.cam.ac.uk/tongue' type='headline' id='l'/>`
      assert.match(await client.asks(self, '/>'), new RegExp(`id='l'${expected}/>$`))
      await client.vanishes()
    }
  })

  test('direct TLS takes a client that names xmpp-client or nothing, and no other (XEP-0368 §4)', async () => {
    await (await town.client({ ALPNProtocols: ['xmpp-client'] })).vanishes()
    const raw = await RawClient.connect(town.ports.clientTls)
    await raw.startTls()
    assert.match(await raw.open(), /<mechanisms/)
    await raw.vanishes()
    for (const [port, protocol] of [
      [town.ports.clientTls, 'http/1.1'],
      [town.ports.https, 'xmpp-client'],
    ] as const) {
      const other = await RawClient.connect(port)
      await assert.rejects(other.startTls({ ALPNProtocols: [protocol] }), /alert no application protocol/i)
      await other.goes()
    }
  })

  for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
    const unavailable = version === 'TLSv1.3' ? 'tls-unique' : 'tls-exporter'
    test(`${version}: every form of SCRAM, bound to the channel in every way there is`, async () => {
      const offer = CHANNEL_BINDINGS.filter(type => type !== unavailable)
      const outcomes = SCRAM_MECHANISMS.flatMap(mechanism =>
        ['none' as const, ...offer].map(async type => {
          const client = await town.client(only(version))
          const answer = await scram(client, mechanism, PASSWORD, type === 'none' ? type : { type, data: bindingData(client.tls, type) })
          assert.match(answer, /<success/, `${mechanism} ${type}`)
          await client.vanishes()
        }),
      )
      await Promise.all(outcomes)
      const client = await town.client(only(version))
      assert.match(await scram(client, 'SCRAM-SHA-1', PASSWORD, { type: unavailable, data: Buffer.alloc(12) }), /<malformed-request/)
      assert.match(
        await scram(client, 'SCRAM-SHA-1', PASSWORD, { type: 'tls-server-end-point', data: Buffer.alloc(32) }),
        /<not-authorized/,
      )
      assert.match(await scram(client, 'SCRAM-SHA-1', PASSWORD, 'unoffered'), /<not-authorized/)
      assert.match(await scram(client, 'SCRAM-SHA-1', 'wrong'), /<not-authorized/)
      await client.vanishes()
    })
  }

  test('tls-unique of a resumed TLS session is the other side’s (RFC 5929 §3.1)', async () => {
    const before = await town.client(only('TLSv1.2'))
    const session = before.tls.getSession()
    await before.vanishes()
    const client = await town.client({ ...only('TLSv1.2'), ...(session && { session }) })
    assert.equal(client.tls.isSessionReused(), true)
    assert.match(
      await scram(client, 'SCRAM-SHA-256', PASSWORD, { type: 'tls-unique', data: bindingData(client.tls, 'tls-unique') }),
      /<success/,
    )
    await client.vanishes()
  })

  test('who negotiates TLS anew on a connection loses it, and nobody else notices', async () => {
    const client = await town.client(only('TLSv1.2'))
    client.tls.renegotiate({}, () => {})
    await client.goes()
    await (await town.client()).vanishes()
    assert.deepEqual(town.log.complaints, [])
  })

  test('the same resource twice: the newcomer stays (RFC 6120 §7.7.2.2)', async () => {
    const [first, watcher] = [await town.login('twin'), await town.login('watcher')]
    watcher.say('<presence/>')
    await watcher.hears('<presence ')
    first.say('<presence/>')
    await watcher.hears('/twin')
    const second = await town.login('twin')
    assert.equal(conditionOf(await first.goes()), 'conflict')
    await watcher.hears(/from='[^']*\/twin' type='unavailable'\/>/)
    await second.settles()
    await Promise.all([second.vanishes(), watcher.vanishes()])
  })

  test('a client may say everything at once, and more than is allowed before log-in', async () => {
    const client = await RawClient.connect(town.ports.clientTls)
    await client.startTls()
    client.say(`${HEADER}${AUTH}${HEADER}${BIND}<message id='long'><body>${'x'.repeat(100_000)}</body></message></stream:stream>`)
    const answer = await client.goes()
    assert.match(answer, /<success .*<jid>.*<\/stream:stream>$/)
    assert.equal(conditionOf(answer), undefined)
  })

  test('an account that is locked between log-in and binding is not let in', async () => {
    const client = await town.client()
    await client.authenticate('juliet', PASSWORD)
    await town.administer('lockUser', { localpart: 'juliet' })
    client.say(BIND)
    assert.equal(conditionOf(await client.goes()), 'not-authorized')
    await town.administer('unlockUser', { localpart: 'juliet' })
  })

  test('clients of before 2011 get their session', async () => {
    const client = await town.login('old')
    const ask = `<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>`
    assert.match(await client.asks(ask, '/>'), /^<iq [^>]*type='result' id='s'\/>$/)
    await client.vanishes()
  })

  test('registration is refused where nobody turned it on', async () => {
    const client = await town.client()
    client.say(`<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>`)
    assert.equal(conditionOf(await client.goes()), 'not-authorized')
  })

  test('a handshake that breaks off, or is none, leaves nothing behind', async () => {
    for (const port of Object.values(town.ports).slice(1)) {
      const silent = await RawClient.connect(port)
      silent.socket.end()
      const rude = await RawClient.connect(port)
      rude.say('GET / HTTP/1.1\r\n\r\n')
      await Promise.all([silent.goes(), rude.goes()])
    }
    assert.deepEqual(town.log.complaints, [])
  })
})

test('new certificates take effect on SIGHUP, and no stream notices: its channel binding stays as it was', async () => {
  await using town = await here()
  const [old, before] = [await town.client(), await town.login('before')]
  const session = old.tls.getSession()
  const data = bindingData(old.tls, 'tls-server-end-point')
  await town.certify(SECOND)
  await town.server.reload(town.settings)
  assert.match(await scram(old, 'SCRAM-SHA-256', PASSWORD, { type: 'tls-server-end-point', data }), /<success/)
  await before.settles()
  const client = await town.client(session && { session })
  assert.equal(client.tls.isSessionReused(), false)
  assert.notDeepEqual(bindingData(client.tls, 'tls-server-end-point'), data)
  await town.certify({ certificate: 'nonsense', key: 'nonsense' })
  await assert.rejects(town.server.reload(town.settings), /cert\.pem/)
  await (await town.client()).vanishes()
})
