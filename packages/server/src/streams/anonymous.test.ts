/** SASL ANONYMOUS over real lines (XEP-0175): guests get in at a domain of their own, and do little there. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testSettings } from '@plodge/testkit/settings.ts'
import { HEADER, RawClient } from './raw-client.testing.ts'
import { type Here, here } from './server.testing.ts'

const GUESTS = 'guests.chat.cam.ac.uk'
const HEADER_OF_GUESTS = HEADER.replace("to='chat.cam.ac.uk'", `to='${GUESTS}'`)
const AUTH = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>`
const settings = { services: { ...testSettings().services, guests: GUESTS } }

let town: Here
before(async () => {
  town = await here({ settings, limits: { guests: 3, directedPresences: 2 } })
})
after(() => town[Symbol.asyncDispose]())

interface Guest {
  readonly client: RawClient
  readonly jid: string
}

async function arrive(header = HEADER_OF_GUESTS): Promise<{ readonly client: RawClient; readonly features: string }> {
  const client = await RawClient.connect(town.ports.clientTls)
  await client.startTls({ ALPNProtocols: ['xmpp-client'] })
  return { client, features: await client.open(header) }
}

async function guest(): Promise<Guest> {
  const { client } = await arrive()
  await client.asks(AUTH, '<challenge')
  await client.asks(`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`, '<success')
  await client.open(HEADER_OF_GUESTS)
  const jid = /<jid>([^<]+)/.exec(await client.bind('visit'))?.[1] ?? ''
  return { client, jid }
}

/** Settles when the server has done what was asked. */
const settled = ({ client }: Guest): Promise<string> =>
  client.asks(`<iq type='get' id='s${Math.random()}' to='${GUESTS}'><ping xmlns='urn:xmpp:ping'/></iq>`, /id='s[^']+'\/>/)
/** With a word, so that the server has let it go when it settles. */
const leave = ({ client }: Guest): Promise<string> => {
  client.say('</stream:stream>')
  return client.goes()
}

test('the domain of guests offers ANONYMOUS alone, and that of the people never', async () => {
  const here = await arrive()
  assert.deepEqual([...new Set(here.features.match(/(?<=<mechanism>)[^<]+/g))], ['ANONYMOUS'])
  assert.match(here.features, / from='guests\.chat\.cam\.ac\.uk'/)
  assert.doesNotMatch(here.features, /upgrade|fast|register/)
  const there = await arrive(HEADER)
  assert.doesNotMatch(there.features, /ANONYMOUS/)
  assert.match(await there.client.asks(AUTH, '</failure>'), /<invalid-mechanism/)
  for (const { client } of [here, there]) await client.vanishes()
})

test('§2: the name is a new one each time, whatever the client says of itself', async () => {
  const { client } = await arrive()
  const trace = Buffer.from('romeo@chat.cam.ac.uk').toString('base64')
  await client.asks(AUTH.replace('/>', `>${trace}</auth>`), '<success')
  await client.open(HEADER_OF_GUESTS)
  const one = await client.bind('visit')
  const other = await guest()
  const name = /^[0-9a-f]{8}-[0-9a-f-]{27}@guests\.chat\.cam\.ac\.uk\/visit$/
  assert.match(/<jid>([^<]+)/.exec(one)?.[1] ?? '', name)
  assert.match(other.jid, name)
  assert.notEqual(/<jid>([^<]+)/.exec(one)?.[1], other.jid)
  await leave({ client, jid: '' })
  await leave(other)
})

test('by XEP-0388 in one breath', async () => {
  const { client } = await arrive()
  const answer = await client.asks(
    `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='ANONYMOUS'><initial-response/><bind xmlns='urn:xmpp:bind:0'><tag>web</tag></bind></authenticate>`,
    '</success>',
  )
  assert.match(answer, /<authorization-identifier>[0-9a-f-]{36}@guests\.chat\.cam\.ac\.uk\/web\//)
  await client.vanishes()
})

test('a stream that began as a guest’s does not go on as a person’s', async () => {
  const { client } = await arrive()
  await client.asks(AUTH.replace('/>', '>=</auth>'), '<success')
  assert.match(await client.asks(HEADER, '</stream:error>'), /<host-unknown/)
  await client.goes()
})

test('there are as many as the limit says, and who leaves makes room', async () => {
  const three = [await guest(), await guest(), await guest()]
  const { client } = await arrive()
  assert.match(await client.asks(AUTH.replace('/>', '>=</auth>'), '</failure>'), /<temporary-auth-failure/)
  await leave(three[0] as Guest)
  await leave(three[1] as Guest)
  assert.match(await client.asks(AUTH.replace('/>', '>=</auth>'), /<success|<\/failure>/), /<success/)
  for (const one of [three[2] as Guest, { client, jid: '' }]) await leave(one)
})

test('nor more of those who log in at once', async () => {
  const four = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const { client } = await arrive()
      await client.asks(AUTH.replace('/>', '>=</auth>'), '<success')
      await client.open(HEADER_OF_GUESTS)
      return client
    }),
  )
  const bound = four.slice(0, 3)
  for (const client of bound) await client.bind('visit')
  const [last] = four.slice(3)
  assert.ok(last)
  const bind = `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`
  assert.match(await last.asks(bind, /<\/stream:error>|<\/iq>/), /<not-authorized/)
  await last.goes()
  for (const client of bound) await leave({ client, jid: '' })
})

