/** A guest on `@xmpp/client`, which has no account (XEP-0175): it gets in, and answers a person who speaks to it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Entity, client, xml } from '@xmpp/client'
import { Arrivals } from './clients/device.ts'
import { start, xmppJs } from './clients/xmpp-js.ts'
import { startPlodge } from './target/plodge.ts'
import { type RunningTarget, person } from './target/target.ts'

const GUESTS = 'guests.localhost'
let target: RunningTarget
before(async () => {
  target = await startPlodge({ people: 1, more: `[services]\nguests = "${GUESTS}"\n` })
})
after(() => target.stop())

function guest(service: string): Entity {
  const entity = client({
    service,
    domain: GUESTS,
    resource: 'visit',
    timeout: 10_000,
    credentials: (authenticate, mechanisms) => {
      assert.deepEqual(mechanisms, ['ANONYMOUS'])
      return authenticate({ username: '', password: '' }, 'ANONYMOUS')
    },
  })
  entity.sasl2.use('urn:xmpp:bind:0', () => undefined)
  return entity
}

for (const [name, service] of [
  ['WebSocket', (): string => target.wsUrl],
  ['TLS', (): string => `xmpps://localhost:${target.tlsPort}`],
] as const)
  test(`over ${name}`, async t => {
    const visitor = guest(service())
    const heard = new Arrivals<{ readonly from: string; readonly body: string }>('the guest')
    visitor.on('stanza', stanza => {
      const body = stanza.getChildText('body')
      if (body !== null) heard.add({ from: stanza.attrs['from'] ?? '', body })
    })
    await start(visitor)
    t.after(() => visitor.stop())
    const jid = visitor.jid.toString()
    assert.match(jid, /^[0-9a-f-]{36}@guests\.localhost\/visit$/)
    const door = { label: 'TLS', transport: 'tls', mechanism: 'PLAIN' } as const
    const account = person(target, 0)
    const romeo = await xmppJs.connect(target, account, { resource: 'desk', door })
    t.after(() => romeo.leave())
    romeo.say(jid, 'Who is there?')
    assert.equal((await heard.next(({ body }) => body === 'Who is there?', 'the question')).from, romeo.jid)
    await visitor.send(xml('message', { to: romeo.jid, type: 'chat' }, xml('body', {}, 'A pilgrim')))
    assert.equal(await romeo.hears('A pilgrim'), jid.replace('/visit', ''))
  })
