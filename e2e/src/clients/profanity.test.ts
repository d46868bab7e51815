/** profanity, which people use: what it shows on its screen when it talks to others through the server. */
import assert from 'node:assert/strict'
import { type TestContext, after, before, describe, test } from 'node:test'
import { Client } from '../client/client.ts'
import { firstLogin } from '../client/first-login.ts'
import { Proxy } from '../client/proxy.ts'
import { startTarget } from '../target/start.ts'
import { type Account, type RunningTarget, person } from '../target/target.ts'
import { type Device, type Door, bareOf, leavingOnce } from './device.ts'
import { Profanity, type ProfanityOptions, profanityMissing } from './profanity.ts'
import { unless } from './skip.ts'
import { slixmpp } from './slixmpp.ts'

describe('profanity', { skip: unless(profanityMissing ?? slixmpp.missing) }, () => {
  let target: RunningTarget
  let next = 0
  const somebody = async (): Promise<Account> => {
    const account = person(target, next++)
    await firstLogin(target, account)
    return account
  }
  const bot = async (t: TestContext, account: Account): Promise<Device> => {
    const door: Door = { label: '', transport: 'starttls', tls: '1.2', mechanism: 'SCRAM-SHA-1' }
    const device = leavingOnce(await slixmpp.connect(target, account, { resource: 'bot', door }))
    t.after(() => device.leave())
    return device
  }
  const sit = async (t: TestContext, account: Account, options: ProfanityOptions): Promise<Profanity> => {
    const profanity = await Profanity.start(target, account, options)
    t.after(() => profanity.quit())
    return profanity
  }

  before(async () => {
    target = await startTarget({ people: 20 })
  })
  after(() => target.stop())

  test('logs in by STARTTLS and direct TLS, with TLS 1.2 and 1.3, by SCRAM once that is possible and by PLAIN before', async () => {
    const account = person(target, next++)
    const first = await Profanity.start(target, account, { resource: 'first' })
    await first.quit()
    await firstLogin(target, account)
    for (const tls of ['force', 'legacy'] as const) {
      for (const newestTls of ['1.2', '1.3'] as const) {
        const profanity = await Profanity.start(target, account, { resource: 'desk', tls, newestTls })
        assert.match(profanity.log, /SENT: <auth [^>]*mechanism="SCRAM-SHA-(1|256|512)"/)
        await profanity.quit()
      }
    }
  })

  test('befriends a bot, sees it come and go, and talks with it', async t => {
    const [me, you] = [await somebody(), await somebody()]
    const [profanity, friend] = [await sit(t, me, { resource: 'desk' }), await bot(t, you)]
    const mine = `${me.name}@${target.domain}`
    const accepted = friend.accept(mine)
    profanity.type(`/roster add ${bareOf(friend.jid)}`, `/sub request ${bareOf(friend.jid)}`)
    await accepted
    profanity.type(`/sub allow ${bareOf(friend.jid)}`)
    await friend.sees(mine, true)
    assert.equal((await friend.contacts()).get(mine), 'both')
    profanity.type(`/msg ${bareOf(friend.jid)} Grüße <&>`)
    assert.equal(await friend.hears('Grüße <&>'), mine)
    friend.say(mine, 'Guten Tag')
    await profanity.shows(/: Guten Tag/)
    await friend.leave()
    await profanity.shows(/offline/)
  })

  test('shows what was written while it was away', async t => {
    const [me, you] = [await somebody(), await somebody()]
    const writer = await bot(t, you)
    for (let n = 0; n < 3; n++) writer.say(`${me.name}@${target.domain}`, `number ${n}`)
    await writer.history(10)
    const profanity = await sit(t, me, { resource: 'desk' })
    await profanity.shows(/chat message: .*win 2/)
    profanity.type('/win 2')
    await profanity.shows(/number 0[^]*number 1[^]*number 2/)
    await profanity.quit()
  })

  test('shows the history on a device that has none', async t => {
    const [me, you] = [await somebody(), await Client.connect(target, { account: await somebody() })]
    t.after(() => you.line.close())
    const { children } = (await you.ask('get', `<query xmlns='http://jabber.org/protocol/disco#info'/>`, target.domain)).elements[0] ?? {}
    // It does not look at the account, where XEP-0313 §9 wants the archive to be named.
    if (!children?.join('').includes(`var='urn:xmpp:mam:2'`))
      return t.skip('profanity looks for the archive among the features of the domain')
    for (let n = 0; n < 60; n++) you.say(`${me.name}@${target.domain}`, `number ${n}.`)
    const first = await sit(t, me, { resource: 'desk' })
    await first.shows(/chat message: .*win 2/)
    await first.quit()
    const profanity = await sit(t, me, { resource: 'elsewhere' })
    profanity.type('/mam on', `/msg ${you.bare}`)
    return profanity.shows(/number 58\.[^]*number 59\./)
  })

  test('is back after its connection was cut, and has missed nothing', async t => {
    const [me, you] = [await somebody(), await somebody()]
    const proxy = await Proxy.to(target.host, target.port)
    t.after(() => proxy.close())
    const [profanity, friend] = [await sit(t, me, { resource: 'train', port: proxy.port }), await bot(t, you)]
    profanity.type(`/msg ${bareOf(friend.jid)} before`)
    await friend.hears('before')
    proxy.cut()
    friend.say(`${me.name}@${target.domain}`, 'in the tunnel')
    await profanity.shows(/in the tunnel/)
  })

  test('shows by carbons what its owner says on another device', async t => {
    const [me, you] = [await somebody(), await somebody()]
    const profanity = await sit(t, me, { resource: 'desk' })
    profanity.type('/carbons on')
    await profanity.logs(/RECV: <iq [^>]*type="result"/)
    const [phone, friend] = await Promise.all([Client.connect(target, { account: me, resource: 'phone' }), bot(t, you)])
    profanity.type(`/msg ${bareOf(friend.jid)} from my desk`)
    await friend.hears('from my desk')
    t.after(() => phone.line.close())
    phone.say(bareOf(friend.jid), 'from my phone')
    await profanity.shows(/from my phone/)
  })
})