describe('a guest', () => {
  const ASKED: readonly (readonly [what: string, xml: string])[] = [
    ['the roster', `<query xmlns='jabber:iq:roster'/>`],
    ['a private document', `<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>`],
    ['a vCard of its own', `<vCard xmlns='vcard-temp'/>`],
    ['history', `<query xmlns='urn:xmpp:mam:2'/>`],
    ['its devices', `<list xmlns='urn:xmpp:cam:0'/>`],
  ]
  for (const [what, payload] of ASKED)
    test(`has no ${what}`, async () => {
      const visitor = await guest()
      assert.match(await visitor.client.asks(`<iq type='get' id='a'>${payload}</iq>`, '</iq>'), /<service-unavailable/)
      await leave(visitor)
    })

  const REFUSED: readonly (readonly [what: string, xml: string])[] = [
    ['an account', `<iq type='set' id='r' to='chat.cam.ac.uk'><query xmlns='jabber:iq:register'><username>x</username></query></iq>`],
    ['a command', `<iq type='set' id='r' to='chat.cam.ac.uk'><command xmlns='http://jabber.org/protocol/commands' node='x'/></iq>`],
    ['a person’s devices', `<iq type='get' id='r' to='romeo@chat.cam.ac.uk'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`],
    ['a contact', `<presence id='r' type='subscribe' to='romeo@chat.cam.ac.uk'/>`],
    ['a person who did not speak to it', `<message id='r' to='romeo@chat.cam.ac.uk' type='chat'><body>hello</body></message>`],
    ['to be seen by one', `<presence id='r' to='romeo@chat.cam.ac.uk'/>`],
  ]
  for (const [what, xml] of REFUSED)
    test(`does not get ${what}`, async () => {
      const visitor = await guest()
      assert.match(await visitor.client.asks(xml, /id='r'>.*?<\/error>/), /<not-allowed /)
      await leave(visitor)
    })

  test('does not get what it takes to upload', async () => {
    const visitor = await guest()
    const xml = `<iq type='get' id='r' to='upload.chat.cam.ac.uk'><request xmlns='urn:xmpp:http:upload:0' filename='a' size='1'/></iq>`
    assert.match(await visitor.client.asks(xml, '</iq>'), /<remote-server-not-found/)
    await leave(visitor)
  })

  test('asks the server what it is, and is what §4 says', async () => {
    const visitor = await guest()
    const ask = (to: string): Promise<string> =>
      visitor.client.asks(`<iq type='get' id='i' to='${to}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`, '</iq>')
    assert.match(await ask('chat.cam.ac.uk'), /from='chat\.cam\.ac\.uk'.* category='server' type='im'/)
    assert.match(await ask(GUESTS), /from='guests\.chat\.cam\.ac\.uk'/)
    const romeo = await town.login('orchard')
    const bare = visitor.jid.replace(/\/.*/, '')
    const answer = await romeo.asks(
      `<iq type='get' id='i' to='${bare}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
      '</iq>',
    )
    assert.match(answer, /<identity category='account' type='anonymous'\/>/)
    await romeo.vanishes()
    await leave(visitor)
  })

  test('answers a person who spoke to it, is seen by them, and is seen to go', async () => {
    const visitor = await guest()
    const romeo = await town.login('orchard')
    romeo.say(`<presence/><message to='${visitor.jid}' type='chat'><body>Who is there?</body></message>`)
    await visitor.client.hears('Who is there?</body>')
    visitor.client.say(`<message to='romeo@chat.cam.ac.uk' type='chat'><body>A pilgrim</body></message>`)
    assert.match(await romeo.hears('A pilgrim</body>'), new RegExp(`from='${visitor.jid}'`))
    visitor.client.say(`<presence to='romeo@chat.cam.ac.uk'/>`)
    await romeo.hears(`from='${visitor.jid}'/>`)
    await leave(visitor)
    await romeo.hears(`from='${visitor.jid}' type='unavailable'/>`)
    assert.match(
      await romeo.asks(`<message id='late' to='${visitor.jid}' type='chat'><body>Wait</body></message>`, '</message>'),
      /type='error' id='late'.*<service-unavailable/,
    )
    await romeo.vanishes()
  })

  test('enters a room, talks there, and is out of it when it goes', async () => {
    const visitor = await guest()
    const romeo = await town.login('orchard')
    const enter = (nick: string): string =>
      `<presence to='garden@group.chat.cam.ac.uk/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`
    await romeo.asks(enter('romeo'), /<subject\/>/)
    await romeo.asks(
      `<iq type='set' id='c' to='garden@group.chat.cam.ac.uk'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>`,
      /type='result' id='c'/,
    )
    const welcome = await visitor.client.asks(enter('romeo'), /<subject\/>/)
    const nick = visitor.jid.replace('/visit', '')
    assert.match(welcome, new RegExp(`from='garden@group\\.chat\\.cam\\.ac\\.uk/${nick}'`))
    assert.match(welcome, /<status code='210'/)
    await romeo.hears(`/${nick}'`)
    const say = `<message to='garden@group.chat.cam.ac.uk' type='groupchat'><body>Good even</body></message>`
    await visitor.client.asks(say, 'Good even</body>')
    await romeo.hears('Good even</body>')
    await leave(visitor)
    assert.match(await romeo.hears(/<presence[^>]*type='unavailable'.*?<\/presence>/), new RegExp(nick))
    await romeo.vanishes()
  })

  test('is nobody’s to probe: what nobody knows of says nothing of who is there', async () => {
    const visitor = await guest()
    const ask = (to: string): Promise<string> =>
      visitor.client.asks(`<iq type='get' id='v' to='${to}'><query xmlns='jabber:iq:version'/></iq>`, '</iq>')
    const one = await ask('romeo@chat.cam.ac.uk')
    assert.equal(one.replaceAll('romeo', 'nobody'), await ask('nobody@chat.cam.ac.uk'))
    await settled(visitor)
    await leave(visitor)
  })
})
