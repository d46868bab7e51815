/** A password for each device, over real sockets: it logs in, is listed, and is cut off within seconds of being revoked (XEP-0494). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AccessingDevice } from '../accounts/devices/device.ts'
import type { AppPasswordMade } from '../ops/administration.ts'
import { askControlSocket } from '../ops/control-socket.ts'
import type { RawClient } from './raw-client.testing.ts'
import { TABLET, bind, conditionIn, fast, firstToken, login, tokenProof } from './sasl2/login.testing.ts'
import { scram } from './scram.testing.ts'
import { type Here, PASSWORD, here } from './server.testing.ts'

let town: Here
before(async () => {
  town = await here({ people: ['romeo', 'juliet', 'nurse'] })
})
after(() => town[Symbol.asyncDispose]())

const ask = async (command: Parameters<typeof askControlSocket>[1], question: object): Promise<unknown> => {
  const outcome = await askControlSocket(town.settings.data, command, question)
  assert(outcome?.kind === 'done')
  return outcome.value
}
const make = async (localpart: string, name: string) => (await ask('addAppPassword', { localpart, name })) as AppPasswordMade
const devicesOf = async (localpart: string) => (await ask('listDevices', { localpart })) as readonly AccessingDevice[]

async function devices(client: RawClient): Promise<readonly string[]> {
  const answer = await client.asks(`<iq type='get' id='list'><list xmlns='urn:xmpp:cam:0'/></iq>`, /<\/iq>|type='result' id='list'\/>/)
  return answer.match(/<client .*?<\/client>/g) ?? []
}
const revoke = (client: RawClient, id: string): Promise<string> =>
  client.asks(`<iq type='set' id='revoke'><revoke xmlns='urn:xmpp:cam:0' id='${id}'/></iq>`, /id='revoke'\/>|<\/iq>/)
const idOf = (device: string | undefined): string => / id='([^']+)'/.exec(device ?? '')?.[1] ?? ''

test('an app password opens a session by every mechanism, and no other account', async () => {
  const { password } = await make('romeo', 'everything')
  for (const mechanism of ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
    const client = await town.client()
    assert.match(await scram(client, mechanism, password), /<success/)
    await client.vanishes()
  }
  const client = await town.client()
  await client.login('romeo', password, 'phone')
  await client.vanishes()
  assert.equal(conditionIn(await login(await town.client(), { person: 'juliet', password, client: TABLET })), 'not-authorized')
})

test('one that is revoked while its device is connected: the device is cut off, and comes back by nothing', async () => {
  const { password, id } = await make('juliet', 'phone')
  const desk = await town.login('desk', 'juliet')
  const phone = await town.client()
  const token = await firstToken(phone, { person: 'juliet', password, inline: bind() })
  const old = await town.client()
  await old.login('juliet', password, 'old phone')
  const listed = await devices(desk)
  const grant = listed.find(device => device.includes('<fast/>'))
  assert.match(grant ?? '', /^<client connected='true' id='[0-9a-f]{20}' type='session'><first-seen>[\dTZ:-]{20}<\/first-seen><last-seen>/)
  assert.match(grant ?? '', /<auth><grant\/><fast\/><\/auth><permission status='normal'\/>/)
  assert.match(
    grant ?? '',
    /<user-agent><software>Test<\/software><device>A phone<\/device><\/user-agent><more [^>]*own='false' web='false'/,
  )
  assert.match(await revoke(desk, idOf(grant)), /type='result' id='revoke'\/>/)
  for (const cut of [phone, old]) assert.match(await cut.goes(), /<not-authorized .*This device was shut out of the account/)
  assert.equal(conditionIn(await login(await town.client(), { person: 'juliet', password })), 'not-authorized')
  const byToken = { mechanism: 'HT-SHA-256-NONE', message: tokenProof(token, undefined, { person: 'juliet' }), inline: fast() }
  assert.equal(conditionIn(await login(await town.client(), { person: 'juliet', ...byToken })), 'not-authorized')
  assert.match(await revoke(desk, id), /<item-not-found/)
  await desk.settles()
  await desk.vanishes()
})

test('a device that knows the password of the account is shut out by another password only', async () => {
  const desk = await town.login('desk', 'nurse')
  const [device] = await devices(desk)
  assert.match(device ?? '', /<auth><password\/><\/auth><permission status='unrestricted'\/>.*<device>desk<\/device>/)
  const refused = await revoke(desk, idOf(device))
  assert.match(refused, /<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'\/>/)
  assert.match(refused, /<password-reset-required xmlns='urn:xmpp:cam:0'\/>/)
  await ask('setPassword', { localpart: 'nurse', password: 'another one' })
  const [now] = await devices(desk)
  assert.match(now ?? '', /<auth\/>/)
  assert.match(await revoke(desk, idOf(now)), /type='result' id='revoke'\/>/)
  assert.match(await desk.goes(), /<not-authorized /)
  assert.deepEqual(await devicesOf('nurse'), [])
})

test('a device with an app password may shut itself out, but not make what would outlast it', async () => {
  const { password } = await make('nurse', 'tablet')
  const tablet = await town.client()
  await tablet.login('nurse', password, 'tablet')
  const change = `<query xmlns='jabber:iq:register'><username>nurse</username><password>mine</password></query>`
  assert.match(await tablet.asks(`<iq type='set' id='c'>${change}</iq>`, '</iq>'), /<forbidden /)
  const mint = `<command xmlns='http://jabber.org/protocol/commands' node='app-password' action='execute'`
  const form = await tablet.asks(`<iq type='set' id='f'>${mint}/></iq>`, '</iq>')
  const filled = `<x xmlns='jabber:x:data' type='submit'><field var='device'><value>mine</value></field></x>`
  const submit = `${mint} sessionid='${/sessionid='([^']+)'/.exec(form)?.[1] ?? ''}'>${filled}</command>`
  assert.match(
    await tablet.asks(`<iq type='set' id='s'>${submit}</iq>`, '</iq>'),
    /<note type='error'>This device logged in with an app password/,
  )
  const [own] = await devices(tablet)
  assert.match(await revoke(tablet, idOf(own)), /type='result' id='revoke'\/>/)
  assert.match(await tablet.goes(), /<not-authorized /)
})

test('who has logged in and not bound yet, or came back to a session by it, is cut off as well', async () => {
  const { password, id } = await make('juliet', 'everywhere')
  const first = await town.login('phone', 'juliet')
  const previous = await first.enable()
  await first.vanishes()
  const back = await town.client()
  await back.authenticate('juliet', password)
  assert.match(await back.asks(`<resume xmlns='urn:xmpp:sm:3' h='0' previd='${previous}'/>`, '/>'), /<resumed /)
  const unbound = await town.client()
  await unbound.authenticate('juliet', password)
  const device = (await devicesOf('juliet')).find(({ appPassword }) => appPassword?.id === id)
  assert.equal(device?.isConnected, true)
  await ask('revokeDevice', { localpart: 'juliet', id: device?.id })
  for (const client of [back, unbound]) assert.match(await client.goes(), /<not-authorized /)
})

test('the other devices are told of one that was not seen before, once, and not of one that was', async () => {
  const desk = await town.login('watching')
  desk.say('<presence/>')
  await desk.settles()
  const arrive = async (): Promise<void> => {
    const client = await town.client()
    assert.match(await login(client, { client: 'aaaaaaaa-0000-4000-8000-000000000001', inline: bind() }), /<success/)
    await devicesOf('romeo')
    await client.vanishes()
  }
  await arrive()
  const told = await desk.hears(/<message[^>]*type='headline'.*?<\/message>/)
  assert.match(told, /A phone \(Test\) has logged in to your account for the first time, from 127\.0\.0\.1\./)
  await arrive()
  assert.doesNotMatch(await desk.settles(), /headline/)
  await desk.vanishes()
})

test('what is revoked while the server goes on is seen by the operator with name, place and last use', async () => {
  const { id, password } = await make('romeo', 'kitchen')
  const find = async () => (await devicesOf('romeo')).find(({ appPassword }) => appPassword?.id === id)
  assert.deepEqual(
    { ...(await find()), firstSeen: 0 },
    {
      id,
      kind: 'app-password',
      software: null,
      name: 'kitchen',
      address: null,
      firstSeen: 0,
      lastSeen: null,
      isConnected: false,
      knowsPassword: false,
      hasToken: false,
      hasCertificate: false,
      isWeb: false,
      appPassword: { id, name: 'kitchen' },
    },
  )
  const client = await town.client()
  await client.login('romeo', password, 'anything')
  const connected = await find()
  assert.deepEqual([connected?.kind, connected?.name, connected?.address, connected?.isConnected], ['client', 'kitchen', '127.0.0.1', true])
  await ask('revokeDevice', { localpart: 'romeo', id: connected?.id })
  assert.match(await client.goes(), /<not-authorized /)
  assert.equal(await find(), undefined)
  const stranger = await town.client()
  assert.match(await scram(stranger, 'SCRAM-SHA-256', password), /<not-authorized/)
  assert.match(await scram(stranger, 'SCRAM-SHA-256', PASSWORD), /<success/)
  await stranger.vanishes()
})
