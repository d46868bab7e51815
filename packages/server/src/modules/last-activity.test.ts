import assert from 'node:assert/strict'
import test from 'node:test'
import { AskLastActivity } from '@plodge/xmpp/xeps/last-activity.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import { mayAsk } from '../accounts/may-ask.ts'
import { lastActivity } from './last-activity.ts'

const DOMAIN = 'chat.cam.ac.uk'
const ROMEO = { to: `romeo@${DOMAIN}` }
const here = (): Town =>
  town({ modules: ({ host, rosters, store }) => [lastActivity({ documents: store.documents, mayAsk: mayAsk(host.people, rosters) })] })

test('the server says how long it has been up', async () => {
  const { client, clock } = here()
  clock.advance({ hours: 34, milliseconds: 999 })
  assert.equal((await client('romeo/orchard').asks(AskLastActivity, {}, { to: DOMAIN })).seconds, 34 * 3600)
})

test('a friend learns when somebody left and what they said then', async () => {
  const { client, clock, befriend } = here()
  await befriend('romeo', 'juliet')
  const juliet = client('juliet/balcony')
  const romeo = client('romeo/orchard')
  await romeo.comes()
  await romeo.says(`<presence type='unavailable'><status>Heading Home</status></presence>`)
  clock.advance({ minutes: 1 })
  assert.deepEqual(await juliet.asks(AskLastActivity, {}, ROMEO), { seconds: 0, status: '' }, 'still connected')
  await romeo.leaves()
  clock.advance({ minutes: 15, seconds: 3 })
  assert.deepEqual(await juliet.asks(AskLastActivity, {}, ROMEO), { seconds: 903, status: 'Heading Home' })
})

test('somebody is here as long as one device is, and what was said before coming back is forgotten', async () => {
  const { client, clock, befriend, store } = here()
  await befriend('romeo', 'juliet')
  const juliet = client('juliet/balcony')
  const phone = client('romeo/phone')
  const laptop = client('romeo/laptop')
  await phone.comes()
  await phone.says(`<presence type='unavailable'><status>Away</status></presence>`)
  await phone.comes()
  await laptop.leaves()
  assert.equal((await store.documents.list('romeo', 'last-activity')).size, 0, 'nothing is written while somebody stays')
  clock.advance({ minutes: 5 })
  assert.equal((await juliet.asks(AskLastActivity, {}, ROMEO)).seconds, 0)
  await phone.leaves()
  clock.advance({ seconds: 7 })
  assert.deepEqual(await juliet.asks(AskLastActivity, {}, ROMEO), { seconds: 7, status: '' })
})

test('strangers learn nothing, of an account or a device, not even whether it is there', async () => {
  const { client } = here()
  client('romeo/orchard')
  const tybalt = client('tybalt/street')
  for (const to of [`romeo@${DOMAIN}`, `nobody@${DOMAIN}`, `romeo@${DOMAIN}/orchard`, `romeo@${DOMAIN}/elsewhere`, `nobody@${DOMAIN}/x`])
    await assert.rejects(tybalt.asks(AskLastActivity, {}, { to }), { condition: 'forbidden' }, to)
})

test('a friend’s question to a device reaches the device', async () => {
  const { client, befriend } = here()
  await befriend('romeo', 'juliet')
  const romeo = client('romeo/orchard')
  await client('juliet/balcony').says(`<iq to='romeo@${DOMAIN}/orchard' type='get' id='l1'><query xmlns='jabber:iq:last'/></iq>`)
  assert.equal(romeo.inbox.length, 1)
})

test('who has never left has no last activity', async () => {
  const { client, befriend } = here()
  await befriend('romeo', 'juliet')
  await assert.rejects(client('juliet/balcony').asks(AskLastActivity, {}, ROMEO), { condition: 'item-not-found' })
})

test('log-outs are written together, the last of each, none of who is gone, and all when the server stops', async () => {
  const written: string[] = []
  let close = async (): Promise<void> => {}
  const { client, host, store } = town({
    modules: ({ host, rosters, store }) => {
      const set: typeof store.documents.set = async (owner, kind, name, text) => {
        if (kind === 'last-activity') written.push(owner)
        await store.documents.set(owner, kind, name, text)
      }
      const module = lastActivity({
        documents: { ...store.documents, get: (...of) => store.documents.get(...of), set },
        mayAsk: mayAsk(host.people, rosters),
      })
      close = () => module.close()
      return [module]
    },
  })
  for (const resource of ['a', 'b', 'c']) {
    const romeo = client(`romeo/${resource}`)
    await romeo.comes()
    await romeo.leaves()
  }
  await client('juliet/balcony').leaves()
  await client('tybalt/street').leaves()
  for (const handler of host.removed) handler('tybalt')
  assert.deepEqual(written, [])
  await close()
  assert.deepEqual(new Set(written), new Set(['juliet', 'romeo']))
  assert.notEqual(await store.documents.get('romeo', 'last-activity', ''), undefined)
})
