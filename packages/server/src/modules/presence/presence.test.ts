import assert from 'node:assert/strict'
import { test } from 'node:test'
import { town } from '@plodge/testkit/town.ts'

const short = (stanza: string): string => {
  const [, to, from, type] = /^<presence(?: to='([^']*)')?(?: from='([^']*)')?(?: type='([^']*)')?/.exec(stanza) ?? []
  return `${type ?? 'available'} ${from?.replace('@chat.cam.ac.uk', '') ?? ''} → ${to?.replace('@chat.cam.ac.uk', '') ?? ''}`
}

async function friends() {
  const parts = town()
  await parts.befriend('romeo', 'juliet')
  return { ...parts, romeo: parts.client('romeo/orchard'), juliet: parts.client('juliet/balcony') }
}

test('RFC 6121 §4.2: who comes sees who is there, and is seen by them and by oneself', async () => {
  const { romeo, juliet } = await friends()
  await romeo.comes()
  assert.deepEqual(romeo.takes().map(short), ['available romeo/orchard → romeo'])
  await juliet.comes()
  assert.deepEqual(romeo.takes().map(short), ['available juliet/balcony → romeo'])
  assert.deepEqual(juliet.takes().map(short).sort(), ['available juliet/balcony → juliet', 'available romeo/orchard → juliet'])
})

test('RFC 6121 §4.4: a change goes to the same people, and nobody is probed again', async () => {
  const { romeo, juliet } = await friends()
  await romeo.comes()
  await juliet.comes()
  romeo.takes()
  juliet.takes()
  await romeo.comes({ status: 'sighing' })
  assert.equal(juliet.takes().length, 1)
  assert.deepEqual(romeo.takes().map(short), ['available romeo/orchard → romeo'])
})

test('RFC 6121 §4.5: who goes, by word or by a broken line, is seen to go once', async () => {
  for (const go of ['says', 'vanishes'] as const) {
    const { romeo, juliet } = await friends()
    await romeo.comes()
    await juliet.comes()
    romeo.takes()
    if (go === 'says') await juliet.says(`<presence type='unavailable'/>`)
    await juliet.vanishes()
    assert.deepEqual(romeo.takes().map(short), ['unavailable juliet/balcony → romeo'])
  }
})

test('strangers see nothing', async () => {
  const { romeo, client } = await friends()
  const tybalt = client('tybalt/street')
  await tybalt.comes()
  tybalt.takes()
  await romeo.comes()
  await tybalt.says(`<presence type='probe' to='romeo@chat.cam.ac.uk'/>`)
  assert.deepEqual(tybalt.takes(), [])
})

test('RFC 6121 §4.3: a probe of a contact is answered for each device', async () => {
  const { romeo, juliet, client } = await friends()
  const phone = client('juliet/phone')
  await juliet.comes()
  await phone.comes()
  await romeo.says(`<presence type='probe' to='juliet@chat.cam.ac.uk'/>`)
  assert.deepEqual(romeo.takes().map(short).sort(), ['available juliet/balcony → romeo/orchard', 'available juliet/phone → romeo/orchard'])
})

test('RFC 6121 §4.6: presence by name goes to a stranger, and going is told to them too', async () => {
  const { romeo, client } = await friends()
  const tybalt = client('tybalt/street')
  await tybalt.comes()
  tybalt.takes()
  await romeo.says(`<presence to='tybalt@chat.cam.ac.uk'/>`)
  assert.deepEqual(tybalt.takes().map(short), ['available romeo/orchard → tybalt'])
  await romeo.vanishes()
  assert.deepEqual(tybalt.takes().map(short), ['unavailable romeo/orchard → tybalt'])
})

test('RFC 6121 §4.7.2.3: a priority is a number from -128 to 127', async () => {
  for (const [priority, isRefused] of [
    ['127', false],
    ['-128', false],
    ['128', true],
    ['-129', true],
    ['high', true],
    ['', true],
  ] as const) {
    const { romeo } = await friends()
    await romeo.says(`<presence><priority>${priority}</priority></presence>`)
    assert.equal(
      romeo.takes().some(stanza => stanza.includes('<bad-request')),
      isRefused,
      priority,
    )
  }
})

test('directed presence has a bound', async () => {
  const { romeo } = await friends()
  for (let i = 0; i < 101; i++) await romeo.says(`<presence to='a${i}@chat.cam.ac.uk'/>`)
  assert.ok(romeo.takes().at(-1)?.includes('<resource-constraint'))
})

test('RFC 6121 §4.6.3: a friend who was also told by name hears once that a device goes', async () => {
  const { romeo, juliet } = await friends()
  await romeo.comes()
  await juliet.comes()
  await juliet.says(`<presence to='romeo@chat.cam.ac.uk/orchard'/><presence to='romeo@chat.cam.ac.uk'/>`)
  romeo.takes()
  await juliet.says(`<presence type='unavailable'/>`)
  assert.deepEqual(romeo.takes().map(short), ['unavailable juliet/balcony → romeo'])
})

test('a client that goes while its presence waits is not shown as there afterwards', async () => {
  for (const presence of ['<presence/>', `<presence to='tybalt@chat.cam.ac.uk/street'/>`]) {
    const parts = await friends()
    const { host, romeo, juliet, client, settled } = parts
    const tybalt = client('tybalt/street')
    await romeo.comes()
    await tybalt.comes()
    for (const one of [romeo, tybalt]) one.takes()
    const { promise, resolve } = Promise.withResolvers<void>()
    host.presence.rewrite.push(stanza => promise.then(() => stanza))
    const said = juliet.says(presence)
    await juliet.vanishes()
    resolve()
    await said
    await settled()
    const seen = [...romeo.takes(), ...tybalt.takes()].map(short)
    assert.ok(!seen.some(what => what.startsWith('available')), seen.join())
    assert.equal(juliet.session.presence, undefined)
  }
})

test('RFC 6121 §8.5.3.2.2: an error goes to the device it is for, past what guards allow', async () => {
  const { host, romeo, juliet } = await friends()
  await romeo.comes()
  romeo.takes()
  const error = `<presence type='error' to='romeo@chat.cam.ac.uk/orchard'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`
  await juliet.says(error + error.replace('/orchard', ''))
  assert.deepEqual(romeo.takes().map(short), ['error juliet/balcony → romeo/orchard'])
  host.presence.guard.push(() => true)
  await juliet.says(error)
  assert.deepEqual([...romeo.takes(), ...juliet.takes()], [])
})
