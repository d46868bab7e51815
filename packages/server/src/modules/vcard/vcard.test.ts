import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { AskVCard, NO_VCARD, SetVCard } from '@plodge/xmpp/xeps/vcard.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import { testLimits } from '@plodge/testkit/settings.ts'
import { AskPubsub, pubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { OwnNodes } from '../../pubsub/own-nodes.ts'
import { Shelves } from '../../pubsub/shelves.ts'
import { personalEventing } from '../pubsub/personal.ts'
import { vcard } from './vcard.ts'

const DOMAIN = 'chat.cam.ac.uk'
const ROMEO = { to: `romeo@${DOMAIN}` }
const card = (inside: string): ReturnType<typeof parse> => parse(`<vCard xmlns='vcard-temp'>${inside}</vCard>`)
const here = (): Town =>
  town({
    modules: ({ store, rosters }) => {
      const nodes = new OwnNodes()
      return [
        personalEventing({ shelves: new Shelves(store.nodes), rosters, nodes, limits: () => testLimits() }),
        vcard({ documents: store.documents, nodes, limits: () => ({ documentBytes: 400 }) }),
      ]
    },
  })

test('a card is kept as it was given, for its owner and for everybody', async () => {
  const { client } = here()
  const romeo = client('romeo/orchard')
  await assert.rejects(romeo.asks(AskVCard, {}), { condition: 'item-not-found' })
  const mine = card('<FN>Romeo &lt;Montague&gt;</FN><N><FAMILY>Montague</FAMILY><MIDDLE/></N>')
  await romeo.asks(SetVCard, mine)
  assert.deepEqual(await romeo.asks(AskVCard, {}), mine)
  assert.deepEqual(await client('tybalt/street').asks(AskVCard, {}, ROMEO), mine)
  await romeo.asks(SetVCard, NO_VCARD)
  await assert.rejects(romeo.asks(AskVCard, {}), { condition: 'item-not-found' })
})

test('nobody, and somebody without a card, look the same', async () => {
  const tybalt = here().client('tybalt/street')
  const refusals: string[] = []
  for (const to of [`romeo@${DOMAIN}`, `nobody@${DOMAIN}`])
    await assert.rejects(tybalt.asks(AskVCard, {}, { to }), (error: Error & { condition: string }) => {
      refusals.push(`${error.condition}: ${error.message}`)
      return error.condition === 'service-unavailable'
    })
  assert.equal(refusals[0], refusals[1])
})

test('a card may be changed by its owner only, and may not be too large', async () => {
  const { client } = here()
  await assert.rejects(client('tybalt/street').asks(SetVCard, card('<FN>Fool</FN>'), ROMEO), { condition: 'forbidden' })
  await assert.rejects(client('romeo/orchard').asks(SetVCard, card(`<DESC>${'é'.repeat(190)}</DESC>`)), { condition: 'policy-violation' })
})

const UPDATE = `xmlns='vcard-temp:x:update'`
const HASH = createHash('sha1').update('image').digest('hex')

async function photographed(): Promise<{ readonly shown: (update: string, to?: string) => Promise<string> }> {
  const { client, befriend } = here()
  await befriend('romeo', 'juliet')
  const juliet = client('juliet/balcony')
  await juliet.comes()
  const romeo = client('romeo/orchard')
  const photo = Buffer.from('image').toString('base64')
  await romeo.asks(SetVCard, card(`<PHOTO><TYPE>image/png</TYPE><BINVAL>\n  ${photo}\n</BINVAL></PHOTO>`))
  return {
    async shown(update, to = '') {
      juliet.takes()
      await romeo.says(`<presence${to}>${update}</presence>`)
      return juliet.takes().join('')
    },
  }
}

test('an avatar update that says nothing is filled in with the hash of the photo', async () => {
  const { shown } = await photographed()
  assert.match(await shown(`<x ${UPDATE}/>`), new RegExp(`<x ${UPDATE}><photo>${HASH}</photo></x>`))
  assert.match(await shown(`<x ${UPDATE}/>`, ` to='juliet@${DOMAIN}'`), new RegExp(`<photo>${HASH}</photo>`))
})

test('a stale hash is corrected, none is filled in; a right one and "no image" stay as they are', async () => {
  const { shown } = await photographed()
  assert.match(await shown(`<x ${UPDATE}><photo>${'0'.repeat(40)}</photo></x>`), new RegExp(`<photo>${HASH}</photo>`))
  const right = `<x ${UPDATE}><photo>${HASH.toUpperCase()}</photo></x>`
  assert.ok((await shown(right)).includes(right))
  assert.ok((await shown(`<x ${UPDATE}><photo/></x>`)).includes(`<x ${UPDATE}><photo/></x>`))
  assert.match(await shown('<show>away</show>'), new RegExp(`<photo>${HASH}</photo>`))
})

test('a new photo shows in the next presence', async () => {
  const { client, befriend } = here()
  await befriend('romeo', 'juliet')
  const juliet = client('juliet/balcony')
  await juliet.comes()
  const romeo = client('romeo/orchard')
  await romeo.says(`<presence><x ${UPDATE}/></presence>`)
  assert.ok(juliet.takes().join('').includes(`<x ${UPDATE}><photo/></x>`), 'no card, no image')
  await romeo.says('<presence/>')
  assert.ok(!juliet.takes().join('').includes('<x'), 'and nothing to tell')
  await romeo.asks(SetVCard, card(`<PHOTO><BINVAL>${Buffer.from('image').toString('base64')}</BINVAL></PHOTO>`))
  await romeo.says(`<presence><x ${UPDATE}/></presence>`)
  assert.ok(juliet.takes().join('').includes(HASH))
})

const DATA = 'urn:xmpp:avatar:data'
const METADATA = 'urn:xmpp:avatar:metadata'
const IMAGE = Buffer.from('image').toString('base64')
const publishing = (node: string, id: string, xml: string) =>
  pubsub({ publish: { node, items: [{ id, publisher: undefined, payloads: [parse(xml)] }] } })
const itemsOf = (node: string) => pubsub({ items: { node, max: undefined, subid: undefined, items: [] } })

test('XEP-0398 §3.1: an avatar that is published is the photo of the card, and presence tells of it', async () => {
  const { client, befriend, settled } = here()
  await befriend('romeo', 'juliet')
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await juliet.comes()
  await romeo.comes()
  await romeo.asks(SetVCard, card('<FN>Romeo</FN>'))
  juliet.takes()
  await romeo.asks(SetPubsub, publishing(DATA, HASH, `<data xmlns='${DATA}'>${IMAGE}</data>`))
  const info = `<info id='${HASH}' bytes='5' type='image/png'/>`
  await romeo.asks(
    SetPubsub,
    publishing(METADATA, HASH, `<metadata xmlns='${METADATA}'><info id='x' bytes='1' type='a/b' url='u'/>${info}</metadata>`),
  )
  await settled()
  const photo = `<PHOTO><TYPE>image/png</TYPE><BINVAL>${IMAGE}</BINVAL></PHOTO>`
  assert.deepEqual(await juliet.asks(AskVCard, {}, ROMEO), card(`<FN>Romeo</FN>${photo}`))
  assert.match(juliet.takes().join(''), new RegExp(`<photo>${HASH}</photo>`))
  await romeo.asks(SetPubsub, publishing(METADATA, 'none', `<metadata xmlns='${METADATA}'/>`))
  await settled()
  assert.deepEqual(await juliet.asks(AskVCard, {}, ROMEO), card('<FN>Romeo</FN>'))
  assert.match(juliet.takes().join(''), /<photo\/>/)
})

test('XEP-0398 §3.1: an image that is not what its id says is none', async () => {
  const romeo = here().client('romeo/orchard')
  const id = '0'.repeat(40)
  await romeo.asks(SetPubsub, publishing(DATA, id, `<data xmlns='${DATA}'>${IMAGE}</data>`))
  await romeo.asks(
    SetPubsub,
    publishing(METADATA, id, `<metadata xmlns='${METADATA}'><info id='${id}' bytes='5' type='image/png'/></metadata>`),
  )
  await assert.rejects(romeo.asks(AskVCard, {}), { condition: 'item-not-found' })
})

test('an avatar that is too large for the card stays out of it', async () => {
  const romeo = here().client('romeo/orchard')
  const image = Buffer.from('x'.repeat(400))
  const id = createHash('sha1').update(image).digest('hex')
  await romeo.asks(SetVCard, card('<FN>Romeo</FN>'))
  await romeo.asks(SetPubsub, publishing(DATA, id, `<data xmlns='${DATA}'>${image.toString('base64')}</data>`))
  await romeo.asks(
    SetPubsub,
    publishing(METADATA, id, `<metadata xmlns='${METADATA}'><info id='${id}' bytes='400' type='image/png'/></metadata>`),
  )
  assert.deepEqual(await romeo.asks(AskVCard, {}), card('<FN>Romeo</FN>'))
})

test('XEP-0398 §3.2: the photo of a card is published as an avatar', async () => {
  const { client } = here()
  const romeo = client('romeo/orchard')
  const [tybalt, to] = [client('tybalt/street'), `romeo@${DOMAIN}`]
  await romeo.asks(SetVCard, card(`<PHOTO><TYPE>image/gif</TYPE><BINVAL>${IMAGE}</BINVAL></PHOTO>`))
  const told = (await tybalt.asks(AskPubsub, itemsOf(METADATA), { to }))?.items?.items[0]
  assert.equal(told?.id, HASH)
  assert.deepEqual(told?.payloads[0]?.elements[0]?.attributes, { bytes: '5', id: HASH, type: 'image/gif' })
  const data = (await tybalt.asks(AskPubsub, itemsOf(DATA), { to }))?.items?.items[0]
  assert.equal(data?.payloads[0]?.text, IMAGE)
  await romeo.asks(SetVCard, card('<FN>Romeo</FN>'))
  const after = (await tybalt.asks(AskPubsub, itemsOf(METADATA), { to }))?.items?.items[0]
  assert.deepEqual(after?.payloads[0]?.elements, [])
})
