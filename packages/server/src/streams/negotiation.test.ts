import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { HEADER, RawClient } from './raw-client.testing.ts'
import { type Here, PASSWORD, here } from './server.testing.ts'

const TLS = 'urn:ietf:params:xml:ns:xmpp-tls'

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
    await client.asks(`<starttls xmlns='${TLS}'/>`, '<proceed')
    await client.startTls()
    client.heard = ''
    const second = await client.open()
    assert.match(second, /<mechanism>PLAIN<\/mechanism>/)
    assert.doesNotMatch(second, /<starttls| to='/)
    assert.match(await client.login('romeo', PASSWORD, 'orchard'), /<jid>romeo@chat\.cam\.ac\.uk\/orchard<\/jid>/)
    client.socket.destroy()
  })
})
