import type { Settings } from '../../settings.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import { Caps } from '@plodge/xmpp/xeps/caps.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { testSettings } from '@plodge/testkit/settings.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import { mayAsk } from '../../accounts/may-ask.ts'
import type { Module } from '../../routing/host.ts'
import { Caps2, capsNode } from '@plodge/xmpp/xeps/caps2.ts'
import { isOf2 } from '../pubsub/verify.ts'
import { hashOf } from './caps.ts'
import { disco } from './disco.ts'

const DOMAIN = 'chat.cam.ac.uk'
const CONTACT = { abuse: ['mailto:abuse@cam.ac.uk'], support: ['https://help.cam.ac.uk/', 'xmpp:help@chat.cam.ac.uk'] }
const late: Module = {
  name: 'late',
  implements: {},
  features: ['urn:example:late'],
  accountFeatures: ['urn:example:own'],
  install: () => {},
}

const here = (): Town =>
  town({
    modules: ({ host, rosters }) => [
      disco({ mayAsk: mayAsk(host.people, rosters), settings: () => testSettings({ contact: CONTACT }) }),
      late,
    ],
  })
const any = { node: undefined }

test('the server is an instant-messaging server with the features of all modules, and says whom to write to', async () => {
  const { identities, features, forms } = await here().client('romeo/orchard').asks(AskInfo, any, { to: DOMAIN })
  assert.deepEqual(identities, [{ category: 'server', type: 'im', name: 'Plodge', lang: undefined }])
  assert.deepEqual(features, [
    'http://jabber.org/protocol/caps',
    'http://jabber.org/protocol/disco#info',
    'http://jabber.org/protocol/disco#items',
    'urn:example:late',
    'urn:xmpp:caps',
  ])
  assert.deepEqual(
    forms.slice(0, 1).map(form => form.fields.map(({ name, values }) => [name, ...values])),
    [
      [
        ['FORM_TYPE', 'http://jabber.org/network/serverinfo'],
        ['abuse-addresses', ...CONTACT.abuse],
        ['support-addresses', ...CONTACT.support],
      ],
    ],
  )
})

test('the hash in the stream features is that of the server’s answer, which its node shows', async () => {
  const { client, host } = here()
  const features = host.streamFeatures.map(feature => (typeof feature === 'string' ? feature : feature()))
  const { ver, node, hash } = Caps.read(parse(features.find(text => text.includes('/caps')) ?? ''))
  const info = await client('romeo/orchard').asks(AskInfo, { node: `${node}#${ver}` }, { to: DOMAIN })
  assert.equal(hash, 'sha-1')
  assert.equal(info.node, `${node}#${ver}`)
  assert.equal(hashOf(info), ver)

  // XEP-0390.
  const newer = Caps2.read(parse(/<c xmlns='urn:xmpp:caps'>.*<\/c>/.exec(features.join(''))?.[0] ?? ''))
  const name = capsNode(newer.hashes[0] ?? { algo: '', value: '' })
  const same = await client('romeo/desk').asks(AskInfo, { node: name }, { to: DOMAIN })
  assert.equal(same.node, name)
  assert.ok(newer.hashes.every(({ algo, value }) => algo === 'sha-256' && isOf2(same, algo, value)))
})

test('a node that is not there is not found, on the server and on accounts', async () => {
  const romeo = here().client('romeo/orchard')
  for (const to of [DOMAIN, `romeo@${DOMAIN}`])
    for (const exchange of [AskInfo, AskItems])
      await assert.rejects(async () => void (await romeo.asks<{ node: string | undefined }, unknown>(exchange, { node: 'x' }, { to })), {
        condition: 'item-not-found',
      })
})

test('an account is a registered account with its devices, to its owner and to friends', async () => {
  const { client, befriend } = here()
  await befriend('romeo', 'juliet')
  const romeo = client('romeo/orchard')
  await romeo.comes()
  client('romeo/silent')
  for (const asker of [romeo, client('juliet/balcony')]) {
    const info = await asker.asks(AskInfo, any, { to: `romeo@${DOMAIN}` })
    assert.deepEqual(info.identities, [{ category: 'account', type: 'registered', name: undefined, lang: undefined }])
    assert.ok(info.features.includes('urn:example:own'))
    const { items } = await asker.asks(AskItems, any, { to: `romeo@${DOMAIN}` })
    assert.deepEqual(
      items.map(({ jid }) => jid),
      [`romeo@${DOMAIN}/orchard`],
    )
  }
})

test('to a stranger an account and nobody look the same', async () => {
  const { client } = here()
  await client('romeo/orchard').comes()
  const tybalt = client('tybalt/street')
  for (const to of [`romeo@${DOMAIN}`, `nobody@${DOMAIN}`]) {
    await assert.rejects(tybalt.asks(AskInfo, any, { to }), {
      condition: 'service-unavailable',
      message: 'There is nobody of that address here, or they do not answer you',
    })
    assert.deepEqual((await tybalt.asks(AskItems, any, { to })).items, [])
  }
})

test('what becomes of data is told as the settings in force have it (XEP-0504), and the hash follows', async () => {
  const usual = testSettings()
  let settings: Settings = usual
  const { client, host } = town({
    modules: ({ host, rosters }) => [disco({ mayAsk: mayAsk(host.people, rosters), settings: () => settings }), late],
  })
  const romeo = client('romeo/orchard')
  const told = async (): Promise<Record<string, string>> => {
    const { forms } = await romeo.asks(AskInfo, any, { to: DOMAIN })
    const form = forms.find(({ fields }) => fields[0]?.values[0] === 'urn:xmpp:data-policy:0') ?? assert.fail('no policy')
    return Object.fromEntries(form.fields.slice(1).map(({ name, values }) => [name, values.join(' ')]))
  }
  const hash = (): string => String(host.streamFeatures.map(feature => (typeof feature === 'string' ? feature : feature())))
  const common = { auth_data: 'plain', data_deletion: 'false', encryption_at_rest: 'false', data_export: 'false', access_policy: 'admins' }
  assert.deepEqual(await told(), { ...common, data_retention: 'infinite', full_erasure: 'true' })
  const before = hash()
  settings = {
    ...usual,
    archive: { ...usual.archive, keepDays: 10 },
    upload: { ...usual.upload, keepDays: 2.51 },
    users: { ...usual.users, passwordFeed: 'feed' },
    policy: { terms: 'https://example.org/terms', backupHours: 24, backupKeepHours: Infinity, notes: 'Kept in Cambridge.' },
  }
  assert.deepEqual(await told(), {
    ...common,
    data_retention: '240',
    full_erasure: 'false',
    tos: 'https://example.org/terms',
    backup_frequency: '24',
    backup_retention: 'infinite',
    extra_info: 'Kept in Cambridge.',
  })
  assert.notEqual(hash(), before)
  settings = { ...settings, archive: { ...usual.archive, enabled: false, keepDays: 10 } }
  assert.equal((await told())['data_retention'], 'infinite', 'what is not delivered waits for as long as it takes')
})
