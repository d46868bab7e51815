/** A library that others wrote logs in by SASL2, binds by Bind 2, takes a token and comes back with it (XEP-0388, XEP-0386, XEP-0484). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Credentials, type Token, client, xml } from '@xmpp/client'
import { start } from './clients/xmpp-js.ts'
import { startPlodge } from './target/plodge.ts'
import { type RunningTarget, person } from './target/target.ts'

const USER_AGENT = xml('user-agent', { id: 'd4565fa7-4d72-4749-b3d3-740edbf87770' }, xml('software', {}, 'xmpp.js'))
const SCHEMES = { 'direct TLS': 'xmpps', WebSocket: 'wss' } as const

let target: RunningTarget
before(async () => {
  target = await startPlodge({ people: 2 })
})
after(() => target.stop())

async function come(service: string, credentials: Credentials): Promise<{ readonly jid: string; readonly token: Token | undefined }> {
  const entity = client({
    service,
    domain: target.domain,
    resource: 'xmppjs',
    timeout: 10_000,
    credentials: async (authenticate, mechanisms, fast) => {
      assert(mechanisms.includes('SCRAM-SHA-1') || mechanisms.includes('PLAIN'))
      assert(fast, 'the server offers tokens that the library can use')
      await authenticate(credentials, 'PLAIN', USER_AGENT)
    },
  })
  let token: Token | undefined
  entity.fast.saveToken = async fresh => void (token = fresh)
  entity.on('error', () => {})
  try {
    await start(entity)
    await entity.iqCaller.request(xml('iq', { type: 'get', to: target.domain }, xml('ping', { xmlns: 'urn:xmpp:ping' })))
    return { jid: entity.jid.toString(), token }
  } finally {
    entity.reconnect.stop()
    await entity.stop()
  }
}

for (const [name, scheme] of Object.entries(SCHEMES)) {
  test(`@xmpp/client comes back with its token over ${name}`, async () => {
    const { name: username, password } = person(target, 0)
    const service = scheme === 'wss' ? target.wsUrl.replace('127.0.0.1', target.domain) : `${scheme}://${target.domain}:${target.tlsPort}`
    const first = await come(service, { username, password })
    assert(first.token)
    const again = await come(service, { username, password: 'not this one', token: first.token })
    assert.equal(again.jid, first.jid)
    assert.match(again.jid, new RegExp(`^${username}@${target.domain}/xmppjs/[\\w-]{12}$`))
    // What is no token of ours is refused, and the library goes on to the password.
    const made = { ...first.token, token: 'made up' }
    assert.equal((await come(service, { username, password, token: made })).jid, first.jid)
  })
}
