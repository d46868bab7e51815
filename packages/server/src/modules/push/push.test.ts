import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { DisablePush, EnablePush, PUBLISH_OPTIONS, PublishNotification } from '@plodge/xmpp/xeps/push.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Store } from '../../storage/repositories.ts'
import { archive } from '../archive/archive.ts'
import { type PushModule, push } from './push.ts'
import type { PushSettings } from './pushes.ts'

const SERVICE = 'push.chat.cam.ac.uk'
const JULIET = 'juliet@chat.cam.ac.uk'
const chat = (payload: string): string => `<message to='${JULIET}' type='chat'>${payload}</message>`
const body = (words: string): string => chat(`<body>${words}</body>`)

interface Pushed {
  readonly node: string | undefined
  readonly options: DataForm | undefined
  readonly summary: Readonly<Record<string, string>>
}

interface PushTown extends Town {
  /** What the service was given, as far as nobody looked yet. */
  readonly pushed: () => Promise<readonly Pushed[]>
  readonly counts: () => Promise<readonly (string | undefined)[]>
  /** What the service answers from now on. */
  readonly refuse: (error: StanzaError | undefined) => void
  readonly phone: TownClient
  readonly push: PushModule
}

async function pushTown(settings: Partial<PushSettings> = {}, store?: Store): Promise<PushTown> {
  let made: PushModule | undefined
  const parts = town({
    ...(store && { store: () => store }),
    modules: ({ store, rosters }) => [
      archive({
        archive: store.archive,
        documents: store.documents,
        rosters,
        settings: { enabled: true, default: 'always', search: true },
      }),
      (made = push({
        documents: store.documents,
        settings: () => ({ content: 'nothing', intervalSeconds: 5, inactiveSeconds: 60, ...settings }),
        most: () => 3,
      })),
    ],
  })
  const domain = Jid.parse(SERVICE)?.account ?? assert.fail()
  const service = parts.host.serve({ domain, identity: { category: 'pubsub', type: 'push', name: 'Push' }, features: [] })
  const given: Pushed[] = []
  let refusal: StanzaError | undefined
  service.answer(PublishNotification, ({ publish, options }) => {
    given.push({ node: publish.node, options: options?.form, summary: fieldsOf(publish.item.notification.payload[0]) })
    if (refusal) throw refusal
  })
  const pushed = async (): Promise<readonly Pushed[]> => {
    await parts.settled()
    return given.splice(0)
  }
  const phone = parts.client('juliet/phone', { acknowledges: true })
  return {
    ...parts,
    pushed,
    counts: async () => (await pushed()).map(({ summary }) => summary['message-count']),
    refuse: error => {
      refusal = error
    },
    phone,
    push: made ?? assert.fail(),
  }
}

const fieldsOf = (form: Element | undefined): Record<string, string> =>
  Object.fromEntries(form?.elements.map(({ attributes, elements }) => [attributes['var'] ?? '', elements[0]?.text ?? '']) ?? [])
const enabling = (node: string, options?: DataForm) => ({ service: SERVICE, node, options })

test('a device that left is woken with the number of messages and no more; one that is there is not', async () => {
  const { client, phone, pushed } = await pushTown()
  const romeo = client('romeo/orchard')
  await phone.comes()
  const secret = namedForm('submit', PUBLISH_OPTIONS, [formField('secret', { values: ['s3'] })])
  await phone.asks(EnablePush, enabling('n1', secret))
  await romeo.says(body('Hark'))
  assert.deepEqual(await pushed(), [])
  await phone.leaves()
  await romeo.says(body('What light'))
  const [one, ...more] = await pushed()
  assert.deepEqual(more, [])
  assert.equal(one?.node, 'n1')
  assert.deepEqual(one?.summary, { FORM_TYPE: 'urn:xmpp:push:summary', 'message-count': '1' })
  assert.deepEqual(one?.options?.fields.find(({ name }) => name === 'secret')?.values, ['s3'])
})

