import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../../storage/sqlite/store.ts'
import { town } from '@plodge/testkit/town.ts'

const JULIET = 'juliet@chat.cam.ac.uk'
const ROSTER = `xmlns='jabber:iq:roster'`
const set = (item: string, id = 's'): string => `<iq type='set' id='${id}'><query ${ROSTER}>${item}</query></iq>`
const get = (ver = ''): string => `<iq type='get' id='g'><query ${ROSTER}${ver}/></iq>`
const conditionOf = (stanza: string | undefined): string | undefined =>
  /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'\/>/.exec(stanza ?? '')?.[1]
const kinds = (stanzas: readonly string[]): string[] =>
  stanzas.map(stanza =>
    stanza.startsWith('<iq')
      ? (/<item [^>]*?(?:subscription='(\w+)')[^>]*?(?:ask='(\w+)')?\/?>/.exec(stanza)?.slice(1).filter(Boolean).join('+') ?? 'iq')
      : (/type='(\w+)'/.exec(stanza)?.[1] ?? 'available'),
  )

test('RFC 6121 §2.3: a contact is added, named, grouped, pushed to devices that asked, and there at the next log-in', async () => {
  const { client } = town()
  const phone = client('romeo/phone')
  const laptop = client('romeo/laptop')
  const deaf = client('romeo/deaf')
  await phone.says(get())
  await laptop.says(get())
  phone.takes()
  laptop.takes()
  await phone.says(set(`<item jid='${JULIET}' name='Juliet'><group>Friends</group></item>`))
  const item = `<item jid='${JULIET}' name='Juliet' subscription='none'><group>Friends</group></item>`
  for (const device of [phone, laptop]) assert.ok(device.takes().some(stanza => stanza.includes(`type='set'`) && stanza.includes(item)))
  assert.deepEqual(deaf.takes(), [])
  await deaf.says(get())
  assert.ok(deaf.takes()[0]?.includes(item))
})

for (const [what, item, condition] of [
  ['two items', `<item jid='a@b'/><item jid='c@d'/>`, 'bad-request'],
  ['no item', '', 'bad-request'],
  ['an address that is none', `<item jid='@@'/>`, 'jid-malformed'],
  ['a group twice', `<item jid='a@b'><group>x</group><group>x</group></item>`, 'bad-request'],
  ['a group without name', `<item jid='a@b'><group/></item>`, 'not-acceptable'],
  ['a name that is too long', `<item jid='a@b' name='${'n'.repeat(1024)}'/>`, 'not-acceptable'],
  ['the removal of a stranger', `<item jid='a@b' subscription='remove'/>`, 'item-not-found'],
] as const) {
  test(`RFC 6121 §2.3.3, §2.5.3: ${what} is refused by ${condition}`, async () => {
    const { client } = town()
    const romeo = client('romeo/orchard')
    await romeo.says(set(item))
    assert.equal(conditionOf(romeo.takes()[0]), condition)
  })
}

test('a roster belongs to its owner: to ask for, or to change, that of another is refused', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.says(
    `<iq type='get' id='1' to='${JULIET}'><query ${ROSTER}/></iq><iq type='set' id='2' to='${JULIET}'><query ${ROSTER}><item jid='x@y'/></query></iq>`,
  )
  assert.deepEqual(romeo.takes().map(conditionOf), ['service-unavailable', 'service-unavailable'])
})

test('RFC 6121 §3.1: a request, its approval, and presence: each side hears it in order', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  for (const one of [romeo, juliet]) {
    await one.says(get())
    await one.comes()
    one.takes()
  }
  await romeo.says(`<presence to='${JULIET}' type='subscribe'/>`)
  assert.deepEqual(kinds(romeo.takes()), ['none+subscribe'])
  assert.deepEqual(kinds(juliet.takes()), ['subscribe'])
  await juliet.says(`<presence to='romeo@chat.cam.ac.uk' type='subscribed'/>`)
  assert.deepEqual(kinds(juliet.takes()), ['from'])
  assert.deepEqual(kinds(romeo.takes()), ['subscribed', 'to', 'available'])
})

test('RFC 6121 §3.1.3: a request waits for its answer over log-ins, with what it said', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.says(`<presence to='${JULIET}' type='subscribe' id='r1'><status>O be some other name</status></presence>`)
  for (const name of ['juliet/balcony', 'juliet/tomb']) {
    const juliet = client(name)
    await juliet.comes()
    assert.ok(
      juliet
        .takes()
        .some(
          stanza =>
            stanza.includes(`type='subscribe'`) &&
            stanza.includes('O be some other name') &&
            stanza.includes(`from='romeo@chat.cam.ac.uk'`),
        ),
    )
    await juliet.says(get())
    assert.ok(!juliet.takes()[0]?.includes('<item'), 'a mere request is no roster item')
  }
})

test('RFC 6121 §3.1.3: a request to nobody is answered by unsubscribed', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.says(get())
  romeo.takes()
  await romeo.says(`<presence to='rosaline@chat.cam.ac.uk' type='subscribe'/>`)
  assert.deepEqual(kinds(romeo.takes()), ['none+subscribe', 'unsubscribed', 'none'])
})

test('RFC 6121 §2.5, §3.2, §3.3: removing a contact ends both subscriptions and hides both', async () => {
  const { client, befriend } = town()
  await befriend('romeo', 'juliet')
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  for (const one of [romeo, juliet]) {
    await one.says(get())
    await one.comes()
  }
  romeo.takes()
  juliet.takes()
  await romeo.says(set(`<item jid='${JULIET}' subscription='remove'/>`))
  assert.deepEqual(kinds(juliet.takes()).sort(), ['none', 'to', 'unavailable', 'unsubscribe', 'unsubscribed'].sort())
  assert.ok(romeo.takes().some(stanza => stanza.includes(`subscription='remove'`)))
  await juliet.comes({ status: 'alone' })
  assert.deepEqual(romeo.takes(), [])
})

