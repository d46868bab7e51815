import assert from 'node:assert/strict'
import { test } from 'node:test'
import { town } from '@plodge/testkit/town.ts'

const BODY = '<body>Hail</body>'
type Fate = 'delivered' | 'refused' | 'dropped'

/** RFC 6121 §8.5.4, Table 1, with an archive: what would wait offline is refused here, since this town keeps nothing. */
const TABLE: readonly (readonly [who: string, to: string, fates: Readonly<Record<string, Fate>>])[] = [
  ['nobody of that name', 'rosaline', { normal: 'refused', chat: 'refused', groupchat: 'refused', headline: 'dropped', error: 'dropped' }],
  ['nobody connected', 'nurse', { normal: 'refused', chat: 'refused', groupchat: 'refused', headline: 'dropped', error: 'dropped' }],
  ['nobody connected', 'nurse/none', { normal: 'refused', chat: 'refused', groupchat: 'refused', headline: 'dropped', error: 'dropped' }],
  ['a negative priority', 'tybalt', { normal: 'refused', chat: 'refused', groupchat: 'refused', headline: 'dropped', error: 'dropped' }],
  [
    'a negative priority',
    'tybalt/street',
    { normal: 'delivered', chat: 'delivered', groupchat: 'delivered', headline: 'delivered', error: 'delivered' },
  ],
  [
    'a negative priority',
    'tybalt/none',
    { normal: 'refused', chat: 'refused', groupchat: 'refused', headline: 'dropped', error: 'dropped' },
  ],
  ['one available', 'juliet', { normal: 'delivered', chat: 'delivered', groupchat: 'refused', headline: 'delivered', error: 'dropped' }],
  [
    'one available',
    'juliet/balcony',
    { normal: 'delivered', chat: 'delivered', groupchat: 'delivered', headline: 'delivered', error: 'delivered' },
  ],
  ['one available', 'juliet/none', { normal: 'refused', chat: 'delivered', groupchat: 'refused', headline: 'dropped', error: 'dropped' }],
]

for (const [who, name, fates] of TABLE) {
  for (const [type, fate] of Object.entries(fates)) {
    test(`RFC 6121 §8.5: ${type} to ${name} (${who}) is ${fate}`, async () => {
      const { client } = town()
      const romeo = client('romeo/orchard')
      const tybalt = client('tybalt/street')
      const juliet = client('juliet/balcony')
      await tybalt.comes({ priority: -1 })
      await juliet.comes()
      for (const device of [romeo, tybalt, juliet]) device.takes()
      const [local = '', resource] = name.split('/')
      await romeo.says(
        `<message to='${local}@chat.cam.ac.uk${resource === undefined ? '' : `/${resource}`}' type='${type}' id='m'>${BODY}</message>`,
      )
      const arrived = [...tybalt.takes(), ...juliet.takes()].length
      const refused = romeo.takes().filter(stanza => stanza.includes(`type='error'`) && stanza.includes('<service-unavailable')).length
      assert.deepEqual({ arrived, refused }, { arrived: fate === 'delivered' ? 1 : 0, refused: fate === 'refused' ? 1 : 0 })
    })
  }
}

test('RFC 6121 §8.5.2.1.1: a chat goes to the devices of the highest priority, a headline to all that are not negative', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  const devices = [client('juliet/a'), client('juliet/b'), client('juliet/c'), client('juliet/d')]
  for (const [i, priority] of [5, 5, 1, -1].entries()) await devices[i]?.comes({ priority })
  const counts = (): number[] => devices.map(device => device.takes().filter(stanza => stanza.startsWith('<message')).length)
  counts()
  await romeo.says(`<message to='juliet@chat.cam.ac.uk' type='chat'>${BODY}</message>`)
  assert.deepEqual(counts(), [1, 1, 0, 0])
  await romeo.says(`<message to='juliet@chat.cam.ac.uk' type='headline'>${BODY}</message>`)
  assert.deepEqual(counts(), [1, 1, 1, 0])
})

test('RFC 6121 §5.2.2: a type that nobody knows counts as normal', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await juliet.comes()
  juliet.takes()
  await romeo.says(`<message to='juliet@chat.cam.ac.uk' type='sonnet'>${BODY}</message>`)
  assert.equal(juliet.takes().length, 1)
})

test('RFC 6121 §8.1: a message to nobody is to oneself', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.comes()
  romeo.takes()
  await romeo.says(`<message type='chat'>${BODY}</message>`)
  assert.deepEqual(romeo.takes(), [`<message to='romeo@chat.cam.ac.uk' from='romeo@chat.cam.ac.uk/orchard' type='chat'>${BODY}</message>`])
})

test('another domain is refused, and so is the server itself', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.says(
    `<message to='paris@verona.example' id='1'>${BODY}</message><message to='chat.cam.ac.uk' id='2'>${BODY}</message><iq to='verona.example' type='get' id='3'><x xmlns='y'/></iq>`,
  )
  const conditions = romeo.takes().map(stanza => /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'\/>/.exec(stanza)?.[1])
  assert.deepEqual(conditions, ['remote-server-not-found', 'service-unavailable', 'remote-server-not-found'])
})