test('typing notices, receipts, headlines and what one says oneself wake nobody; encrypted words and calls do', async () => {
  const { client, phone, counts, clock } = await pushTown()
  const romeo = client('romeo/orchard')
  await phone.asks(EnablePush, enabling('n1'))
  await phone.leaves()
  await romeo.says(chat(`<composing xmlns='http://jabber.org/protocol/chatstates'/>`))
  await romeo.says(chat(`<received xmlns='urn:xmpp:receipts' id='1'/>`))
  await romeo.says(`<message to='${JULIET}' type='headline'><body>News</body></message>`)
  await client('juliet/laptop').says(body('Note to self'))
  assert.deepEqual(await counts(), [])
  await romeo.says(chat(`<encrypted xmlns='urn:xmpp:omemo:2'/>`))
  assert.deepEqual(await counts(), ['1'])
  clock.advance({ seconds: 1 })
  await romeo.says(chat(`<propose xmlns='urn:xmpp:jingle-message:0' id='call'/><store xmlns='urn:xmpp:hints'/>`))
  assert.deepEqual(await counts(), ['2'], 'a call does not wait for the interval')
})

test('what comes fast is told together, and the count begins anew when the device was awake', async () => {
  const { client, phone, counts, clock } = await pushTown()
  const romeo = client('romeo/orchard')
  await phone.comes()
  await phone.asks(EnablePush, enabling('n1'))
  await phone.vanishes()
  for (let i = 0; i < 20; i++) await romeo.says(body(`${i}`))
  assert.deepEqual(await counts(), ['1'])
  clock.advance({ seconds: 5 })
  await romeo.says(body('later'))
  assert.deepEqual(await counts(), ['21'])
  await phone.returns()
  phone.acknowledges()
  await phone.vanishes()
  clock.advance({ seconds: 5 })
  await romeo.says(body('again'))
  assert.deepEqual(await counts(), ['1'])
})

test('a device is woken when its line breaks with messages unacknowledged, and when it is inactive for long', async () => {
  const { client, phone, counts, clock } = await pushTown()
  const romeo = client('romeo/orchard')
  await phone.comes()
  await phone.asks(EnablePush, enabling('n1'))
  phone.acknowledges()
  await phone.vanishes()
  assert.deepEqual(await counts(), [])
  await phone.returns()
  await romeo.says(body('Into nowhere'))
  assert.deepEqual(await counts(), [])
  await phone.vanishes()
  assert.deepEqual(await counts(), ['1'])
  await phone.returns()
  phone.acknowledges()
  phone.session.rest(clock.now(), 100)
  clock.advance({ seconds: 30 })
  await romeo.says(body('The line brings it'))
  assert.deepEqual(await counts(), [])
  clock.advance({ seconds: 31 })
  await romeo.says(body('Asleep'))
  assert.deepEqual(await counts(), ['1'])
})

test('the operator may let it tell who wrote, and what', async () => {
  const { client, phone, pushed } = await pushTown({ content: 'text' })
  await phone.asks(EnablePush, enabling('n1'))
  await phone.leaves()
  await client('romeo/orchard').says(body('Hark'))
  const [{ summary } = assert.fail()] = await pushed()
  assert.equal(summary['last-message-sender'], 'romeo@chat.cam.ac.uk')
  assert.equal(summary['last-message-body'], 'Hark')
})

test('an error ends a registration, one that passes does not, and of those a row does', async () => {
  const { client, phone, counts, refuse, clock } = await pushTown()
  const romeo = client('romeo/orchard')
  await phone.asks(EnablePush, enabling('n1'))
  await phone.leaves()
  refuse(new StanzaError('resource-constraint'))
  await romeo.says(body('1'))
  assert.deepEqual(await counts(), ['1'])
  await romeo.says(body('2'))
  assert.deepEqual(await counts(), [], 'it is left in peace for a while')
  refuse(undefined)
  clock.advance({ hours: 1 })
  await romeo.says(body('3'))
  assert.deepEqual(await counts(), ['3'])
  refuse(new StanzaError('item-not-found'))
  clock.advance({ hours: 1 })
  await romeo.says(body('4'))
  assert.equal((await counts()).length, 1)
  refuse(undefined)
  clock.advance({ hours: 1 })
  await romeo.says(body('5'))
  assert.deepEqual(await counts(), [])

  const again = client('juliet/phone')
  await again.asks(EnablePush, enabling('n1'))
  await again.leaves()
  refuse(new StanzaError('internal-server-error', undefined, { type: 'wait' }))
  for (let i = 0; i < 20; i++) {
    clock.advance({ hours: 2 })
    await romeo.says(body('?'))
  }
  assert.equal((await counts()).length, 10)
})

