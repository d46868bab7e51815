import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import type { Store } from '../../storage/repositories.ts'
import { archive } from '../archive/archive.ts'
import { carbons } from '../carbons/carbons.ts'
import { offline, type OfflineModule } from './offline.ts'

interface OfflineTown extends Town {
  readonly delivery: OfflineModule
}

/** With the same store it is the same town after a crash. */
function offlineTown({
  store,
  hasHistory = true,
  pace = () => {},
}: { store?: Store; hasHistory?: boolean; pace?: () => void } = {}): OfflineTown {
  let delivery: OfflineModule | undefined
  const parts = town({
    ...(store && { store: () => store }),
    modules: ({ store, rosters }) => {
      const history = archive({
        archive: store.archive,
        documents: store.documents,
        rosters,
        settings: { enabled: hasHistory, default: 'always', search: true },
      })
      delivery = offline({ archive: store.archive, isInHistory: history.isInHistory, pace })
      return [carbons(), history, delivery]
    },
  })
  assert.ok(delivery)
  return { ...parts, delivery }
}

const JULIET = 'juliet@chat.cam.ac.uk'
const chat = (words: string, to = JULIET): string => `<message to='${to}' type='chat' id='${words}'><body>${words}</body></message>`
/** The messages that came, by what they say; a copy has a star. */
const takes = (client: TownClient): string[] =>
  client.takes().flatMap(text => {
    const body = /<body>(.*?)<\/body>/.exec(text)?.[1]
    return body === undefined ? [] : [text.includes('urn:xmpp:carbons:2') ? `${body}*` : body]
  })

test('what came while nobody was there comes at log-in, in order, stamped, once', async () => {
  const { client, clock, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  await romeo.says(chat('1'))
  clock.advance({ hours: 1 })
  await romeo.says(chat('2'))
  const juliet = client('juliet/balcony')
  assert.deepEqual(juliet.takes(), [])
  clock.advance({ hours: 1 })
  await juliet.comes({ priority: -1 })
  assert.deepEqual(takes(juliet), [], 'a negative priority wants none')
  await juliet.comes({ priority: 1 })
  const messages = juliet.takes().filter(text => text.startsWith('<message'))
  assert.match(
    messages[0] ?? '',
    /^<message to='juliet@chat.cam.ac.uk' from='romeo@chat.cam.ac.uk\/orchard' type='chat' id='1'><body>1<\/body><stanza-id xmlns='urn:xmpp:sid:0' id='\d+' by='juliet@chat.cam.ac.uk'\/><delay xmlns='urn:xmpp:delay' from='chat.cam.ac.uk' stamp='2026-11-02T09:00:00.000Z'\/><\/message>$/,
  )
  assert.match(messages[1] ?? '', /<body>2<.*stamp='2026-11-02T10:00:00.000Z'/)
  assert.equal(messages.length, 2)
  const tomb = client('juliet/tomb')
  await tomb.comes()
  assert.deepEqual(takes(tomb), [])
  await delivery.close()
})

test('a chat state, a headline and a message nobody may store do not wait', async () => {
  const { client, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  await romeo.says(`<message to='${JULIET}' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`)
  await romeo.says(`<message to='${JULIET}' type='headline'><body>News</body></message>`)
  assert.deepEqual(romeo.takes(), [])
  await romeo.says(`<message to='${JULIET}' type='chat'><body>Hush</body><no-store xmlns='urn:xmpp:hints'/></message>`)
  assert.match(romeo.takes().join(), /service-unavailable/)
  const juliet = client('juliet/balcony')
  await juliet.comes()
  assert.deepEqual(takes(juliet), [])
  await delivery.close()
})

test('without history messages wait all the same, and then are gone', async () => {
  const { client, delivery, store } = offlineTown({ hasHistory: false })
  await client('romeo/orchard').says(chat('1'))
  const juliet = client('juliet/balcony')
  await juliet.comes()
  const message = juliet.takes().find(text => text.startsWith('<message'))
  assert.ok(message?.includes('<body>1</body><delay'), 'no id of a history that does not exist')
  await delivery.close()
  assert.deepEqual(await store.archive.undelivered('juliet', 0, 10), [])
})

test('after a crash what no device had comes again, and after a flush nothing does', async () => {
  const before = offlineTown()
  const romeo = before.client('romeo/orchard')
  const juliet = before.client('juliet/balcony')
  await juliet.comes()
  await romeo.says(chat('1'))
  await before.delivery.flush()
  await romeo.says(chat('2'))
  const after = offlineTown({ store: before.store })
  const again = after.client('juliet/balcony')
  await again.comes()
  assert.deepEqual(takes(again), ['2'])
  await after.delivery.close()
  const third = offlineTown({ store: before.store })
  const last = third.client('juliet/balcony')
  await last.comes()
  assert.deepEqual(takes(last), [])
  await Promise.all([before.delivery.close(), third.delivery.close()])
})

test('what a device did not acknowledge has not reached it', async () => {
  const before = offlineTown()
  const romeo = before.client('romeo/orchard')
  const juliet = before.client('juliet/balcony', { acknowledges: true })
  await juliet.comes()
  juliet.acknowledges()
  await romeo.says(chat('1') + chat('2') + chat('3'))
  juliet.acknowledges(1)
  await before.delivery.flush()
  const after = offlineTown({ store: before.store })
  const again = after.client('juliet/balcony')
  await again.comes()
  assert.deepEqual(takes(again), ['2', '3'])
  await Promise.all([before.delivery.close(), after.delivery.close()])
})

test('when a device ends with messages unacknowledged they go to another, or wait for the next', async () => {
  const { client, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  const phone = client('juliet/phone', { acknowledges: true })
  await phone.comes({ priority: 5 })
  const laptop = client('juliet/laptop')
  await laptop.comes({ priority: 0 })
  phone.acknowledges()
  await romeo.says(chat('1'))
  assert.deepEqual(takes(laptop), [])
  await phone.leaves()
  assert.deepEqual(takes(laptop), ['1'])
  await laptop.leaves()
  const tablet = client('juliet/tablet', { acknowledges: true })
  await tablet.comes()
  assert.deepEqual(takes(tablet), [], 'it has reached the laptop')
  tablet.acknowledges()
  await romeo.says(chat('2'))
  takes(tablet)
  await tablet.leaves()
  await romeo.says(chat('3'))
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), ['2', '3'])
  await delivery.close()
})

test('a device that has the copy is not sent the message again, and answers for it', async () => {
  const { client, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  const phone = client('juliet/phone', { acknowledges: true })
  await phone.comes({ priority: 5 })
  const laptop = client('juliet/laptop', { acknowledges: true })
  await laptop.comes({ priority: 0 })
  await laptop.asks(EnableCarbons, {})
  phone.acknowledges()
  laptop.acknowledges()
  await romeo.says(chat('1'))
  assert.deepEqual(takes(laptop), ['1*'])
  await phone.leaves()
  assert.deepEqual(takes(laptop), [])
  await laptop.leaves()
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), ['1'])
  await delivery.close()
})

