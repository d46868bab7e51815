import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { temporaryStore } from '../../storage/sqlite/temporary-store.ts'
import { administers, COVEN, enters, founds, roomTown } from './rooms.testing.ts'

const at = { to: COVEN }

test('XEP-0463: a version is known after every start, and changes after it are told; an account that is gone leaves nothing of itself', async () => {
  await using folder = temporaryStore()
  const mav = (since = ''): string =>
    `<x xmlns='http://jabber.org/protocol/muc'><mav xmlns='urn:xmpp:muc:affiliations:1'${since === '' ? '' : ` since='${since}'`}/></x>`
  const told = async (romeo: TownClient, since?: string) => {
    await enters(romeo, COVEN, mav(since))
    const [first = '', ...more] = romeo.takes()
    const version =
      /muc:affiliations:1' until='([^']*)'[^>]*>(?:<item [^>]*>)*<status code='100'/.exec([first, ...more].join(''))?.[1] ?? ''
    const items = Array.from(first.startsWith('<message') ? first.matchAll(/<item [^>]*jid='(\w+)@[^>]*>/g) : [], ([, who]) => who ?? '')
    return { version, isWhole: !/<mav [^>]*since=/.test(first), items }
  }
  let store = await folder.open()
  const start = () => roomTown({}, { store: () => store })
  const restart = async () => {
    await store.close()
    store = await folder.open()
    return start().client('romeo/orchard')
  }
  let romeo = start().client('romeo/orchard')
  await founds(romeo)
  await administers(romeo, { jid: 'tybalt@chat.cam.ac.uk', affiliation: 'member' })
  const before = (await told(romeo)).version
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
  await administers(romeo, { jid: 'tybalt@chat.cam.ac.uk', affiliation: 'none' })
  assert.match(
    romeo.takes().join(''),
    /^<message to='romeo@chat.cam.ac.uk\/orchard' from='coven@group.chat.cam.ac.uk'><x [^>]*><mav [^>]*since=/,
  )
  romeo = await restart()
  const diff = await told(romeo, before)
  assert.deepEqual([diff.isWhole, diff.items], [false, ['juliet', 'tybalt']])
  assert.deepEqual((await told(romeo, diff.version)).items, [], 'it is the current one')
  assert.deepEqual((await told(romeo, 'x')).items, ['juliet', 'romeo'])
  assert.ok((await romeo.asks(AskInfo, { node: undefined }, at)).features.includes('urn:xmpp:muc:affiliations:1'))
  await store.rooms.forget('juliet@chat.cam.ac.uk')
  romeo = await restart()
  assert.deepEqual(await told(romeo, diff.version).then(({ isWhole, items }) => [isWhole, items]), [true, ['romeo']])
})

test('XEP-0463: those inside are told when an account is no more, and nobody can ask for it afterwards', async () => {
  const { client, forget, store } = roomTown()
  const romeo = client('romeo/orchard')
  await founds(romeo)
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
  romeo.takes()
  await forget('juliet')
  assert.match(romeo.takes().join(''), /<item affiliation='none' jid='juliet@chat.cam.ac.uk' role='none'\/>/)
  const kept = await store.rooms.load('coven')
  assert.deepEqual(kept?.changes, [])
  await enters(romeo)
  assert.match(romeo.takes().join(''), new RegExp(`<mav [^>]*until='${kept?.version}'`))
})
