import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { AskConfiguration, Configure } from '@plodge/xmpp/xeps/muc.ts'
import { AskVCard, SetVCard } from '@plodge/xmpp/xeps/vcard.ts'
import { AskVersion } from '@plodge/xmpp/xeps/version.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { Ping } from '@plodge/xmpp/xeps/ping.ts'
import { administers, configures, COVEN, enters, founds, GROUP, leaves, MUC_X, roomTown, talks } from './rooms.testing.ts'

const at = { to: COVEN }
const codes = (xml = ''): readonly string[] => Array.from(xml.matchAll(/<status code='(\d+)'/g), ([, code = '']) => code)

function people(settings: Parameters<typeof roomTown>[0] = {}) {
  const parts = roomTown(settings)
  return { ...parts, romeo: parts.client('romeo/orchard'), juliet: parts.client('juliet/balcony'), nurse: parts.client('nurse/kitchen') }
}

test('XEP-0045 §10.1: a room is made, closed to others until it is configured, and then open', async () => {
  const { romeo, juliet } = people()
  await enters(romeo)
  const [self = '', subject = ''] = romeo.takes()
  assert.deepEqual(codes(self), ['100', '170', '201', '110'])
  assert.match(subject, /<subject\/>/)
  await enters(juliet)
  const refusal =
    /type='error'.*<x xmlns='http:\/\/jabber.org\/protocol\/muc'\/><error by='coven@group.chat.cam.ac.uk' type='cancel'><item-not-found/
  assert.match(juliet.takes()[0] ?? '', refusal)
  await configures(romeo, { roomname: 'A Dark Cave' })
  await enters(juliet)
  assert.match(juliet.takes()[0] ?? '', /from='coven@group.chat.cam.ac.uk\/romeo'/)
})

test('XEP-0045 §10.1.3: a room that is cancelled, or left before it is opened, was never there', async () => {
  const { romeo, juliet } = people()
  await enters(romeo)
  await romeo.asks(
    Configure,
    { form: { kind: 'cancel', title: undefined, instructions: [], fields: [], reported: undefined, items: [] }, destroy: undefined },
    at,
  )
  assert.match(romeo.takes().at(-1) ?? '', /type='unavailable'.*<destroy/)
  await enters(romeo)
  await leaves(romeo)
  await enters(juliet)
  assert.deepEqual(codes(juliet.takes()[0]).includes('201'), true)
})

test('people talk, change the subject, and leave', async () => {
  const { romeo, juliet, nurse } = people()
  await founds(romeo)
  await enters(juliet)
  for (const one of [romeo, juliet]) one.takes()
  await talks(juliet, 'Wherefore?')
  for (const one of [romeo, juliet])
    assert.match(
      one.takes()[0] ?? '',
      /from='coven@group.chat.cam.ac.uk\/juliet' type='groupchat' id='Wherefore\?'><body>Wherefore.*<stanza-id/,
    )
  await romeo.says(`<message to='${COVEN}' type='groupchat'><subject>Names</subject></message>`)
  assert.match(juliet.takes()[0] ?? '', /<subject>Names<\/subject>/)
  await juliet.says(`<message to='${COVEN}/romeo' type='chat'><body>psst</body></message>`)
  assert.match(romeo.takes().at(-1) ?? '', /from='coven@group.chat.cam.ac.uk\/juliet' type='chat'.*psst/)
  await leaves(juliet)
  assert.match(romeo.takes()[0] ?? '', /from='coven@group.chat.cam.ac.uk\/juliet' type='unavailable'/)
  juliet.takes()
  await talks(juliet, 'still here?')
  assert.match(juliet.takes()[0] ?? '', /type='error'.*<not-acceptable/)
  await enters(nurse)
  const late = nurse.takes()
  assert.match(late.find(xml => xml.includes('Wherefore')) ?? '', /<delay/)
  assert.match(late.at(-1) ?? '', /<subject>Names/)
})

test('a moderator puts somebody out, and an owner bans', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet)
  juliet.takes()
  await administers(romeo, { nick: 'juliet', role: 'none' })
  assert.deepEqual(codes(juliet.takes()[0]), ['307', '110'])
  await enters(juliet)
  juliet.takes()
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'outcast' })
  assert.deepEqual(codes(juliet.takes()[0]), ['301', '110'])
  await enters(juliet)
  assert.match(juliet.takes()[0] ?? '', /<forbidden/)
})

test('XEP-0045 §10.2: the form is the owners’', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await configures(romeo, { roomname: 'A Dark Cave', publicroom: '0' })
  const form = await romeo.asks(AskConfiguration, { form: undefined, destroy: undefined }, at)
  assert.deepEqual(form?.form?.fields.find(({ name }) => name === 'muc#roomconfig_roomname')?.values, ['A Dark Cave'])
  await assert.rejects(juliet.asks(AskConfiguration, { form: undefined, destroy: undefined }, at), { condition: 'forbidden' })
  await assert.rejects(configures(juliet, { roomname: 'Mine' }), { condition: 'forbidden' })
  await assert.rejects(configures(juliet, {}, `none@${GROUP}`), { condition: 'item-not-found' })
})

