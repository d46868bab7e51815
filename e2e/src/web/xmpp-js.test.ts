/** A client without a page: `@xmpp/client` over WebSocket, with the cookie of somebody who signed in. It knows nothing of how its stream began. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Entity, client, xml } from '@xmpp/client'
import { start } from '../clients/xmpp-js.ts'
import { type Campus, startCampus } from './campus.ts'
import { bindsAs, signIn } from './sign-in.ts'

const PlainWebSocket = globalThis.WebSocket

describe('@xmpp/client through the relay', { timeout: 60_000 }, () => {
  let campus: Campus
  const entities: Entity[] = []
  before(async () => {
    campus = await startCampus()
    // What a browser adds to every WebSocket by itself; here the address says whose cookie it is.
    globalThis.WebSocket = class extends PlainWebSocket {
      constructor(url: string, protocols: string[]) {
        const headers = { Cookie: url.slice(url.indexOf('?') + 1), Origin: campus.url }
        super(url, { protocols, headers })
      }
    } as unknown as typeof WebSocket
  })
  after(async () => {
    globalThis.WebSocket = PlainWebSocket
    for (const entity of entities) {
      entity.reconnect.stop()
      await entity.stop().catch(() => {})
    }
    await campus?.stop()
  })

  async function comes(
    here: Campus,
    cookie: string,
  ): Promise<{ entity: Entity; heard: (body: string) => Promise<string>; resumed: Promise<void> }> {
    const entity = client({
      service: `${here.url.replace('https', 'wss')}/xmpp-websocket?${cookie}`,
      domain: 'localhost',
      resource: 'xmppjs',
      timeout: 10_000,
      credentials: () => assert.fail('nobody asks for a password'),
    })
    entities.push(entity)
    entity.reconnect.delay = 100
    entity.on('error', () => {})
    const waiting = new Map<string, (from: string) => void>()
    entity.on('stanza', stanza => waiting.get(stanza.getChildText('body') ?? '')?.(stanza.attrs['from'] ?? ''))
    const resumed = new Promise<void>(resolve => entity.streamManagement.on('resumed', resolve))
    await start(entity)
    await entity.send(xml('presence'))
    return { entity, heard: body => new Promise(resolve => void waiting.set(body, resolve)), resumed }
  }
  const say = (entity: Entity, to: string, body: string): Promise<void> =>
    entity.send(xml('message', { to: `${to}@localhost`, type: 'chat' }, xml('body', {}, body)))

  test('it talks, loses the line, resumes, and ends when its person signs out', async () => {
    const cookie = await signIn(campus.url, 'fanf2')
    const fanf2 = await comes(campus, cookie)
    const amt33 = await comes(campus, await signIn(campus.url, 'amt33'))
    assert.match(fanf2.entity.jid.toString(), /^fanf2@localhost\//)
    const hello = amt33.heard('hello')
    await say(fanf2.entity, 'amt33', 'hello')
    assert.match(await hello, /^fanf2@localhost\//)

    campus.line.cut()
    const meanwhile = amt33.heard('meanwhile')
    await Promise.all([fanf2.resumed, amt33.resumed])
    await say(fanf2.entity, 'amt33', 'meanwhile')
    await meanwhile

    fanf2.entity.reconnect.stop()
    const ended = new Promise<Error>(resolve => fanf2.entity.on('error', resolve))
    await fetch(`${campus.url}/sign-out`, { method: 'POST', headers: { Cookie: cookie, Origin: campus.url } })
    assert.match((await ended).message, /not-authorized/)
  })

  test('it ends when its person is locked, and does not come back', async () => {
    const cookie = await signIn(campus.url, 'ref25')
    const { entity } = await comes(campus, cookie)
    const gone = new Promise<void>(resolve => entity.on('disconnect', resolve))
    entity.reconnect.stop()
    await campus.does('user', 'lock', 'ref25')
    await gone
    await assert.rejects(bindsAs(campus.url, cookie))
  })

  test('without the cookie, or from a page of another site, nobody comes in', async () => {
    const cookie = await signIn(campus.url, 'rjd4')
    const { url } = campus
    for (const headers of [{ Origin: url }, { Cookie: cookie, Origin: 'https://evil.example' }, { Cookie: cookie }]) {
      const socket = new PlainWebSocket(`${url.replace('https', 'wss')}/xmpp-websocket`, { protocols: ['xmpp'], headers })
      const outcome = await new Promise(resolve => {
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
      })
      assert.equal(outcome, 'refused')
    }
  })
})
