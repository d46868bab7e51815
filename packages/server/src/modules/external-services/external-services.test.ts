import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { type Town, town } from '@plodge/testkit/town.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { AskCredentials, AskServices, type ExternalService, PushServices } from '@plodge/xmpp/xeps/external-services.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { type ExternalServices, externalServices } from './external-services.ts'
import { type Offer, readOffers } from './offers.ts'

const TO = { to: 'chat.cam.ac.uk' }
const STUN: Offer = {
  type: 'stun',
  host: 'stun.cam.ac.uk',
  port: 3478,
  transport: 'udp',
  name: undefined,
  secret: undefined,
  lifetimeSeconds: 600,
  isRestricted: false,
}
const TURN: Offer = { ...STUN, type: 'turn', host: 'turn.cam.ac.uk', secret: 'north', isRestricted: true }
const TURNS: Offer = { ...TURN, type: 'turns', port: 5349, transport: 'tcp' }

function callTown(offers: readonly Offer[] = [STUN, TURN, TURNS]): Town & { readonly services: ExternalServices } {
  const services = externalServices(offers)
  return { ...town({ modules: () => [services] }), services }
}

const blank: ExternalService = {
  action: undefined,
  expires: undefined,
  host: '',
  name: undefined,
  password: undefined,
  port: undefined,
  restricted: undefined,
  transport: undefined,
  type: '',
  username: undefined,
  more: [],
}
const summary = ({ action, type, host, port = 0 }: ExternalService): string => `${action ?? ''} ${type} ${host}:${port}`.trim()
const passwordOf = (secret: string, { username = '' }: ExternalService): string =>
  createHmac('sha1', secret).update(username).digest('base64')

test('a client is told of every service, or of those of a type', async () => {
  const { client } = callTown()
  const romeo = client('romeo/laptop')
  const all = await romeo.asks(AskServices, { type: undefined, services: [] }, TO)
  assert.deepEqual(all.services.map(summary), ['stun stun.cam.ac.uk:3478', 'turn turn.cam.ac.uk:3478', 'turns turn.cam.ac.uk:5349'])
  const some = await romeo.asks(AskServices, { type: 'stun', services: [] }, TO)
  assert.equal(some.type, 'stun')
  assert.deepEqual(some.services, [{ ...blank, host: 'stun.cam.ac.uk', type: 'stun', port: 3478, transport: 'udp' }])
  assert.deepEqual((await romeo.asks(AskServices, { type: 'ftp', services: [] }, TO)).services, [])
})

test('credentials are what coturn computes, end in time, and do not tell whose they are', async () => {
  const { client, clock } = callTown()
  const question = { services: [{ ...blank, type: 'turn', host: 'turn.cam.ac.uk' }] }
  const { services } = await client('romeo/laptop').asks(AskCredentials, question, TO)
  const [turn = blank] = services
  assert.equal(services.length, 1)
  assert.equal(turn.restricted, true)
  assert.equal(turn.password, passwordOf('north', turn))
  const [seconds, pseudonym = ''] = turn.username?.split(':') ?? []
  const expires = Math.floor((clock.now() + 600_000) / 1000)
  assert.equal(seconds, String(expires))
  assert.equal(turn.expires, new Date(expires * 1000).toISOString())
  assert.match(pseudonym, /^[0-9a-f]{20}$/)
  const again = await client('romeo/phone').asks(AskCredentials, question, TO)
  assert.equal(again.services[0]?.username, turn.username)
  const other = await client('juliet/phone').asks(AskCredentials, question, TO)
  assert.notEqual(other.services[0]?.username, turn.username)
})

test('credentials for what is not there, or needs none, are refused; so is a question for none or many', async () => {
  const { client } = callTown()
  const romeo = client('romeo/laptop')
  const ask = (...services: ExternalService[]): Promise<unknown> => romeo.asks(AskCredentials, { services }, TO)
  await assert.rejects(ask({ ...blank, type: 'turn', host: 'elsewhere.example' }), { condition: 'item-not-found' })
  await assert.rejects(ask({ ...blank, type: 'turn', host: 'turn.cam.ac.uk', port: 1 }), { condition: 'item-not-found' })
  await assert.rejects(ask({ ...blank, type: 'turn', host: 'turn.cam.ac.uk', transport: 'tcp' }), { condition: 'item-not-found' })
  await assert.rejects(ask({ ...blank, type: 'stun', host: 'stun.cam.ac.uk' }), { condition: 'item-not-found' })
  await assert.rejects(ask(), { condition: 'bad-request' })
  const turn = { ...blank, type: 'turn', host: 'turn.cam.ac.uk' }
  await assert.rejects(ask(turn, turn), { condition: 'bad-request' })
})

test('those who asked are told what is different, each of what it asked for; others are not', async () => {
  const { client, services } = callTown()
  const [all, some, none] = [client('romeo/laptop'), client('romeo/phone'), client('juliet/balcony')]
  await all.asks(AskServices, { type: undefined, services: [] }, TO)
  await some.asks(AskServices, { type: 'turn', services: [] }, TO)
  services.change([STUN, TURN, TURNS])
  assert.deepEqual(all.takes(), [])

  services.change([STUN, { ...TURN, secret: 'south' }, { ...STUN, port: 80 }])
  const pushed = (xml: string | undefined): { readonly type: string | undefined; readonly services: readonly ExternalService[] } => {
    const iq = parse(xml ?? assert.fail('nothing was pushed'), CLIENT)
    assert.deepEqual([iq.attributes['type'], iq.attributes['from']], ['set', 'chat.cam.ac.uk'])
    return PushServices.request.read(iq.elements[0] ?? assert.fail('an empty push'))
  }
  const toAll = pushed(all.takes()[0])
  assert.deepEqual(toAll.services.map(summary), [
    'delete turns turn.cam.ac.uk:5349',
    'modify turn turn.cam.ac.uk:3478',
    'add stun stun.cam.ac.uk:80',
  ])
  const [gone = blank, turn = blank] = toAll.services
  assert.equal(gone.password, undefined)
  assert.equal(turn.password, passwordOf('south', turn))
  const toSome = pushed(some.takes()[0])
  assert.equal(toSome.type, 'turn')
  assert.deepEqual(toSome.services.map(summary), ['modify turn turn.cam.ac.uk:3478'])
  assert.deepEqual(none.takes(), [])

  await all.leaves()
  services.change([])
  assert.deepEqual(all.takes(), [])
  assert.equal(pushed(some.takes()[0]).services.length, 1)
})

test('a client that asks for a great many types is told of the first', async () => {
  const { client, services } = callTown([])
  const romeo = client('romeo/laptop')
  for (let index = 0; index < 20; index++) await romeo.asks(AskServices, { type: `t${index}`, services: [] }, TO)
  services.change(Array.from({ length: 20 }, (_, index) => ({ ...STUN, type: `t${index}` })))
  assert.equal(romeo.takes().length, 8)
})

test('secrets are read from their files, or the operator hears which could not be', t => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-external-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'turn.secret')
  const { secret: _, ...turn } = TURN
  writeFileSync(file, ' north\n')
  assert.deepEqual(readOffers([{ ...turn, secretFile: file }]), [TURN])
  writeFileSync(file, '\n')
  assert.throws(() => readOffers([{ ...turn, secretFile: file }]), /turn\.secret is empty/)
  assert.throws(() => readOffers([{ ...turn, secretFile: join(folder, 'none') }]), /none, a secret .* cannot be read \(ENOENT\)/)
})
