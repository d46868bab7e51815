import assert from 'node:assert/strict'
import test from 'node:test'
import { Caps } from '@plodge/xmpp/xeps/caps.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import { mayAsk } from '../../accounts/may-ask.ts'
import type { Module } from '../../routing/host.ts'
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

const here = (): Town => town({ modules: ({ host, rosters }) => [disco({ mayAsk: mayAsk(host.people, rosters), contact: CONTACT }), late] })
const any = { node: undefined }

test('the server is an instant-messaging server with the features of all modules, and says whom to write to', async () => {
  const { identities, features, forms } = await here().client('romeo/orchard').asks(AskInfo, any, { to: DOMAIN })
  assert.deepEqual(identities, [{ category: 'server', type: 'im', name: 'Plodge', lang: undefined }])
  assert.deepEqual(features, [
    'http://jabber.org/protocol/caps',
    'http://jabber.org/protocol/disco#info',
    'http://jabber.org/protocol/disco#items',
    'urn:example:late',
  ])
  assert.deepEqual(
    forms.map(form => form.fields.map(({ name, values }) => [name, ...values])),
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
