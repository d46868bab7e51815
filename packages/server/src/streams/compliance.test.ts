/** XEP-0479 (XMPP Compliance Suites 2023): each row that a server has to meet, by what a client that connects is told. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { test } from 'node:test'
import { testSettings } from '@plodge/testkit/settings.ts'
import { RawClient } from './raw-client.testing.ts'
import { here, PASSWORD } from './server.testing.ts'

type Place =
  | 'before TLS'
  | 'before log-in'
  | 'after log-in'
  | 'server'
  | 'account'
  | 'services'
  | 'upload'
  | 'rooms'
  | 'pubsub'
  | 'host-meta'

/** What must be heard where. Rows for clients only, and those kept by passing messages on (0184, 0085, 0308, …), have nothing to be heard. */
const ROWS: readonly (readonly [row: string, where: Place, what: string])[] = [
  ['Core: RFC 6120, TLS (RFC 7590)', 'before TLS', `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>`],
  ['Core: RFC 6120, SASL', 'before log-in', '<mechanism>SCRAM-SHA-'],
  ['Core: RFC 6120, bind', 'after log-in', 'urn:ietf:params:xml:ns:xmpp-bind'],
  ['Core: XEP-0030', 'server', 'http://jabber.org/protocol/disco#info'],
  ['Core: XEP-0030', 'account', 'http://jabber.org/protocol/disco#info'],
  ['Core: XEP-0115', 'after log-in', `<c xmlns='http://jabber.org/protocol/caps'`],
  ['Core: XEP-0163', 'account', `category='pubsub' type='pep'`],
  ['IM: XEP-0084 by XEP-0163', 'account', 'http://jabber.org/protocol/pubsub#persistent-items'],
  ['IM: XEP-0398', 'account', 'urn:xmpp:pep-vcard-conversion:0'],
  ['IM: XEP-0054', 'account', 'vcard-temp'],
  ['IM: XEP-0280', 'server', 'urn:xmpp:carbons:2'],
  ['IM: XEP-0191', 'server', 'urn:xmpp:blocking'],
  ['IM: XEP-0045', 'rooms', 'http://jabber.org/protocol/muc'],
  ['IM: XEP-0402', 'account', 'urn:xmpp:bookmarks:1#compat'],
  ['IM: XEP-0223', 'account', 'http://jabber.org/protocol/pubsub#publish-options'],
  ['IM, Mobile: XEP-0198', 'after log-in', 'urn:xmpp:sm:3'],
  ['IM: XEP-0313', 'account', 'urn:xmpp:mam:2'],
  ['IM: XEP-0363', 'upload', 'urn:xmpp:http:upload:0'],
  ['IM, of note: XEP-0424', 'account', 'urn:xmpp:message-retract:1'],
  ['Mobile: XEP-0352', 'after log-in', 'urn:xmpp:csi:0'],
  ['Mobile: XEP-0357', 'account', 'urn:xmpp:push:0'],
  ['A/V: XEP-0215', 'server', 'urn:xmpp:extdisco:2'],
  ['Web: XEP-0156, RFC 7395', 'host-meta', 'urn:xmpp:alt-connections:websocket'],
  ['Web: XEP-0156, XEP-0206', 'host-meta', 'urn:xmpp:alt-connections:xbosh'],
  ['services', 'services', 'upload.chat.cam.ac.uk'],
  ['Core: XEP-0060', 'pubsub', `category='pubsub' type='service'`],
]

async function info(client: RawClient, to: string, what = 'info'): Promise<string> {
  const id = `${what}-${to}`
  const query = `<query xmlns='http://jabber.org/protocol/disco#${what}'/>`
  const heard = await client.asks(`<iq type='get' id='${id}' to='${to}'>${query}</iq>`, new RegExp(`id='${id}'.*?</iq>`))
  return heard.slice(heard.indexOf(`id='${id}'`))
}

/** As a web page would look for its server. */
async function hostMeta(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get({ port, host: '127.0.0.1', path: '/.well-known/host-meta', rejectUnauthorized: false, agent: false }, resolve).on('error', reject)
  return (await (await promise).setEncoding('utf8').toArray()).join('')
}

test('every row of the compliance suites for servers is met, as far as a client can see, but components (XEP-0114)', async () => {
  const { services } = testSettings()
  const stun = { type: 'stun', host: 'stun.cam.ac.uk', port: 3478, transport: 'udp', name: undefined, secretFile: undefined } as const
  await using server = await here({
    settings: {
      services,
      externalServices: [{ ...stun, lifetimeSeconds: 3600, isRestricted: false }],
    },
  })
  const plain = await RawClient.connect(server.ports.client)
  const beforeTls = await plain.open()
  await plain.vanishes()
  const client = await RawClient.connect(server.ports.clientTls)
  await client.startTls({ ALPNProtocols: ['xmpp-client'] })
  const beforeLogin = await client.open()
  client.say(
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from(`\0romeo\0${PASSWORD}`).toString('base64')}</auth>`,
  )
  await client.hears('<success')
  const afterLogin = await client.open()
  await client.bind('orchard')
  const heard: Readonly<Record<Place, string>> = {
    'host-meta': await hostMeta(server.ports.https),
    'before TLS': beforeTls,
    'before log-in': beforeLogin,
    'after log-in': afterLogin,
    server: await info(client, 'chat.cam.ac.uk'),
    account: await info(client, 'romeo@chat.cam.ac.uk'),
    services: await info(client, 'chat.cam.ac.uk', 'items'),
    upload: await info(client, services.upload ?? ''),
    rooms: await info(client, services.group ?? ''),
    pubsub: await info(client, services.pubsub ?? ''),
  }
  const unmet = ROWS.filter(([, where, what]) => !heard[where].includes(what)).map(([row, where, what]) => `${row}: no ${what} ${where}`)
  assert.deepEqual(unmet, [])
})
