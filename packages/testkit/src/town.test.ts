import assert from 'node:assert/strict'
import test from 'node:test'
import type { Module } from '@plodge/server/routing/host.ts'
import { element } from '@plodge/xmpp/xeps/codec.ts'
import { get } from '@plodge/xmpp/xeps/exchange.ts'
import { town } from './town.ts'

const Greeting = get(element('urn:example', 'hello'))

test('friends see each other come, and read what the other says', async () => {
  const { client, befriend, log } = town()
  await befriend('romeo', 'juliet')
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await romeo.comes()
  await juliet.comes({ priority: 5 })
  assert.deepEqual(romeo.takes(), [
    `<presence to='romeo@chat.cam.ac.uk' from='romeo@chat.cam.ac.uk/orchard'><priority>0</priority></presence>`,
    `<presence to='romeo@chat.cam.ac.uk' from='juliet@chat.cam.ac.uk/balcony'><priority>5</priority></presence>`,
  ])
  juliet.takes()
  await romeo.says(`<message to='juliet@chat.cam.ac.uk' type='chat'><body>It is the east</body></message>`)
  assert.deepEqual(juliet.takes(), [
    `<message to='juliet@chat.cam.ac.uk' from='romeo@chat.cam.ac.uk/orchard' type='chat'><body>It is the east</body></message>`,
  ])
  await juliet.leaves()
  assert.deepEqual(romeo.takes(), [`<presence to='romeo@chat.cam.ac.uk' from='juliet@chat.cam.ac.uk/balcony' type='unavailable'/>`])
  assert.deepEqual(log.complaints, [])
})

test('a question is answered by the module under test, and refused by no module', async () => {
  const asked: string[] = []
  const greeter: Module = {
    name: 'greeter',
    implements: {},
    install: host => host.answer(Greeting, 'server', (_, { from }) => void asked.push(from.full)),
  }
  const { client } = town({ modules: () => [greeter] })
  const romeo = client('romeo/orchard')
  await romeo.asks(Greeting, {}, { to: 'chat.cam.ac.uk' })
  assert.deepEqual(asked, ['romeo@chat.cam.ac.uk/orchard'])
  await assert.rejects(romeo.asks(Greeting, {}), { name: 'StanzaError', condition: 'service-unavailable' })
})

test('what a lost client did not acknowledge comes again when it returns', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony', { acknowledges: true })
  const say = (words: string): Promise<void> =>
    romeo.says(`<message to='juliet@chat.cam.ac.uk/balcony' type='chat'><body>${words}</body></message>`)
  await say('one')
  juliet.acknowledges()
  await say('two')
  await juliet.vanishes()
  await say('three')
  juliet.takes()
  await juliet.returns()
  assert.deepEqual(
    juliet.takes().map(text => /<body>(.*)<\/body>/.exec(text)?.[1]),
    ['two', 'three'],
  )
})