test('RFC 6121 §2.6: a version that is still the last is answered by nothing', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  await romeo.says(set(`<item jid='${JULIET}'/>`))
  await romeo.says(get(` ver=''`))
  const ver = /ver='(\d+)'/.exec(romeo.takes().at(-1) ?? '')?.[1]
  await romeo.says(get(` ver='${ver}'`))
  assert.deepEqual(romeo.takes(), [`<iq to='romeo@chat.cam.ac.uk/orchard' type='result' id='g'/>`])
})

test('RFC 6121 §2.6.3: after changes an old version gets only what changed, as pushes after the empty answer', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'plodge-'))
  const store = await openSqliteStore({ folder })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const { client } = town({ store: () => store })
  const romeo = client('romeo/orchard')
  for (let i = 0; i < 10; i++) await romeo.says(set(`<item jid='friend${i}@chat.cam.ac.uk'/>`))
  await romeo.says(get(` ver=''`))
  const ver = /ver='(\d+)'/.exec(romeo.takes().at(-1) ?? '')?.[1]
  const laptop = client('romeo/laptop')
  await laptop.says(
    set(`<item jid='friend3@chat.cam.ac.uk' name='Third'/>`) + set(`<item jid='friend4@chat.cam.ac.uk' subscription='remove'/>`),
  )
  const phone = client('romeo/phone')
  await phone.says(get(` ver='${ver}'`))
  const stanzas = phone.takes()
  assert.equal(stanzas[0], `<iq to='romeo@chat.cam.ac.uk/phone' type='result' id='g'/>`)
  assert.equal(stanzas.length, 3)
  assert.ok(stanzas[1]?.includes(`jid='friend3@chat.cam.ac.uk' name='Third'`))
  assert.ok(stanzas[2]?.includes(`jid='friend4@chat.cam.ac.uk' subscription='remove'`))
})

test('a roster has a bound, and so have the requests of strangers', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  for (let i = 0; i < 101; i++) await romeo.says(set(`<item jid='friend${i}@chat.cam.ac.uk'/>`))
  assert.equal(conditionOf(romeo.takes().at(-1)), 'resource-constraint')
  await romeo.says('<presence/>')
  romeo.takes()
  const juliet = client('juliet/balcony')
  await juliet.says(get())
  juliet.takes()
  await juliet.says(`<presence type='subscribe' to='romeo@chat.cam.ac.uk'/>`)
  assert.deepEqual([juliet.takes().map(conditionOf), romeo.takes()], [['resource-constraint'], []])
  await juliet.says(get())
  assert.doesNotMatch(juliet.takes().join(''), /romeo@[^>]*ask=/)
  // Who is on the list already takes no place more.
  await romeo.says(set(`<item jid='friend1@chat.cam.ac.uk' subscription='remove'/>`) + set(`<item jid='${JULIET}'/>`, 't'))
  await juliet.says(`<presence type='subscribe' to='romeo@chat.cam.ac.uk'/>`)
  assert.match(romeo.takes().join(''), /type='subscribe'/)
})

test('RFC 6121 §2.6: who was removed and asks again is gone from the roster of a device that was away', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'plodge-roster-'))
  const store = await openSqliteStore({ folder })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const { client } = town({ store: () => store })
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  for (const name of ['a', 'b', 'c', 'd', 'e']) await romeo.says(set(`<item jid='${name}@chat.cam.ac.uk'/>`))
  await romeo.says(set(`<item jid='${JULIET}'/>`))
  await romeo.says(get(` ver=''`))
  const ver = /ver='(\d+)'/.exec(romeo.takes().at(-1) ?? '')?.[1]
  await romeo.says(set(`<item jid='${JULIET}' subscription='remove'/>`))
  await juliet.says(`<presence type='subscribe' to='romeo@chat.cam.ac.uk'/>`)
  const phone = client('romeo/phone')
  await phone.says(get(` ver='${ver}'`))
  assert.match(phone.takes().join(), new RegExp(`<item jid='${JULIET}' subscription='remove'/>`))
})

test('a roster that changes while a device asks for it ends up whole at the device', async () => {
  const { client, rosters } = town()
  const [romeo, laptop] = [client('romeo/orchard'), client('romeo/laptop')]
  await romeo.says(set(`<item jid='a@chat.cam.ac.uk'/>`))
  const { promise, resolve } = Promise.withResolvers<void>()
  rosters.since = async () => {
    await promise
    return undefined
  }
  const asked = laptop.says(get(` ver='0'`))
  await romeo.says(set(`<item jid='b@chat.cam.ac.uk'/>`))
  resolve()
  await asked
  assert.ok(laptop.takes().at(-1)?.includes(`jid='b@chat.cam.ac.uk'`))
})

test('a full roster keeps nobody from taking back a subscription', async () => {
  const { client } = town()
  const romeo = client('romeo/orchard')
  for (let i = 0; i < 100; i++) await romeo.says(set(`<item jid='friend${i}@chat.cam.ac.uk'/>`))
  romeo.takes()
  await romeo.says(`<presence type='unsubscribed' to='${JULIET}'/><presence type='subscribe' to='${JULIET}'/>`)
  assert.deepEqual(romeo.takes().map(conditionOf), ['resource-constraint'])
})