test('what was in no archive goes to another device, waits, or goes back', async () => {
  const { client, delivery } = offlineTown({ hasHistory: false })
  const romeo = client('romeo/orchard')
  const phone = client('juliet/phone', { acknowledges: true })
  await phone.comes()
  await romeo.says(chat('1') + `<message to='${JULIET}' type='chat' id='2'><body>2</body><no-store xmlns='urn:xmpp:hints'/></message>`)
  await romeo.says(`<iq to='${JULIET}/phone' type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq>`)
  romeo.takes()
  await phone.leaves()
  const answers = romeo.takes()
  assert.equal(answers.length, 2)
  assert.match(answers[0] ?? '', /^<message to='romeo@chat.cam.ac.uk\/orchard' [^>]*type='error' id='2'>.*recipient-unavailable/)
  assert.match(answers[1] ?? '', /^<iq to='romeo@chat.cam.ac.uk\/orchard' [^>]*type='error' id='q'>.*service-unavailable/)
  const next = client('juliet/next')
  await next.comes()
  assert.deepEqual(takes(next), ['1'])
  await delivery.close()
})

test('a long absence is caught up in pages, while new messages come too, and each comes once', async () => {
  const words = Array.from({ length: 120 }, (_, i) => String(i))
  let romeo: TownClient | undefined
  let pauses = 0
  const parts = offlineTown({
    pace: () => {
      pauses += 1
      // Handed out at once, and in the archive beyond the page that was read last.
      void romeo?.says(chat(`live${pauses}`))
    },
  })
  romeo = parts.client('romeo/orchard')
  await romeo.says(words.map(word => chat(word)).join(''))
  const juliet = parts.client('juliet/balcony')
  await juliet.comes()
  assert.equal(pauses, 2)
  assert.deepEqual(takes(juliet), [...words.slice(0, 50), 'live1', ...words.slice(50, 100), 'live2', ...words.slice(100)])
  await parts.delivery.close()
})

test('who goes while catching up goes on later where it stopped', async () => {
  let juliet: TownClient | undefined
  const parts = offlineTown({ pace: () => void juliet?.leaves() })
  const romeo = parts.client('romeo/orchard')
  const words = Array.from({ length: 60 }, (_, i) => String(i))
  await romeo.says(words.map(word => chat(word)).join(''))
  juliet = parts.client('juliet/balcony')
  await juliet.comes()
  assert.deepEqual(takes(juliet), words.slice(0, 50))
  const again = parts.client('juliet/balcony')
  await again.comes()
  assert.deepEqual(takes(again), words.slice(50))
  await parts.delivery.close()
})

test('nobody forges a delay of ours', async () => {
  const { client, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  const delay = (from: string): string => `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='2002-09-10T23:08:25Z'/>`
  await romeo.says(
    `<message to='${JULIET}/balcony' type='chat'><body>1</body>${delay('chat.cam.ac.uk')}${delay('other.example')}</message>`,
  )
  assert.deepEqual(
    [
      ...juliet
        .takes()
        .join()
        .matchAll(/<delay [^>]*from='(.*?)'/g),
    ].map(found => found[1]),
    ['other.example'],
  )
  await delivery.close()
})

test('a device that is ended because it acknowledges nothing loses nothing', async () => {
  const { client, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  const phone = client('juliet/phone', { acknowledges: true })
  await phone.comes()
  const words = Array.from({ length: 1100 }, (_, i) => String(i))
  await romeo.says(words.map(word => chat(word)).join(''))
  assert.equal(phone.ending?.condition, 'policy-violation')
  assert.deepEqual(romeo.takes(), [])
  const laptop = client('juliet/laptop')
  await laptop.comes()
  assert.deepEqual(takes(laptop), words)
  await delivery.close()
})

test('a device that is ended in the middle of what waited leaves the rest to another', async () => {
  const { client, delivery } = offlineTown()
  const romeo = client('romeo/orchard')
  const words = Array.from({ length: 1100 }, (_, i) => String(i))
  await romeo.says(words.map(word => chat(word)).join(''))
  const phone = client('juliet/phone', { acknowledges: true })
  const laptop = client('juliet/laptop')
  await laptop.comes({ priority: -1 })
  await Promise.all([phone.comes(), laptop.comes()])
  assert.equal(phone.ending?.condition, 'policy-violation')
  assert.deepEqual(
    takes(laptop).sort((a, b) => Number(a) - Number(b)),
    words,
  )
  await delivery.close()
})
