import assert from 'node:assert/strict'
import test from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import { archive } from '../modules/archive/archive.ts'
import { carbons } from '../modules/carbons/carbons.ts'
import { offline, type OfflineModule } from '../modules/offline/offline.ts'
import type { Store } from '../storage/repositories.ts'
import type { Limits } from '../settings.ts'
import { careForLost } from './lost-sessions.ts'
import { Resumables } from './resumables.ts'

const JULIET = 'juliet@chat.cam.ac.uk'
const chat = (words: string, more = ''): string =>
  `<message to='${JULIET}' type='chat' id='${words}'><body>${words}</body>${more}</message>`
const words = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `m${from + i}`)
const say = (client: TownClient, texts: readonly string[]): Promise<void> => client.says(texts.map(text => chat(text)).join(''))
/** What came, by what it says; a copy has a star. */
const takes = (client: TownClient): string[] =>
  client.takes().flatMap(text => {
    const said = /<(?:body|status)>(.*?)</.exec(text)?.[1]
    return said === undefined ? [] : [text.includes('urn:xmpp:carbons:2') ? `${said}*` : said]
  })

interface Night extends Town {
  readonly romeo: TownClient
  readonly phone: TownClient
  readonly delivery: OfflineModule
  /** A second of the server's clock, so much later. */
  readonly later: (seconds: number, limits?: Partial<Limits>) => void
  readonly sleeps: (client: TownClient) => Promise<void>
}

async function night(options: { readonly store?: Store } = {}): Promise<Night> {
  const { store } = options
  let delivery: OfflineModule | undefined
  const here = town({
    ...(store && { store: () => store }),
    modules: ({ store, rosters }) => {
      const settings = { enabled: true, default: 'always', search: true } as const
      const history = archive({ archive: store.archive, documents: store.documents, rosters, settings })
      delivery = offline({ archive: store.archive, isInHistory: history.isInHistory, pace: () => {} })
      return [carbons(), history, delivery]
    },
  })
  assert.ok(delivery)
  await here.befriend('romeo', 'juliet')
  const resumables = new Resumables()
  const romeo = here.client('romeo/orchard')
  const phone = here.client('juliet/phone', { acknowledges: true })
  await phone.comes()
  phone.acknowledges()
  phone.takes()
  return {
    ...here,
    delivery,
    romeo,
    phone,
    later(seconds, limits) {
      here.clock.advance({ seconds })
      careForLost({ host: here.host, resumables, streams: new Set() }, testLimits(limits), here.clock.now())
    },
    async sleeps(client) {
      await client.vanishes()
      resumables.lost(client.session, here.clock.now())
    },
  }
}