test('a service of another domain cannot be reached: that is said once, and the registration stays', async () => {
  const { client, phone, log, settled, clock, store } = await pushTown()
  await phone.asks(EnablePush, { service: 'push.example.org', node: 'x', options: undefined })
  await phone.leaves()
  for (let i = 0; i < 3; i++) {
    await client('romeo/orchard').says(body('1'))
    await settled()
    clock.advance({ hours: 2 })
  }
  assert.equal(log.complaints.filter(({ message }) => message.includes('push service cannot be reached')).length, 1)
  assert.equal((await store.documents.list('juliet', 'push')).size, 1)
})

test('several devices and nodes are woken, the last request for a pair counts, and they are disabled alone or together', async () => {
  const { client, phone, pushed, clock, store } = await pushTown()
  const romeo = client('romeo/orchard')
  const tablet = client('juliet/tablet')
  await phone.asks(EnablePush, enabling('n1'))
  await tablet.asks(EnablePush, enabling('n2'))
  await tablet.asks(EnablePush, enabling('n3'))
  await tablet.asks(EnablePush, enabling('n3', namedForm('submit', PUBLISH_OPTIONS, [])))
  await assert.rejects(tablet.asks(EnablePush, enabling('n4')), { condition: 'resource-constraint' })
  assert.equal((await store.documents.list('juliet', 'push')).size, 3)
  await phone.leaves()
  const nodes = async (): Promise<unknown> => {
    clock.advance({ minutes: 1 })
    await romeo.says(body('1'))
    return (await pushed()).map(({ node }) => node)
  }
  assert.deepEqual(await nodes(), ['n1'], 'the tablet is awake')
  await tablet.asks(DisablePush, { service: SERVICE, node: 'n2' })
  await tablet.leaves()
  assert.deepEqual(await nodes(), ['n1', 'n3'])
  const laptop = client('juliet/laptop')
  await laptop.asks(DisablePush, { service: SERVICE, node: undefined })
  assert.deepEqual(await nodes(), [])
  assert.equal((await store.documents.list('juliet', 'push')).size, 0)
})

test('a client that is shut out is woken no more, and others are', async () => {
  const { client, phone, counts, store, push } = await pushTown()
  const tablet = client('juliet/tablet')
  phone.session.client = 'phone'
  tablet.session.client = 'tablet'
  await phone.asks(EnablePush, enabling('n1'))
  await tablet.asks(EnablePush, enabling('n2'))
  for (const one of [phone, tablet]) await one.leaves()
  push.shutOut('juliet', 'phone')
  await client('romeo/orchard').says(body('1'))
  assert.equal((await counts()).length, 1)
  assert.deepEqual([...(await store.documents.list('juliet', 'push')).keys()], [JSON.stringify([SERVICE, 'n2'])])
})

test('registrations outlive the server, and the service itself may end them', async () => {
  const before = await pushTown()
  await before.phone.asks(EnablePush, enabling('n1'))
  const { client, counts, host, clock, settled } = await pushTown({}, before.store)
  const romeo = client('romeo/orchard')
  await romeo.says(body('1'))
  assert.deepEqual(await counts(), [], 'the device is connected')
  for (const session of host.sessions.of(Jid.parse(JULIET) ?? assert.fail())) session.end('reset', '')
  await romeo.says(body('2'))
  assert.deepEqual(await counts(), ['1'])
  const stop = (from: string): string =>
    `<message to='${JULIET}' from='${from}'><pubsub xmlns='http://jabber.org/protocol/pubsub' node='n1'><affiliation jid='${JULIET}' affiliation='none'/></pubsub></message>`
  await romeo.says(stop('romeo@chat.cam.ac.uk/orchard'))
  clock.advance({ minutes: 1 })
  await romeo.says(body('3'))
  assert.equal((await counts()).length, 1, 'nobody but the service ends it')
  const from = Jid.parse(SERVICE) ?? assert.fail()
  await host.route(Stanza.of('message', { from, to: Jid.parse(JULIET) }, parse(stop(SERVICE), 'jabber:client').elements))
  await settled()
  clock.advance({ minutes: 1 })
  await romeo.says(body('4'))
  assert.deepEqual(await counts(), [])
})

test('what is no address, no form of a service or too long is refused', async () => {
  const { phone } = await pushTown()
  const wrong = namedForm('submit', 'something:else', [])
  await assert.rejects(phone.asks(EnablePush, { service: '@', node: 'n', options: undefined }), { condition: 'jid-malformed' })
  await assert.rejects(phone.asks(EnablePush, enabling('n', wrong)), { condition: 'bad-request' })
  await assert.rejects(phone.asks(EnablePush, enabling('n'.repeat(2000))), { condition: 'not-acceptable' })
})
