/** What clients make of personal eventing: the server hands it on as it is, and keeps as many as the specification says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskPubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { comesWanting, friends, itemsOf, optionsOf, publishing } from './personal.testing.ts'

interface Use {
  readonly node: string
  readonly payload: string
  readonly options?: Readonly<Record<string, string>>
  /** Whether contacts hear of it. */
  readonly isPrivate?: boolean
  readonly keeps?: number
}

const USES: Readonly<Record<string, Use>> = {
  'XEP-0080, User Location': {
    node: 'http://jabber.org/protocol/geoloc',
    payload: `<geoloc xmlns='http://jabber.org/protocol/geoloc' xml:lang='en'><accuracy>20</accuracy><country>Italy</country><lat>45.44</lat><locality>Venice</locality><lon>12.33</lon></geoloc>`,
  },
  'XEP-0107, User Mood': {
    node: 'http://jabber.org/protocol/mood',
    payload: `<mood xmlns='http://jabber.org/protocol/mood'><happy><ecstatic xmlns='https://example.org/'/></happy><text>Yay &lt;3</text></mood>`,
  },
  'XEP-0108, User Activity': {
    node: 'http://jabber.org/protocol/activity',
    payload: `<activity xmlns='http://jabber.org/protocol/activity'><relaxing><partying/></relaxing><text xml:lang='en'>My nurse&apos;s birthday!</text></activity>`,
  },
  'XEP-0118, User Tune': {
    node: 'http://jabber.org/protocol/tune',
    payload: `<tune xmlns='http://jabber.org/protocol/tune'><artist>Yes</artist><length>686</length><title>Heart of the Sunrise</title></tune>`,
  },
  'XEP-0172, User Nickname': {
    node: 'http://jabber.org/protocol/nick',
    payload: `<nick xmlns='http://jabber.org/protocol/nick'>Ishmael</nick>`,
  },
  'XEP-0292, vCard4': {
    node: 'urn:xmpp:vcard4',
    payload: `<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Juliet Capulet</text></fn></vcard>`,
  },
  'XEP-0384, OMEMO: devices': {
    node: 'urn:xmpp:omemo:2:devices',
    payload: `<devices xmlns='urn:xmpp:omemo:2'><device id='12345'/><device id='4223' label='Gajim on Ubuntu Linux'/></devices>`,
    options: { access_model: 'open' },
  },
  'XEP-0384, OMEMO: bundles': {
    node: 'urn:xmpp:omemo:2:bundles',
    payload: `<bundle xmlns='urn:xmpp:omemo:2'><spk id='0'>b64/encoded/data</spk><prekeys><pk id='0'>a</pk><pk id='1'>b</pk></prekeys></bundle>`,
    options: { access_model: 'open', max_items: 'max' },
    keeps: 3,
  },
  'XEP-0490, Message Displayed Synchronization': {
    node: 'urn:xmpp:mds:displayed:0',
    payload: `<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='juliet@chat.cam.ac.uk' id='0f710f2b-52ed-4d52-b928-784dad74a52b'/></displayed>`,
    options: { persist_items: 'true', max_items: 'max', send_last_published_item: 'never', access_model: 'whitelist' },
    isPrivate: true,
    keeps: 3,
  },
}

for (const [name, { node, payload, options, isPrivate = false, keeps = 1 }] of Object.entries(USES))
  test(`${name}: as it was published, to those who may have it`, async () => {
    const { romeo, juliet, client } = await friends()
    const phone = client('juliet/phone')
    for (const one of [romeo, phone]) await comesWanting(one, [node])
    for (const one of [romeo, phone]) one.takes()
    for (const id of ['1', '2', '3']) await juliet.asks(SetPubsub, publishing(node, payload, id, options && optionsOf(options)))
    const written = parse(payload).toString()
    const heard = [romeo.takes(), phone.takes()].map(
      stanzas => stanzas.filter(stanza => stanza.includes(`<item id='3'>${written}</item>`)).length,
    )
    assert.deepEqual(heard, [isPrivate ? 0 : 1, 1])
    const kept = (await juliet.asks(AskPubsub, itemsOf(node)))?.items?.items ?? []
    assert.deepEqual(
      kept.map(({ id, payloads }) => `${id} ${payloads[0]?.toString()}`),
      ['1', '2', '3'].slice(-keeps).map(id => `${id} ${written}`),
    )
  })
