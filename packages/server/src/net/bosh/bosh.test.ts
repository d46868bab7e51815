import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { plain } from '../../streams/raw-client.testing.ts'
import { type Here, PASSWORD, here } from '../../streams/server.testing.ts'

const BODY = 'http://jabber.org/protocol/httpbind'
const XBOSH = `xmlns:xmpp='urn:xmpp:xbosh'`
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const BIND = `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>web</resource></bind></iq>`

describe('BOSH', () => {
  let town: Here
  const agent = new Agent({ keepAlive: true })
  before(async () => void (town = await here()))
  after(async () => {
    agent.destroy()
    await town[Symbol.asyncDispose]()
  })

  async function post(
    text: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'text/xml; charset=utf-8' },
  ): Promise<string> {
    const asked = request({
      host: '127.0.0.1',
      port: town.ports.https,
      path: '/http-bind',
      method: 'POST',
      headers,
      rejectUnauthorized: false,
      agent,
    })
    asked.end(text)
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    response.setEncoding('utf8')
    return (await response.toArray()).join('')
  }

  class Client {
    rid = 5000 + Math.floor(Math.random() * 1e9)
    sid = ''

    async begin(more = `hold='1' wait='60'`): Promise<string> {
      const answer = await post(`<body xmlns='${BODY}' ${XBOSH} rid='${this.rid}' to='chat.cam.ac.uk' ${more} xmpp:version='1.0'/>`)
      this.sid = /sid='([^']+)'/.exec(answer)?.[1] ?? ''
      return answer
    }

    says(payload: string, attributes = '', rid = (this.rid += 1)): Promise<string> {
      return post(`<body xmlns='${BODY}' ${XBOSH} rid='${rid}' sid='${this.sid}' ${attributes}>${payload}</body>`)
    }

    async login(more?: string): Promise<this> {
      await this.begin(more)
      assert.match(await this.says(`<auth xmlns='${SASL}' mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`), /<success/)
      assert.match(await this.says('', `xmpp:restart='true' to='chat.cam.ac.uk'`), /xmlns:stream=.*<bind/)
      assert.match(await this.says(BIND), /<jid>romeo@chat\.cam\.ac\.uk\/web/)
      return this
    }
  }
  const note = (id: string): string => `<message to='romeo@chat.cam.ac.uk/web' id='${id}'><body>Hail</body></message>`

  test('a client begins, logs in, restarts, binds, talks and ends', async () => {
    const client = new Client()
    const first = await client.begin()
    assert.match(first, /^<body xmlns='http:\/\/jabber\.org\/protocol\/httpbind' xmlns:xmpp='urn:xmpp:xbosh' xmlns:stream=/)
    assert.match(first, / wait='60' hold='1' requests='2' .*xmpp:restartlogic='true'.*<stream:features.*PLAIN/)
    assert.doesNotMatch(first, /-PLUS|<open/)
    const bound = await new Client().login()
    // A stanza without a namespace is the client's (XEP-0206 §2).
    assert.match(await bound.says(note('m1')), /<message xmlns='jabber:client'.*id='m1'.*Hail/)
    assert.match(
      await bound.says(`<presence xmlns='jabber:client' type='unavailable'/>`, `type='terminate'`),
      /^<body xmlns='[^']+' type='terminate'\/>$/,
    )
    assert.match(await bound.says(''), /type='terminate' condition='item-not-found'/)
  })

  test('a request waits until there is something to say, or another one comes', async () => {
    const client = await new Client().login()
    const held = client.says('')
    const juliet = await town.login('balcony', 'juliet')
    juliet.say(note('late'))
    assert.match(await held, /id='late'/)
    const older = client.says('')
    const newer = client.says(`<iq xmlns='jabber:client' type='get' id='p' to='chat.cam.ac.uk'><ping xmlns='urn:xmpp:ping'/></iq>`)
    assert.match(await older, /<iq [^>]*type='result'|^<body xmlns='[^']+' ack='\d+'\/>$/)
    juliet.say(note('later'))
    assert.match(await newer, /id='later'|type='result'/)
    await juliet.vanishes()
  })

  test('requests that overtake each other are heard in order, and an answer that was lost comes again', async () => {
    const client = await new Client().login()
    const rid = client.rid
    const second = client.says(note('second'), '', rid + 2)
    const first = client.says(note('first'), '', rid + 1)
    assert.match(await first, /id='first'.*id='second'/)
    assert.equal(await client.says(note('first'), '', rid + 1), await first)
    client.rid = rid + 2
    assert.match(await client.says('', '', rid + 9), /type='terminate' condition='item-not-found'/)
    assert.match(await second, /type='terminate' condition='other-request'/)
  })

  test('a request that is sent again takes the place of the one before', async () => {
    const client = await new Client().login()
    const rid = client.rid + 1
    const lost = client.says('', '', rid)
    await new Promise(resolve => setTimeout(resolve, 50))
    const again = client.says('', '', rid)
    assert.match(await lost, /^<body xmlns='[^']+' type='error'\/>$/)
    const juliet = await town.login('balcony2', 'juliet')
    juliet.say(note('found'))
    assert.match(await again, /id='found'/)
    await juliet.vanishes()
  })

  test('who polls with nothing to say is told to be slower', async () => {
    const client = new Client()
    assert.match(await client.begin(`hold='0' wait='0'`), / wait='0' hold='0' requests='1' .*<stream:features/)
    await client.says('')
    assert.match(await client.says(''), /type='terminate' condition='policy-violation'/)
    const impatient = await new Client().login()
    const held = impatient.says('')
    await new Promise(resolve => setTimeout(resolve, 20))
    const last = impatient.says('')
    assert.match(`${await held}${await last}`, /type='terminate' condition='policy-violation'/)
  })

  test('a pause empties the line', async () => {
    const client = await new Client().login()
    const held = client.says('')
    await new Promise(resolve => setTimeout(resolve, 20))
    const paused = await client.says('', `pause='30'`)
    for (const answer of [await held, paused]) assert.match(answer, /^<body xmlns='[^']+'(?: ack='\d+')?\/>$/)
    assert.match(await client.says(note('back')), /id='back'/)
  })

  test('a stream that ends with an error says so', async () => {
    const client = await new Client().login()
    assert.match(
      await client.says(`<nonsense xmlns='urn:x'/>`),
      /type='terminate' condition='remote-stream-error'.*<stream:error.*unsupported-stanza-type/,
    )
  })

  for (const [what, text, condition] of [
    ['no XML', 'hello', 'bad-request'],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0xff]), 'bad-request'],
    ['another element', `<a xmlns='${BODY}' rid='1'/>`, 'bad-request'],
    ['no number', `<body xmlns='${BODY}' to='chat.cam.ac.uk'/>`, 'bad-request'],
    ['a number that is none', `<body xmlns='${BODY}' rid='9999999999999999' to='chat.cam.ac.uk'/>`, 'bad-request'],
    ['two bodies', `<body xmlns='${BODY}' rid='1'/><body xmlns='${BODY}' rid='2'/>`, 'bad-request'],
    ['entities', `<!DOCTYPE a [<!ENTITY b "c">]><body xmlns='${BODY}' rid='1' to='&b;'/>`, 'bad-request'],
    ['no domain', `<body xmlns='${BODY}' rid='1'/>`, 'improper-addressing'],
    ['another domain', `<body xmlns='${BODY}' rid='1' to='example.org'/>`, 'host-unknown'],
    ['a session that is not there', `<body xmlns='${BODY}' rid='1' sid='guess'/>`, 'item-not-found'],
  ] as const) {
    test(`${what} ends with ${condition}`, async () => {
      assert.match(await post(text), new RegExp(`^<body xmlns='[^']+' type='terminate' condition='${condition}'/>$`))
    })
  }

  test('host-meta names it', async () => {
    const asked = request({
      host: '127.0.0.1',
      port: town.ports.https,
      path: '/.well-known/host-meta',
      rejectUnauthorized: false,
      agent,
    }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const text = (await response.setEncoding('utf8').toArray()).join('')
    assert.match(text, new RegExp(`rel='urn:xmpp:alt-connections:xbosh' href='https://chat.cam.ac.uk:${town.ports.https}/http-bind'`))
  })

  test('the server stops though clients wait', async () => {
    const other = await here({ people: [] })
    const asked = request({
      host: '127.0.0.1',
      port: other.ports.https,
      path: '/http-bind',
      method: 'POST',
      rejectUnauthorized: false,
      agent,
    })
    asked.end(`<body xmlns='${BODY}' rid='7' to='chat.cam.ac.uk' hold='1' wait='60'/>`)
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const sid = /sid='([^']+)'/.exec((await response.setEncoding('utf8').toArray()).join(''))?.[1]
    const held = request({
      host: '127.0.0.1',
      port: other.ports.https,
      path: '/http-bind',
      method: 'POST',
      rejectUnauthorized: false,
      agent,
    })
    held.end(`<body xmlns='${BODY}' rid='8' sid='${sid}'/>`)
    await new Promise(resolve => setTimeout(resolve, 50))
    const stopped = other[Symbol.asyncDispose]()
    const [last] = (await once(held, 'response')) as [IncomingMessage]
    assert.match((await last.setEncoding('utf8').toArray()).join(''), /type='terminate'.*system-shutdown/)
    await stopped
  })
})
