import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { EnablePush, PublishNotification } from '@plodge/xmpp/xeps/push.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { OwnNodes } from '../../pubsub/own-nodes.ts'
import { Shelves } from '../../pubsub/shelves.ts'
import { personalEventing } from '../pubsub/personal.ts'
import { push, type PushModule } from '../push/push.ts'
import { administers, COVEN, enters, founds, leaves, roomTown, talks } from './rooms.testing.ts'

const SERVICE = 'push.example'

/** Romeo owns a room, Juliet is a member, and her phone sleeps; she is at her desk in no room. */
async function sleeping(fields: Readonly<Record<string, string>> = {}) {
  const nodes = new OwnNodes()
  let woken: PushModule | undefined
  const parts = roomTown(
    {},
    {
      modules: ({ store, rosters }) => {
        woken = push({
          documents: store.documents,
          settings: () => ({ content: 'text', intervalSeconds: 0, inactiveSeconds: 60 }),
          most: () => 3,
        })
        return [woken, personalEventing({ shelves: new Shelves(store.nodes), rosters, nodes, limits: () => testLimits() })]
      },
    },
    { nodes, wake: (accounts, message, isWanted) => woken?.wake(accounts, message, isWanted) },
  )
  const domain = Jid.parse(SERVICE)?.account ?? assert.fail()
  const service = parts.host.serve({ domain, identity: { category: 'pubsub', type: 'push', name: 'Push' }, features: [] })
  const pushes: string[] = []
  service.answer(PublishNotification, ({ publish }) => void pushes.push(publish.item.notification.payload[0]?.text ?? ''))
  const [romeo, phone] = [parts.client('romeo/orchard'), parts.client('juliet/phone')]
  await founds(romeo, fields)
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
  await phone.asks(EnablePush, { service: SERVICE, node: 'n', options: undefined })
  await phone.leaves()
  return {
    ...parts,
    romeo,
    async count(): Promise<number> {
      await parts.settled()
      return pushes.splice(0).length
    },
  }
}

async function wants({ client }: Awaited<ReturnType<typeof sleeping>>, level: string): Promise<void> {
  const payload = `<conference xmlns='${BOOKMARKS}'><extensions><notify xmlns='urn:xmpp:notification-settings:1'><${level}/></notify></extensions></conference>`
  const items = [{ id: COVEN, publisher: undefined, payloads: [parse(payload)] }]
  await client('juliet/desk').asks(SetPubsub, pubsub({ publish: { node: BOOKMARKS, items } }))
}

test('a member who is away is told of what names them in an open room, and of all in one for members', async () => {
  const open = await sleeping()
  await talks(open.romeo, 'But soft')
  await talks(open.romeo, 'julietta')
  assert.equal(await open.count(), 0)
  await talks(open.romeo, 'Hark, Juliet!')
  assert.equal(await open.count(), 1)
  await open.romeo.says(`<message to='${COVEN}' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`)
  assert.equal(await open.count(), 0)
  const closed = await sleeping({ membersonly: '1' })
  await talks(closed.romeo, 'But soft')
  assert.equal(await closed.count(), 1)
})

test('XEP-0372: a mention that is marked counts, whatever the words are; a reference to something else does not', async () => {
  const parts = await sleeping()
  const refers = (type: string, uri: string): Promise<void> =>
    parts.romeo.says(
      `<message to='${COVEN}' type='groupchat'><body>Good morning, my love</body><reference xmlns='urn:xmpp:reference:0' begin='14' end='21' type='${type}' uri='${uri}'/></message>`,
    )
  await refers('mention', 'xmpp:juliet@chat.cam.ac.uk')
  assert.equal(await parts.count(), 1)
  await refers('mention', `xmpp:${COVEN}/juliet`)
  assert.equal(await parts.count(), 1)
  await refers('data', 'xmpp:juliet@chat.cam.ac.uk')
  await refers('mention', 'https://chat.cam.ac.uk/juliet@chat.cam.ac.uk')
  await refers('mention', 'xmpp:%')
  assert.equal(await parts.count(), 0)
})

test('XEP-0492: each member says how much they want to be told, in the bookmark of the room', async () => {
  const parts = await sleeping()
  for (const [level, text, count] of [
    ['always', 'But soft', 1],
    ['on-mention', 'But soft', 0],
    ['on-mention', 'JULIET', 1],
    ['never', 'juliet', 0],
  ] as const) {
    await wants(parts, level)
    await talks(parts.romeo, text)
    assert.equal(await parts.count(), count, `${level}: ${text}`)
  }
})

test('who is banned, no member, or awake is not told', async () => {
  const parts = await sleeping({ membersonly: '1' })
  const phone = parts.client('juliet/phone')
  await enters(phone)
  await talks(parts.romeo, 'juliet')
  assert.equal(await parts.count(), 0, 'the phone is awake')
  await leaves(phone)
  await phone.leaves()
  await administers(parts.romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'outcast' })
  await talks(parts.romeo, 'juliet')
  await administers(parts.romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'none' })
  await talks(parts.romeo, 'juliet')
  assert.equal(await parts.count(), 0)
})