test('XEP-0045 §10.9: a destroyed room is gone', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet)
  juliet.takes()
  const destroy = { jid: `hell@${GROUP}`, password: undefined, reason: 'Macbeth doth come.' }
  await romeo.asks(Configure, { form: undefined, destroy }, at)
  assert.match(juliet.takes()[0] ?? '', /<destroy jid='hell@group.chat.cam.ac.uk'><reason>Macbeth/)
  await assert.rejects(romeo.asks(AskInfo, { node: undefined }, at), { condition: 'item-not-found' })
})

test('XEP-0045 §6: the service, its rooms, and what each of them is', async () => {
  const { romeo, juliet } = people()
  await founds(romeo, { roomname: 'A Dark Cave', roomdesc: 'For witches', lang: 'en' })
  await founds(romeo, { publicroom: '0' }, `hidden@${GROUP}`)
  const service = await juliet.asks(AskInfo, { node: undefined }, { to: GROUP })
  assert.ok(service.features.includes('http://jabber.org/protocol/muc'))
  assert.deepEqual((await juliet.asks(AskItems, { node: undefined }, { to: GROUP })).items, [
    { jid: COVEN, node: undefined, name: 'A Dark Cave' },
  ])
  assert.equal(
    (await romeo.asks(AskItems, { node: undefined }, { to: GROUP })).items.length,
    2,
    'hidden rooms are known to their own people',
  )
  const { identities, features, forms } = await juliet.asks(AskInfo, { node: undefined }, at)
  assert.equal(identities[0]?.name, 'A Dark Cave')
  for (const feature of ['muc_public', 'muc_persistent', 'muc_open', 'muc_unmoderated', 'muc_nonanonymous', 'muc_unsecured'])
    assert.ok(features.includes(feature), feature)
  assert.deepEqual(forms[0]?.fields.find(({ name }) => name === 'muc#roominfo_description')?.values, ['For witches'])
  const reserved = await juliet.asks(AskInfo, { node: 'x-roomuser-item' }, at)
  assert.equal(reserved.identities[0]?.name, 'juliet', '§7.12')
})

test('XEP-0410: a ping to oneself tells whether one is inside', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await romeo.asks(Ping, undefined, { to: `${COVEN}/romeo` })
  await assert.rejects(juliet.asks(Ping, undefined, { to: `${COVEN}/juliet` }), { condition: 'not-acceptable' })
  await assert.rejects(juliet.asks(AskInfo, { node: undefined }, { to: `${COVEN}/romeo` }), { condition: 'bad-request' })
  await assert.rejects(romeo.asks(Ping, undefined, { to: `${COVEN}/juliet` }), { condition: 'item-not-found' })
})

test('XEP-0045 §7.2.18: presence of somebody who is not inside is answered: they are not', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet, COVEN, '')
  const [told = ''] = juliet.takes()
  assert.match(told, /type='unavailable'/)
  assert.deepEqual(codes(told), ['110', '307', '333'])
  assert.deepEqual(romeo.takes(), [])
})

test('whoever ends a session, or says that they are unavailable, leaves all rooms', async () => {
  const { romeo, juliet, nurse } = people()
  await founds(romeo)
  await enters(juliet)
  await enters(nurse)
  romeo.takes()
  await juliet.leaves()
  assert.match(romeo.takes()[0] ?? '', /juliet' type='unavailable'/)
  await nurse.says(`<presence type='unavailable'><status>bye</status></presence>`)
  assert.match(romeo.takes()[0] ?? '', /nurse' type='unavailable'.*bye/)
  assert.deepEqual(codes(nurse.takes().at(-1)), ['110'])
})

test('a stream that is resumed (XEP-0198) goes on in the room, and nobody notices', async () => {
  const { romeo, client } = people()
  const juliet = client('juliet/phone', { acknowledges: true })
  await founds(romeo)
  await enters(juliet)
  juliet.takes()
  juliet.acknowledges()
  romeo.takes()
  await juliet.vanishes()
  await talks(romeo, 'Are you there?')
  romeo.takes()
  await juliet.returns()
  assert.match(juliet.takes()[0] ?? '', /Are you there\?/)
  assert.deepEqual(romeo.takes(), [])
})

test('XEP-0045 §14.4: a stanza that cannot be delivered puts out whom it was for, and no other error does', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet)
  romeo.takes()
  const error = (condition: string): string =>
    `<message to='${COVEN}' type='error'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`
  await juliet.says(error('forbidden'))
  assert.deepEqual(romeo.takes(), [])
  await juliet.says(error('recipient-unavailable'))
  assert.deepEqual(codes(romeo.takes()[0]), ['333'])
})