test('a night of messages takes a fraction of its text, and comes in order, once, with its times', async () => {
  const { romeo, phone, later, sleeps, settled, delivery } = await night()
  await say(romeo, ['unacknowledged'])
  phone.takes()
  await sleeps(phone)
  later(11)
  await say(romeo, words(500))
  await romeo.comes({ status: 'a' })
  await romeo.comes({ status: 'b' })
  await say(romeo, ['last'])
  assert.equal(phone.session.waitingCount, 503)
  assert.ok(phone.session.waitingBytes < 500 * 160 + 2000, String(phone.session.waitingBytes))
  await phone.returns()
  const came = phone.takes().filter(text => text.includes('<body>'))
  assert.match(came[7] ?? '', /<stanza-id .*by='juliet@chat.cam.ac.uk'\/><delay xmlns='urn:xmpp:delay' from='chat.cam.ac.uk' stamp='2026-/)
  assert.deepEqual(
    came.map(text => /<body>(.*?)</.exec(text)?.[1]),
    ['unacknowledged', ...words(500), 'last'],
  )
  assert.equal(phone.session.management?.waiting, 503)
  phone.acknowledges()
  assert.equal(phone.session.unackedMark, 0)
  await say(romeo, ['live'])
  assert.deepEqual(takes(phone), ['live'])
  await settled()
  await delivery.close()
})

test('of presence only the newest waits, in its place between messages', async () => {
  const { romeo, phone, later, sleeps, delivery } = await night()
  await sleeps(phone)
  later(11)
  await romeo.comes({ status: 'a' })
  await say(romeo, ['1'])
  await romeo.comes({ status: 'b' })
  await say(romeo, ['2'])
  await phone.returns()
  assert.deepEqual(takes(phone), ['1', 'b', '2'])
  await delivery.close()
})

test('copies come as copies; what is in no history is kept as it is', async () => {
  const { romeo, phone, client, later, sleeps, delivery } = await night()
  await phone.asks(EnableCarbons, {})
  const laptop = client('juliet/laptop')
  await laptop.comes({ priority: 5 })
  phone.acknowledges()
  phone.takes()
  await sleeps(phone)
  later(11)
  await say(romeo, ['in'])
  await laptop.says(`<message to='romeo@chat.cam.ac.uk' type='chat'><body>out</body></message>`)
  await romeo.says(`<message to='${JULIET}/phone' type='chat'><body>hush</body><no-store xmlns='urn:xmpp:hints'/></message>`)
  assert.ok(phone.session.waitingBytes < 1200, String(phone.session.waitingBytes))
  await phone.returns()
  const texts = phone.takes()
  assert.match(
    texts[0] ?? '',
    /^<message to='juliet@chat.cam.ac.uk\/phone' from='juliet@chat.cam.ac.uk' type='chat'><received .*<delay .*<body>in</,
  )
  assert.match(texts[1] ?? '', /<sent xmlns='urn:xmpp:carbons:2'>.*<body>out</)
  assert.match(texts[2] ?? '', /<body>hush</)
  assert.equal(texts.length, 3)
  await delivery.close()
})

test('what comes while the client is given what it missed comes after it', async () => {
  const { romeo, phone, later, sleeps, delivery } = await night()
  await sleeps(phone)
  later(11)
  await say(romeo, words(300))
  const back = phone.returns()
  await say(romeo, words(3, 300))
  await back
  assert.deepEqual(takes(phone), words(303))
  await delivery.close()
})

test('who goes again in the middle of it misses nothing, and is sent nothing twice that it has', async () => {
  const { romeo, phone, later, sleeps, settled, delivery } = await night()
  await sleeps(phone)
  later(11)
  await say(romeo, words(300))
  void phone.returns()
  while (phone.session.management?.waiting === 0) await Promise.resolve()
  const before = takes(phone)
  assert.ok(before.length > 0 && before.length < 300)
  phone.acknowledges()
  await sleeps(phone)
  await settled()
  await say(romeo, words(5, 300))
  await phone.returns()
  assert.deepEqual([...before, ...takes(phone)], words(305))
  await delivery.close()
})

test('phones are waited for longer than others', async () => {
  const { phone, client, host, later, sleeps } = await night()
  const laptop = client('juliet/laptop', { acknowledges: true })
  phone.session.isMobile = true
  await sleeps(laptop)
  await sleeps(phone)
  later(301)
  assert.deepEqual(host.sessions.of(phone.jid), [phone.session])
  later(3000)
  assert.deepEqual(host.sessions.of(phone.jid), [])
})

test('over the budget the first that left is given up, and the next device is given everything once', async () => {
  const before = await night()
  const { romeo, phone, client, host, later, sleeps, settled, log, delivery } = before
  const tablet = client('juliet/tablet', { acknowledges: true })
  await tablet.comes()
  tablet.acknowledges()
  await sleeps(phone)
  await sleeps(tablet)
  later(11)
  await say(romeo, words(100))
  later(1, { unackedBytesTotal: 20_000 })
  assert.deepEqual(host.sessions.of(phone.jid), [tablet.session])
  assert.equal(log.complaints.length, 1)
  later(1, { unackedBytesTotal: 1000 })
  assert.deepEqual(host.sessions.of(phone.jid), [])
  await settled()
  await delivery.flush()
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(
    takes(next).filter(text => text.startsWith('m')),
    words(100),
  )
  await delivery.close()
})

test('when a sleeping device is given up, a device that is there is given what nobody has', async () => {
  const { romeo, phone, client, later, sleeps, settled, delivery } = await night()
  await romeo.says(`<presence to='${JULIET}/phone'/>`)
  await sleeps(phone)
  later(11)
  await romeo.says(
    words(120)
      .map(text => chat(text).replace(JULIET, `${JULIET}/phone`))
      .join(''),
  )
  const laptop = client('juliet/laptop', { acknowledges: true })
  await laptop.comes()
  takes(laptop)
  phone.session.end('reset', '')
  await say(romeo, ['live'])
  await settled()
  assert.deepEqual(takes(laptop).sort(), [...words(120), 'live'].sort())
  laptop.acknowledges()
  await delivery.flush()
  await laptop.leaves()
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), [])
  await delivery.close()
})

test('a session that takes too much memory ends, and loses nothing that was kept', async () => {
  const { romeo, phone, client, sleeps, later, delivery } = await night()
  await sleeps(phone)
  later(11)
  await say(romeo, words(1001))
  assert.equal(phone.session.isLost && phone.ending === undefined, true)
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), words(1001))
  await delivery.close()
})
