import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RawClient } from './raw-client.testing.ts'
import { type Here, PASSWORD, here } from './server.testing.ts'

const SM = 'urn:xmpp:sm:3'
const toRomeo = (id: string): string => `<message to='romeo@chat.cam.ac.uk/orchard' type='headline' id='${id}'/>`
const idsIn = (text: string): readonly (string | undefined)[] => [...text.matchAll(/<message [^>]*id='(\w+)'/g)].map(([, id]) => id)
const conditionOf = (text: string): string | undefined => /<([a-z-]+) xmlns='urn:ietf:params:xml:ns:xmpp-streams'\/>/.exec(text)?.[1]

describe('resumption over real sockets (XEP-0198)', () => {
  let town: Here
  let juliet: RawClient
  before(async () => {
    town = await here({ limits: { sessionsPerAccount: 3 } })
    juliet = await town.login('balcony', 'juliet')
  })
  after(async () => {
    await juliet.vanishes()
    await town[Symbol.asyncDispose]()
  })

  const known = async (): Promise<RawClient> => {
    const client = await town.client()
    await client.authenticate('romeo', PASSWORD)
    return client
  }
  const resume = (id: string, h: number | string): string => `<resume xmlns='${SM}' previd='${id}' h='${h}'/>`
  /** Ends the session, so that the next test finds none. */
  const leaves = async (client: RawClient): Promise<void> => {
    client.say('</stream:stream>')
    await client.goes()
  }

  test('what was not acknowledged comes again, once and in order, also when the old line still looks alive', async () => {
    const old = await town.login('orchard')
    const id = await old.enable()
    for (const name of ['a', 'b', 'c']) juliet.say(toRomeo(name))
    await old.hears(`id='c'/>`)
    old.say(`<message to='juliet@chat.cam.ac.uk/balcony' id='counted'/>`)
    await juliet.hears(`id='counted'/>`)
    const client = await known()
    const answer = await client.asks(resume(id, 1), `<r xmlns='${SM}'/>`)
    assert.match(answer, new RegExp(`^<resumed xmlns='${SM}' previd='${id}' h='1'/>`))
    assert.deepEqual(idsIn(answer), ['b', 'c'])
    assert.equal(conditionOf(await old.goes()), 'conflict')
    juliet.say(toRomeo('d'))
    await client.hears(`id='d'/>`)
    client.say(`<a xmlns='${SM}' h='4'/>`)
    assert.equal(await client.asks(`<r xmlns='${SM}'/>`, '/>'), `<a xmlns='${SM}' h='1'/>`)
    await leaves(client)
  })

  test('who acknowledges more than was sent hears how many that were, and the session waits on', async () => {
    const old = await town.login('orchard')
    const id = await old.enable()
    await old.vanishes()
    const liar = await known()
    liar.say(resume(id, 7))
    const answer = await liar.goes()
    assert.equal(conditionOf(answer), 'undefined-condition')
    assert.match(answer, new RegExp(`<handled-count-too-high xmlns='${SM}' h='7' send-count='0'/>`))
    const client = await known()
    await client.asks(resume(id, 0), '<resumed')
    await leaves(client)
  })

  test('a session is its owner’s, and is gone when its stream was closed', async () => {
    const old = await town.login('orchard')
    const id = await old.enable()
    await old.asks(`<iq type='get' id='p' to='chat.cam.ac.uk'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='p'/>`)
    const thief = await town.client()
    await thief.authenticate('juliet', PASSWORD)
    const refusal = `<failed xmlns='${SM}'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`
    assert.equal(await thief.asks(resume(id, 0), '</failed>'), refusal)
    await thief.vanishes()
    await leaves(old)
    const client = await known()
    assert.equal(await client.asks(resume(id, 0), '</failed>'), refusal.replace('><item', ` h='1'><item`))
    assert.match(await client.bind('orchard'), /<jid>/)
    await leaves(client)
  })

  test('a client that vanishes while it comes back leaves no session without a line', async () => {
    const old = await town.login('orchard')
    const id = await old.enable()
    await old.vanishes()
    for (let i = 0; i < 5; i++) {
      // The answer waits for the commit of this message.
      juliet.say(`<message to='romeo@chat.cam.ac.uk' type='chat' id='m${i}'><body>x</body></message>`)
      await juliet.settles()
      const hasty = await known()
      hasty.say(resume(id, 0))
      await hasty.vanishes()
    }
    const client = await known()
    await client.asks(resume(id, 0), '<resumed')
    juliet.say(toRomeo('last'))
    await client.hears(`id='last'/>`)
    await leaves(client)
  })

  test('a lost session of the same name is replaced, and its contacts see it go once', async () => {
    const old = await town.login('orchard')
    await old.enable()
    await old.vanishes()
    const client = await town.login('orchard')
    juliet.say(toRomeo('new'))
    await client.hears(`id='new'/>`)
    await leaves(client)
  })

  test('devices that never came back make room for one that is there; those that are there do not', async () => {
    const lost = await town.login('lost')
    await lost.enable()
    const others = [await town.login('one'), await town.login('two')]
    await lost.vanishes()
    const next = await town.login('next')
    await next.settles()
    const tooMany = await known()
    assert.match(await tooMany.bind('more'), /<resource-constraint /)
    for (const client of [...others, next]) await leaves(client)
    await tooMany.vanishes()
  })
})