test('rooms have the names that the institution allows, and as many as it allows', async () => {
  const { romeo, juliet, nurse } = people({ names: /^[a-z-]+$/u, perOwner: 1, perDevice: 2 })
  await enters(romeo, `Ω@${GROUP}`)
  assert.match(romeo.takes()[0] ?? '', /<not-allowed/)
  await founds(romeo)
  await enters(romeo, `other@${GROUP}`)
  assert.match(romeo.takes()[0] ?? '', /<resource-constraint/)
  await founds(juliet, {}, `other@${GROUP}`)
  await founds(nurse, {}, `third@${GROUP}`)
  await enters(romeo, `other@${GROUP}`)
  romeo.takes()
  await enters(romeo, `third@${GROUP}`)
  assert.match(romeo.takes()[0] ?? '', /<resource-constraint/)
  await leaves(romeo, `other@${GROUP}`)
  await enters(romeo, `third@${GROUP}`)
  assert.doesNotMatch(romeo.takes().join(), /error/)
})

test('an institution may keep the making of rooms to its operators', async () => {
  const { romeo, nurse } = people({ mayCreate: 'operators' })
  await enters(romeo)
  assert.match(romeo.takes()[0] ?? '', /<not-allowed/)
  await enters(nurse)
  assert.deepEqual(codes(nurse.takes()[0]).includes('201'), true)
})

test('a room that is not to last ends with the last who goes', async () => {
  const { romeo, juliet } = people()
  await founds(romeo, { persistentroom: '0' })
  await leaves(romeo)
  await enters(juliet, COVEN, MUC_X)
  assert.ok(codes(juliet.takes()[0]).includes('201'))
})

test('XEP-0045 §7.8.2: an invitation by way of the room reaches who is invited, and their answer who invited', async () => {
  const { romeo, juliet, client } = people()
  await founds(romeo, { membersonly: '1' })
  await juliet.comes()
  juliet.takes()
  const user = (payload: string) => `<message to='${COVEN}'><x xmlns='http://jabber.org/protocol/muc#user'>${payload}</x></message>`
  await romeo.says(user(`<invite to='juliet@chat.cam.ac.uk'><reason>Come</reason></invite>`))
  assert.match(juliet.takes()[0] ?? '', /from='coven@group.chat.cam.ac.uk'.*<invite from='romeo@chat.cam.ac.uk'><reason>Come/)
  await juliet.says(user(`<decline to='romeo@chat.cam.ac.uk'/>`))
  assert.match(romeo.takes().at(-1) ?? '', /<decline from='juliet@chat.cam.ac.uk'/)
  await enters(juliet)
  assert.match(juliet.takes()[0] ?? '', /romeo/, 'who is invited is a member')
  await romeo.says(user(`<invite to='nobody@chat.cam.ac.uk'/>`))
  assert.match(romeo.takes().at(-1) ?? '', /<item-not-found/)
  const stranger = client('tybalt/street')
  await stranger.says(user(`<invite to='nurse@chat.cam.ac.uk'/>`))
  assert.match(stranger.takes()[0] ?? '', /<not-acceptable/)
  await stranger.says(`<message to='${COVEN}'><body>hello?</body></message>`)
  assert.match(stranger.takes()[0] ?? '', /<bad-request/)
})

test('XEP-0486: owners give the room a picture, and everybody learns that there is one', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet)
  juliet.takes()
  const card = parse(`<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>AAAA</BINVAL></PHOTO></vCard>`)
  await assert.rejects(juliet.asks(SetVCard, card, at), { condition: 'forbidden' })
  await romeo.asks(SetVCard, card, at)
  assert.deepEqual(codes(juliet.takes()[0]), ['104'])
  assert.equal((await juliet.asks(AskVCard, {}, at)).toString(), card.toString())
  const hash = async (): Promise<readonly string[] | undefined> =>
    (await juliet.asks(AskInfo, { node: undefined }, at)).forms[0]?.fields.find(({ name }) => name === 'muc#roominfo_avatarhash')?.values
  assert.deepEqual(await hash(), ['29e2dcfbb16f63bb0254df7585a15bb6fb5e927d'])
  await assert.rejects(romeo.asks(SetVCard, parse(`<vCard xmlns='vcard-temp'><NOTE>${'x'.repeat(20_000)}</NOTE></vCard>`), at), {
    condition: 'policy-violation',
  })
  await romeo.asks(SetVCard, parse(`<vCard xmlns='vcard-temp'/>`), at)
  assert.equal(await hash(), undefined)
})

test('XEP-0045 §17.4: a question by nickname reaches the device, and neither learns who the other is', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet)
  romeo.takes()
  const asked = juliet.asks(AskVersion, {}, { to: `${COVEN}/romeo` })
  for (let tries = 0; romeo.inbox.length === 0 && tries < 100; tries++) await new Promise(resolve => setImmediate(resolve))
  const [question = ''] = romeo.takes()
  assert.match(question, /from='coven@group.chat.cam.ac.uk\/juliet' type='get'/)
  const id = / id='([^']*)'/.exec(question)?.[1] ?? ''
  await romeo.says(
    `<iq type='result' id='${id}' to='${COVEN}/juliet'><query xmlns='jabber:iq:version'><name>Pen</name><version>1</version></query></iq>`,
  )
  assert.equal((await asked).name, 'Pen')
})
