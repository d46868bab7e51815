import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundSession } from '../streams/bound-session.ts'
import { Resumables } from '../streams/resumables.ts'
import { endSession } from '../streams/session-end.ts'
import { town } from '@plodge/testkit/town.ts'
import { type Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { element } from '@plodge/xmpp/xeps/codec.ts'
import { get } from '@plodge/xmpp/xeps/exchange.ts'

const Riddle = get(element('urn:example:riddle', 'riddle'))
const QUESTION = `<riddle xmlns='urn:example:riddle'/>`
const conditionOf = (stanza: string | undefined): string | undefined =>
  /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'\/>/.exec(stanza ?? '')?.[1]

for (const [what, iq, condition] of [
  ['without an id', `<iq type='get'>${QUESTION}</iq>`, 'bad-request'],
  ['of no known type', `<iq type='ask' id='1'>${QUESTION}</iq>`, 'bad-request'],
  ['without a type', `<iq id='1'>${QUESTION}</iq>`, 'bad-request'],
  ['with no question', `<iq type='get' id='1'/>`, 'bad-request'],
  ['with two questions', `<iq type='set' id='1'>${QUESTION}${QUESTION}</iq>`, 'bad-request'],
  ['that nobody answers', `<iq type='get' id='1'>${QUESTION}</iq>`, 'service-unavailable'],
  ['to a device that is not there', `<iq type='get' id='1' to='juliet@chat.cam.ac.uk/none'>${QUESTION}</iq>`, 'service-unavailable'],
  ['to a malformed address', `<iq type='get' id='1' to='@@'>${QUESTION}</iq>`, 'jid-malformed'],
] as const) {
  test(`RFC 6120 §8.2.3: an IQ ${what} is answered by ${condition}`, async () => {
    const { client } = town()
    const romeo = client('romeo/orchard')
    await romeo.says(iq)
    assert.equal(conditionOf(romeo.takes()[0]), condition)
  })
}

test('RFC 6120 §8.2.3: a result that nobody waits for is dropped, and an error is never answered', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.says(
    `<iq type='result' id='1' to='chat.cam.ac.uk'/><iq type='error' id='2' to='juliet@chat.cam.ac.uk/none'/><message type='error' to='nobody@chat.cam.ac.uk'><body>x</body></message>`,
  )
  assert.deepEqual(romeo.takes(), [])
})

test("a question between devices goes there and back, under the asker's own address", async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await romeo.says(`<iq type='get' id='q' to='juliet@chat.cam.ac.uk/balcony'>${QUESTION}</iq>`)
  assert.deepEqual(juliet.takes(), [
    `<iq to='juliet@chat.cam.ac.uk/balcony' from='romeo@chat.cam.ac.uk/orchard' type='get' id='q'>${QUESTION}</iq>`,
  ])
  await juliet.says(`<iq type='result' id='q' to='romeo@chat.cam.ac.uk/orchard'/>`)
  assert.deepEqual(romeo.takes(), [`<iq to='romeo@chat.cam.ac.uk/orchard' from='juliet@chat.cam.ac.uk/balcony' type='result' id='q'/>`])
})

test('a mistake of ours answers internal-server-error, is logged, and tells the asker nothing', async () => {
  const { client, host, log } = town()
  host.answer(Riddle, 'server', () => {
    throw new TypeError('a secret of the house')
  })
  const romeo = client('romeo/orchard')
  await romeo.says(`<iq type='get' id='1' to='chat.cam.ac.uk'>${QUESTION}</iq>`)
  const [answer] = romeo.takes()
  assert.equal(conditionOf(answer), 'internal-server-error')
  assert.ok(!answer?.includes('secret'))
  assert.ok(JSON.stringify(log).length > 0)
})

test('two modules that answer the same are a mistake found at start', () => {
  const { host } = town()
  host.answer(Riddle, 'server', () => {})
  assert.throws(() => host.answer(Riddle, ['self', 'server'], () => {}), /two modules answer/)
})

test('RFC 6120 §10.1: what waits for a promise keeps its place', async () => {
  const { client, host } = town()
  const { promise, resolve } = Promise.withResolvers<void>()
  host.answer(Riddle, 'server', () => promise)
  const romeo = client('romeo/orchard')
  const asked = romeo.says(
    `<iq type='get' id='slow' to='chat.cam.ac.uk'>${QUESTION}</iq><iq type='get' id='quick' to='chat.cam.ac.uk'><x xmlns='y'/></iq>`,
  )
  assert.deepEqual(romeo.takes(), [])
  resolve()
  await asked
  assert.deepEqual(
    romeo.takes().map(stanza => /id='(\w+)'/.exec(stanza)?.[1]),
    ['slow', 'quick'],
  )
})

test('what follows from a message that arrived can fail without its sender hearing otherwise', async () => {
  const { client, host, log } = town()
  const heard: string[] = []
  host.messages.copy.push(() => {
    throw new TypeError('no copy')
  })
  host.messages.observe.push(message => heard.push(message.id ?? ''))
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await romeo.says(`<message to='juliet@chat.cam.ac.uk/balcony' id='m1'><body>Hail</body></message>`)
  assert.deepEqual([romeo.takes().length, juliet.takes().length, heard], [0, 1, ['m1']])
  assert.equal(log.complaints.length, 1)
})

test('a module that fails when a session ends keeps no other from hearing of it', async () => {
  const { host, log } = town()
  const ended: string[] = []
  host.life.closed.push(() => {
    throw new TypeError('cannot end')
  })
  host.life.closed.push(session => ended.push(session.jid.full))
  const jid = Jid.parse('romeo@chat.cam.ac.uk/orchard') as Device
  const line = { isFramed: false, address: '', queued: 0, write: () => {}, fail: () => {} }
  const session = new BoundSession(jid, line, 0, () => {})
  host.sessions.add(session)
  endSession(session, { host, resumables: new Resumables() })
  assert.deepEqual(ended, [jid.full])
  assert.equal(log.complaints.length, 1)
})
